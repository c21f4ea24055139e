import pytest

from hubwright.errors import LockFileError
from hubwright.locks.requirements import constraints_text, fill_in, pins


def test_the_value_of_the_axis_is_filled_in() -> None:
    text = fill_in("# for ${ANYTHING}\npyspark==${SPARK} # ${NOTE}\n", "spark.in", {"SPARK": "4.1.1"})
    assert text == "# for ${ANYTHING}\npyspark==4.1.1 # ${NOTE}\n"


def test_a_comment_may_hold_what_looks_like_a_value() -> None:
    assert fill_in("a # ${HOME}\n", "requirements.in", {}) == "a # ${HOME}\n"


@pytest.mark.parametrize(
    "line, message",
    [
        ("-r other.in", "an option; an index belongs into the host's configuration"),
        ("--index-url https://example.com/simple", "an option"),
        ("a @ https://example.com/a.whl", "a requirement by its address"),
        ("a==${SPARK}", r"\$\{SPARK\} stands for nothing here; .*\(nothing\)"),
    ],
)
def test_what_cannot_be_locked_is_told_with_its_place(line: str, message: str) -> None:
    with pytest.raises(LockFileError, match=message) as caught:
        fill_in(f"numpy\n  {line}\n", "images/a/requirements.in", {})
    assert str(caught.value.problems[0].position) == "images/a/requirements.in:2:1"


def test_the_known_values_are_named() -> None:
    with pytest.raises(LockFileError, match=r"\(\$\{SPARK\}\)"):
        fill_in("a==${SPRAK}", "spark.in", {"SPARK": "4.1.1"})


def test_a_package_in_two_versions_pins_nothing() -> None:
    lock = "A_b==1.0 \\\n    --hash=sha256:0\nc==1 ; python_version < '3'\nc==2 ; python_version >= '3'\n"
    assert pins(lock) == {"a-b": "1.0"}


def test_of_an_axis_holds_what_all_its_locks_say() -> None:
    assert constraints_text(["a==1\n", "b==2\n"], [["py4j==1\nspark==3\n", "py4j==1\nspark==4\n"], ["z==1\n"]]) == (
        "a==1\nb==2\npy4j==1\nz==1\n"
    )
