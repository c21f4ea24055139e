import pytest

from hubwright.errors import LockFileError, MatrixError, Position, Problem, TreeError, raise_first
from hubwright.report.problem import error_text


def _problem(**changes: object) -> Problem:
    fields: dict[str, object] = {
        "position": Position(file="matrix.yaml", line=12, column=5),
        "subject": "images.base",
        "message": "wrong",
        "excerpt": "    smoek: [home]",
    }
    return Problem(**{**fields, **changes})  # type: ignore[arg-type] # the fields above, with some replaced


def test_a_problem_shows_its_place_and_its_line() -> None:
    assert error_text(MatrixError([_problem()])) == (
        "matrix.yaml:12:5: images.base: wrong\n"
        "  12 |     smoek: [home]\n"
        "     |     ^\n"
        "1 problem in the matrix; nothing was done\n"
    )


def test_without_a_subject_or_a_line_there_is_just_the_place() -> None:
    text = error_text(MatrixError([_problem(subject="", excerpt=""), _problem(excerpt=" ")]))
    assert text == (
        "matrix.yaml:12:5: wrong\nmatrix.yaml:12:5: images.base: wrong\n2 problems in the matrix; nothing was done\n"
    )


def test_the_caret_stands_under_the_place_even_where_a_line_was_escaped() -> None:
    position = Position(file="m", line=1, column=4)
    text = error_text(MatrixError([_problem(position=position, excerpt="a\x1b: b")]))
    assert text.split("\n")[1:3] == ["  1 | a\\x1b: b", "    |       ^"]


def test_a_place_far_to_the_right_shows_no_line() -> None:
    position = Position(file="m", line=1, column=5000)
    assert "|" not in error_text(MatrixError([_problem(position=position, excerpt="x" * 9999)]))


def test_a_flood_of_problems_is_cut_and_says_so() -> None:
    text = error_text(MatrixError([_problem()] * 25))
    assert text.count("smoek") == 20
    assert text.endswith("5 more of these are not shown\n25 problems in the matrix; nothing was done\n")


def test_what_else_is_wrong_is_told_behind_the_problems_of_a_file() -> None:
    with pytest.raises(MatrixError) as caught:
        raise_first([MatrixError([_problem(excerpt="")]), TreeError("the account\x1b cannot be written")])
    assert error_text(caught.value) == (
        "matrix.yaml:12:5: images.base: wrong\n1 problem in the matrix; nothing was done\n"
        "\nthe account\\x1b cannot be written\n"
    )


def test_nothing_in_a_message_reaches_the_terminal_raw() -> None:
    assert error_text(TreeError("a\x1b[2J\nsecond line\u202e")) == "error: a\\x1b[2J\nsecond line\\u202e\n"


def test_a_problem_in_a_lock_is_shown_in_the_same_way() -> None:
    text = error_text(LockFileError([_problem(subject="", excerpt="")]))
    assert text == "matrix.yaml:12:5: wrong\n1 problem in what is locked; nothing was done\n"
