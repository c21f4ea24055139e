import pytest

from hubwright.report.marks import cut


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
