import pytest

from hubwright.rehearse.contract.facts import answer_in


@pytest.mark.parametrize(
    "stdout, answer, stray",
    [
        ('{"python": 1}\n', '{"python": 1}', ""),
        ('hello\nagain\n{"python": 1}\n', '{"python": 1}', "hello\nagain"),
        ('hello{"python": 1}\n', None, 'hello{"python": 1}\n'),
        ('{"python": 1}\nbye\n', None, '{"python": 1}\nbye\n'),
        ('{"python": 1}\n42\n', None, '{"python": 1}\n42\n'),
        ("", None, ""),
    ],
)
def test_an_answer_is_told_from_what_python_prints_of_its_own(stdout: str, answer: str | None, stray: str) -> None:
    assert answer_in(stdout) == (answer, stray)
