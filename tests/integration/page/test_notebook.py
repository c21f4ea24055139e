"""A notebook's page in a browser, when whoever wrote the notebook wants to do harm."""

from pathlib import Path

from helpers.browser import Tab, obstacles
from helpers.written import OWN, hostile
from hubwright.report.rendering import notebook_html


def test_a_hostile_notebook_does_no_harm_and_its_page_opens(tab: Tab, axe: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.html"
    path.write_text(notebook_html("the notebook", hostile()), encoding="utf-8")
    tab.look(390).open(path)
    # Whatever reacts to a pointer or a click has had one.
    tab.ask(
        "document.querySelectorAll('*').forEach(each => ['mouseover', 'error', 'load', 'focus']"
        ".forEach(event => each.dispatchEvent(new Event(event))))"
    )
    assert tab.ask("document.title") == "the notebook"
    assert [url for url in tab.requests if not url.startswith("data:image/")] == [path.as_uri()]
    assert tab.complaints == []
    assert tab.ask("location.href") == path.as_uri()
    assert tab.ask("document.documentElement.scrollWidth") <= 390
    assert obstacles(tab, axe) == []
    first = "document.elementFromPoint(100, 40).closest('main > h1') !== null"
    assert tab.ask(first), "something lies over the page"


def test_even_a_script_that_came_through_would_not_run(tab: Tab, tmp_path: Path) -> None:
    path = tmp_path / "broken-in.html"
    html = notebook_html("the notebook", hostile())
    inside = f"<script>{OWN}</script><img src='https://elsewhere.example/x.png' onerror=\"{OWN}\">"
    path.write_text(html.replace("</main>", f"{inside}</main>"), encoding="utf-8")
    tab.look(1440).open(path)
    assert tab.ask("document.title") == "the notebook"
    assert len([each for each in tab.complaints if "Content Security Policy" in each]) == 3
