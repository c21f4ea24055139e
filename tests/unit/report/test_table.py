import pytest

from hubwright.report.table import Table, plain, show

_TABLE = Table(
    headings=("name", "action", "reason"),
    rows=(("base", "build", "because"), ("a-longer-name", "reuse", "the registry has it [not markup]")),
    styles={"build": "yellow"},
)


def test_plain_is_aligned_and_has_no_trailing_blanks() -> None:
    assert plain([_TABLE], "closing") == (
        "NAME           ACTION  REASON\n"
        "base           build   because\n"
        "a-longer-name  reuse   the registry has it [not markup]\n"
        "\n"
        "closing\n"
    )


def test_a_terminal_sees_the_same_words(capsys: pytest.CaptureFixture[str]) -> None:
    show([_TABLE], "closing [line]")
    shown = capsys.readouterr().out
    for word in ("name", "a-longer-name", "because", "the registry has it [not markup]", "closing [line]"):
        assert word in shown
