import pytest

from hubwright import errors
from hubwright.errors import BuildError, HubError, HubwrightError, MatrixError, Position, Problem, raise_first


def _family(root: type[HubwrightError]) -> list[type[HubwrightError]]:
    """Return every error that is raised: those that only stand for others have no code."""
    below = [each for child in root.__subclasses__() for each in (child, *_family(child))]
    return [each for each in below if hasattr(each, "exit_code")]


def test_every_failure_has_an_exit_code_of_its_own() -> None:
    reserved = [errors.EXIT_INTERNAL, errors.EXIT_INTERRUPTED, errors.EXIT_BROKEN_PIPE, errors.EXIT_TERMINATED]
    codes = [failure.exit_code for failure in _family(HubwrightError)] + reserved
    assert len(set(codes)) == len(codes)
    assert all(1 < code < 256 for code in codes)


def test_a_matrix_error_tells_its_problems_in_the_order_of_the_file() -> None:
    problems = [
        Problem(position=Position(file="matrix.yaml", line=line, column=1), subject="", message=f"line {line}")
        for line in (12, 9)
    ]
    assert str(MatrixError(problems)) == "matrix.yaml:9:1: line 9; matrix.yaml:12:1: line 12"


def test_the_first_of_several_errors_tells_of_the_others_once() -> None:
    raise_first([])
    with pytest.raises(BuildError) as failure:
        raise_first([BuildError("base"), HubError("the hub died"), BuildError("base"), HubError("the hub died")])
    assert str(failure.value) == "base\n\nthe hub died"
