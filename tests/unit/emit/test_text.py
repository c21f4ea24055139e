"""Text that everybody reads alike: any parser of YAML, and whoever reviews it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hubwright.emit.text import json_text, yaml_documents, yaml_text

# What YAML 1.2 reads as something else than text where no quotes stand, with what people take for it.
_OTHER = re.compile(
    r"~?|[nN]ull|NULL|true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
)
HOSTILE = [
    "no", "Yes", "on", "y", "N", "null", "~", "", "3.10", "1e3", "0o17", "0x1f", "1_000", "12:30", "2026-05-04", "=",
    "<<", "- a", "a: b", "a #b", "# a", "{{ user }}", "{% raw %}", "<b>&amp;</b>", "'\"'", "back\\slash",
    "tab\tand\nlines\n", "\u2028\u2029\x85\ufeff", "\x1b[31m", "😀 ünïcode", "&anchor", "*alias", "!tag", "%x", "@a",
    "`a`", "|", "?", " a ",
]  # fmt: skip
_texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8"), max_size=200))
# A reader looks for the colon behind a name no further than a thousand characters.
_names = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec="utf-8"), max_size=60))
_leaves = st.one_of(_texts, st.integers(), st.booleans(), st.none(), st.integers(1, 10**6).map(lambda n: n / 1000))
_values = st.dictionaries(
    _names,
    st.recursive(
        _leaves, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_names, inner, max_size=3))
    ),
    min_size=1,
    max_size=4,
)


@given(_values)
def test_what_is_read_is_what_was_written(values: dict[str, Any]) -> None:
    text = yaml_text(values, {})
    assert yaml.safe_load(text) == values
    assert yaml_text(yaml.safe_load(text), {}) == text
    assert list(yaml.safe_load(text)) == list(values)


def test_what_people_can_see_stands_as_it_is_and_nothing_else() -> None:
    # Either side of each border between what a reader takes between quotes, and sees there, and what it does not.
    borders = (0x20, 0x7E, 0xA0, 0x2028, 0x2029, 0xD800, 0xDFFF, 0xFEFF, 0xFFFD)
    characters = [chr(each) for border in borders for each in (border - 1, border, border + 1)]
    as_they_are = [each for each in characters if yaml_text({"a": each}, {}) == f'a: "{each}"\n']
    assert as_they_are == list(" !}~\xa0\xa1\u2027\u202a\ud7ff\ue000\ufefe\uff00\ufffc\ufffd")


@given(_values)
def test_no_other_reader_takes_a_text_for_something_else(values: dict[str, Any]) -> None:
    for node in _scalars(yaml.compose(yaml_text(values, {}), Loader=yaml.SafeLoader)):
        if node.tag == "tag:yaml.org,2002:str" and node.style is None:
            assert not _OTHER.fullmatch(node.value)
            assert node.value.casefold() not in {"yes", "no", "on", "off", "y", "n"}


def _scalars(node: Any) -> Iterator[Any]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    else:
        for each in node.value:
            for inner in each if isinstance(each, tuple) else (each,):
                yield from _scalars(inner)


def _paths(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield at
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _paths(inner, (*at, step))


@given(st.data())
def test_a_comment_says_what_it_says_and_changes_nothing(data: st.DataObject) -> None:
    values = data.draw(_values)
    paths = data.draw(st.lists(st.sampled_from(list(_paths(values))), unique=True))
    comments = {path: data.draw(st.lists(st.text(), min_size=1, max_size=3)) for path in paths}
    text = yaml_text(values, comments)
    assert yaml.safe_load(text) == values
    assert len(text.split("\n")) == len(yaml_text(values, {}).split("\n")) + sum(map(len, comments.values()))
    added = [line for line in text.split("\n") if line.lstrip(" ").startswith("#")]
    assert len(added) >= sum(map(len, comments.values()))
    without = [line for line in text.split("\n") if not line.lstrip(" ").startswith("#")]
    assert yaml.safe_load("\n".join(without)) == values


def test_the_text_is_what_a_person_would_write() -> None:
    values = {
        "singleuser": {
            "cmd": None,
            "storage": {"extraVolumes": [{"name": "shm", "emptyDir": {}}]},
            "profileList": [
                {"display_name": "A # b", "slug": "lab", "cpu_limit": 0.5, "mem_limit": "4G", "default": True},
                {
                    "display_name": "R & D\nand more" + " words" * 30,
                    "slug": "no",
                    "profile_options": {"size": {"choices": {"s": {}}}},
                },
            ],
        },
        "prePuller": {"pullProfileListImages": False},
    }
    comments = {
        (): ["head", "", "  indented"],
        ("prePuller",): ["of the puller"],
        ("singleuser",): ["below the head"],
        ("singleuser", "profileList", 0): ["first", "  more: {}"],
        ("singleuser", "profileList", 1, "profile_options", "size", "choices", "s"): ["line\nbreak # \x1b \u2028 x"],
    }
    assert yaml_text(values, comments) == (
        "# head\n"
        "#\n"
        "#   indented\n"
        "# below the head\n"
        "singleuser:\n"
        "  cmd: null\n"
        "  storage:\n"
        "    extraVolumes:\n"
        "      - name: shm\n"
        "        emptyDir: {}\n"
        "  profileList:\n"
        "    # first\n"
        "    #   more: {}\n"
        '    - display_name: "A # b"\n'
        "      slug: lab\n"
        "      cpu_limit: 0.5\n"
        '      mem_limit: "4G"\n'
        "      default: true\n"
        f'    - display_name: "R & D\\nand more{" words" * 30}"\n'
        '      slug: "no"\n'
        "      profile_options:\n"
        "        size:\n"
        "          choices:\n"
        "            # line break # \\x1b x\n"
        "            s: {}\n"
        "# of the puller\n"
        "prePuller:\n"
        "  pullProfileListImages: false\n"
    )


def test_what_stands_twice_is_written_twice() -> None:
    same = {"a": ["b"]}
    assert "&" not in yaml_text({"c": same, "d": same}, {})


@pytest.mark.parametrize("other", [b"bytes", {"a", "set"}, 1j])
def test_what_yaml_has_no_word_for_is_not_written(other: object) -> None:
    with pytest.raises(TypeError, match="has no place in what a hub reads"):
        yaml_text({"name": [other]}, {})


def test_several_documents_are_one_file() -> None:
    text = yaml_documents([{"kind": "A"}, {"kind": "B"}], ["said", "", "above"])
    assert text == "# said\n#\n# above\n---\nkind: A\n---\nkind: B\n"
    assert list(yaml.safe_load_all(text)) == [{"kind": "A"}, {"kind": "B"}]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_json_is_stable_readable_and_ends_with_its_line(hostile: str) -> None:
    text = json_text([{"display_name": hostile, "b": 0.5, "a": "4G"}])
    assert json.loads(text) == [{"display_name": hostile, "b": 0.5, "a": "4G"}]
    assert text.endswith("]\n")
    assert text.index('"b"') < text.index('"a"')
