"""The tables of the corpus once more, as (input, position, message) and without a process around them.

The corpus says what a person sees; this says what the values are, and lets the coverage see it.
"""

import pytest

from corpus.case import MINIMAL, Case
from corpus.tables import automation, encodings, graphs, names, paths, profiles, schema, sizes, values, yaml_tricks
from hubwright.errors import MatrixError
from hubwright.matrix.load import load_matrix
from hubwright.model import AptRepository, Source

TABLES = (automation, encodings, graphs, names, paths, profiles, schema, sizes, values, yaml_tricks)
CASES = [case for table in TABLES for case in table.CASES if case.exit_code == 3]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_wrong_is_said_where_it_is(case: Case) -> None:
    with pytest.raises(MatrixError) as caught:
        load_matrix(case.content, "m.yaml")
    problems = caught.value.problems
    assert len(problems) == case.problems
    there = [problem for problem in problems if str(problem.position) == f"m.yaml:{case.position}"]
    assert any(case.says in f"{problem.subject}: {problem.message}" for problem in there)


def test_a_source_has_an_index_and_perhaps_a_repository() -> None:
    written = "a: {index: https://a.example/}, b: {apt: {suite: noble}}, c: {apt: {suite: s, components: [x, y]}}"
    loaded = load_matrix(f"{MINIMAL}sources: {{{written}}}\n".encode(), "matrix.yaml").sources
    assert loaded == {
        "a": Source(name="a", index="https://a.example/"),
        "b": Source(name="b", index=None, apt=AptRepository(uri=None, suite="noble", components=("main",))),
        "c": Source(name="c", index=None, apt=AptRepository(uri=None, suite="s", components=("x", "y"))),
    }
