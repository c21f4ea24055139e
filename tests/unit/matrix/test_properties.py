"""What holds for every matrix and for every text, tried on many of both."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import hubwright
from fakes.repository import NOTEBOOK, MemoryRepository
from hubwright.errors import MatrixError
from hubwright.matrix.document import Document
from hubwright.matrix.findings import Finding
from hubwright.matrix.load import MATRIX, load_matrix
from hubwright.matrix.validate import validate
from hubwright.notebook import notebook_path
from hubwright.pipeline import planning
from hubwright.written.read import read_yaml
from matrix_text import Path as Place
from matrix_text import write
from strategies import STEADY, STEADY_FEW, matrices, variant_count

FILE = "matrix.yaml"
SCHEMA = Path(hubwright.__file__).with_name("matrix") / "schema.json"
# Wrong for most places in a matrix, and right for some: the schema decides.
OTHERS: tuple[Any, ...] = (
    None,
    True,
    7,
    3.5,
    -1,
    "",
    "x y",
    "Z\n",
    "a/../b",
    [],
    {},
    ["a b"],
    {"a b": 1},
    [[]],
    {"b": None},
)
TOKENS = (
    *("- ", "? ", ": ", ", ", "[", "]", "{", "}", "|", ">", "'", '"', "\\", "#", " #", "\n", "\n  ", "\t", "\r\n"),
    *("&a ", "*a ", "!t ", "!!str ", "<<: ", "%YAML 1.2\n", "---\n", "...\n", "~", "null", "1", "a", "\ufeff", "\x85"),
    *("version: 1\n", "images:", "profiles:", "from: ", "hub: {chart: 4.4.0}\n", "foundations:\n  t: {}\n"),
)


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


@STEADY_FEW
@given(matrices())
def test_what_the_schema_accepts_is_planned(instance: dict[str, Any]) -> None:
    validator().validate(instance)
    text = write(instance).text.encode()
    matrix = load_matrix(text, FILE)
    assert len(matrix.variants) == variant_count(instance)
    assert [profile.slug for profile in matrix.profiles] == [profile["slug"] for profile in instance["profiles"]]
    assert sum(profile.default for profile in matrix.profiles) == 1
    files = {FILE: text}
    for variant in matrix.variants.values():
        files[f"{variant.folder}/{variant.dockerfile}"] = b"FROM scratch\n"
        files |= {notebook_path(name): NOTEBOOK for name in variant.smoke}
    plan = planning.plan(MemoryRepository(files), FILE, ())
    assert [node.variant.name for node in plan.nodes] == list(matrix.variants)
    assert len(plan.offers) == sum(len(profile.offers) for profile in matrix.profiles)


@STEADY_FEW
@given(matrices())
def test_a_document_can_be_written_and_read_again(instance: dict[str, Any]) -> None:
    document = _document(instance)
    again = spelt(document.model_dump(by_alias=True, exclude_unset=True))
    assert _document(again) == document
    assert load_matrix(write(again).text.encode(), FILE) == load_matrix(write(instance).text.encode(), FILE)


@STEADY_FEW
@given(matrices(), st.data())
def test_the_schema_and_the_parser_refuse_the_same(instance: dict[str, Any], data: st.DataObject) -> None:
    place, mutated = data.draw(mutations(instance))
    written = write(mutated)
    read = validate(read_yaml(written.text.encode(), FILE, MATRIX))
    assert isinstance(read, Document) == validator().is_valid(mutated), written.text
    if isinstance(read, Document):
        return
    assert all(isinstance(finding, Finding) for finding in read)
    problems = _problems(written.text.encode())
    lines = {problem.position.line for problem in problems}
    assert lines & written.places[place], (place, written.places[place], problems, written.text)
    assert all(1 <= line <= len(written.lines) for line in lines)


@STEADY
@given(st.text())
@example("\ufffe")
@example("%A\n---\n")
@example("{? : }")
@example('"\\ud800"')
@example('"\\U00110000"')
@example("!%ff a")
@example("%YAML " + "1" * 5_000 + ".1\n---\n")
def test_any_text_is_answered(text: str) -> None:
    _answered(text.encode("utf-8", "replace"))


@STEADY
@given(st.binary())
def test_any_bytes_are_answered(data: bytes) -> None:
    _answered(data)


@STEADY
@given(st.lists(st.sampled_from(TOKENS), max_size=40).map("".join))
def test_any_soup_of_tokens_is_answered(text: str) -> None:
    _answered(text.encode())


@STEADY_FEW
@given(matrices(), st.data())
def test_any_damage_to_a_matrix_is_answered(instance: dict[str, Any], data: st.DataObject) -> None:
    text = write(instance).text
    where = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 10))
    _answered((text[:where] + data.draw(st.sampled_from(TOKENS)) + text[where + cut :]).encode())


@st.composite
def mutations(draw: st.DrawFn, instance: dict[str, Any]) -> tuple[Place, dict[str, Any]]:
    """Return a place and the instance with one thing changed there."""
    copy: dict[str, Any] = json.loads(json.dumps(instance))
    place = draw(st.sampled_from([place for place in write(instance).places if place]))
    above: Any = copy
    for step in place[:-1]:
        above = above[step]
    last = place[-1]
    kind = draw(st.sampled_from(["replace", "replace", "drop", "rename", "insert"]))
    if kind == "drop" and isinstance(last, str):
        del above[last]
        return place[:-1], copy
    if kind == "rename" and isinstance(last, str):
        renamed = draw(st.sampled_from([last + "s", last.swapcase(), last[1:] + "-", f"{last}\n"[::-1].strip() + "_ "]))
        above[renamed] = above.pop(last)
        return (*place[:-1], renamed), copy
    if kind == "insert" and isinstance(above, dict):
        above["no such key"] = draw(st.sampled_from(OTHERS))
        return (*place[:-1], "no such key"), copy
    # The schema sees a number, not that it has too few digits for an account.
    above[last] = draw(st.sampled_from(OTHERS))
    return place, copy


def spelt(value: Any, key: str = "") -> Any:
    """Return a dumped document with amounts written as a person would."""
    match value:
        case (guarantee, limit) if key == "cpu":
            return [float(Decimal(end) / 1000) for end in (guarantee, limit)]
        case (guarantee, limit) if key == "memory":
            return [f"{end // 1024}K" if end < 1024**2 * 10 else _large(end) for end in (guarantee, limit)]
        case dict():
            return {name: spelt(inner, name) for name, inner in value.items()}
        case tuple() | list():
            return [spelt(inner) for inner in value]
        case _:
            return value


def _large(amount: int) -> str:
    power = next(power for power in (4, 3, 2, 1) if amount % 1024**power == 0)
    return f"{amount // 1024**power}{'KMGT'[power - 1]}"


def _document(instance: dict[str, Any]) -> Document:
    read = validate(read_yaml(write(instance).text.encode(), FILE, MATRIX))
    assert isinstance(read, Document), read
    return read


def _problems(data: bytes) -> Any:
    try:
        load_matrix(data, FILE)
    except MatrixError as error:
        return error.problems
    return []


def _answered(data: bytes) -> None:
    lines = data.decode("utf-8", "replace").split("\n")
    for problem in _problems(data):
        assert problem.message
        assert 1 <= problem.position.line <= len(lines)
        assert 1 <= problem.position.column <= len(lines[problem.position.line - 1]) + 1
