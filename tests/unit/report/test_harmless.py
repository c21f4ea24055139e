import pytest

from hubwright.report.harmless import block, code, cut


@pytest.mark.parametrize(
    "text, shown",
    [
        ("numpy", "`numpy`"),
        ("", "`  `"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("a``", "``` a`` ```"),
        ("two\nlines", "`two lines`"),
        ("\x1b[31m", "`\\x1b[31m`"),
        ("|a|", "`|a|`"),
    ],
)
def test_a_word_of_others_is_code_on_one_line(text: str, shown: str) -> None:
    assert code(text) == shown


@pytest.mark.parametrize(
    "text, limit, shown",
    [
        ("one\ntwo", 100, "```text\none\ntwo\n```"),
        ("```\nout\n", 100, "````text\n```\nout\n\n````"),
        ("123456789", 5, "```text\n12345\n… cut here\n```"),
        ("a\x1bb", 100, "```text\na\\x1bb\n```"),
    ],
)
def test_lines_of_others_are_a_block(text: str, limit: int, shown: str) -> None:
    assert block(text, limit=limit) == shown


@pytest.mark.parametrize(
    "text, limit, shown",
    [
        ("one\ntwo", 100, "one\ntwo"),
        ("one\ntwo\nthree", 9, "one\ntwo"),
        ("```\ncode\nmore\n```\n", 13, "```\ncode\n```"),
        ("````\n```\nmore\nyet\n", 19, "````\n```\nmore\n````"),
        ("```\ncode\n```\nafter\n", 18, "```\ncode\n```"),
        ("~~~ text\n```\nlonger\n", 17, "~~~ text\n```\n~~~"),
        ("``` text\n``` x\nlonger\n", 20, "``` text\n``` x\n```"),
        ("too long", 3, ""),
    ],
)
def test_what_is_cut_is_cut_between_lines_and_leaves_nothing_open(text: str, limit: int, shown: str) -> None:
    assert cut(text, limit=limit) == shown
    assert len(shown.encode()) <= limit
