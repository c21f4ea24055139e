import runpy
from pathlib import Path

_DOCS = Path(__file__).parents[2] / "docs"


def test_the_reference_page_says_what_the_types_say() -> None:
    generated = runpy.run_path(str(_DOCS / "reference.py"))["reference"]()
    assert (_DOCS / "reference.md").read_text() == generated, "write it anew with `./noxw -s schema`"


def test_every_key_has_a_meaning() -> None:
    rows = [line for line in (_DOCS / "reference.md").read_text().splitlines() if line.startswith("| `")]
    assert [row for row in rows if row.endswith("|  |")] == []


def test_nothing_on_the_page_is_taken_for_html() -> None:
    assert [line for line in (_DOCS / "reference.md").read_text().splitlines() if "<" in line] == []
