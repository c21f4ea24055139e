import pytest
import yaml

from hubwright.workflows.text import block, fill, listed, quoted


def test_a_block_takes_the_depth_of_its_place_and_an_empty_one_leaves_no_line() -> None:
    text = "a:\n  <<first>>\n  <<second>>\nb: <<third>>\n"
    assert fill(text, {"first": "x: 1\ny: 2\n", "second": "", "third": "3"}) == "a:\n  x: 1\n  y: 2\nb: 3\n"


def test_what_is_filled_in_is_not_looked_at_again() -> None:
    assert fill("<<a>> <<b>>", {"a": "<<b>>", "b": "<<a>>"}) == "<<b>> <<a>>"


def test_a_place_that_nobody_fills_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        fill("<<a>>", {})


@pytest.mark.parametrize(
    "value", ['"', "\\", "a: b", "# x", "- x", "\n- x", "'", "true", "1", "é", "\u2028", "{", "*a"]
)
def test_a_value_is_the_same_text_to_a_reader(value: str) -> None:
    assert yaml.safe_load(f"a: {quoted(value)}") == {"a": value}
    assert yaml.safe_load(f"a: {listed([value, value])}") == {"a": [value, value]}


def test_a_block_of_lines() -> None:
    assert block({"a": "1", "b": '"2"'}) == 'a: 1\nb: "2"\n'
    assert block({}) == ""
