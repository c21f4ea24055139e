"""The page as a reader's browser shows it."""

from pathlib import Path

import pytest

from accounts import nothing
from helpers.browser import Tab, obstacles
from helpers.written import code, markdown, notebook, stream
from hubwright.account import Account
from hubwright.report.page import page_html
from hubwright.report.rendering import notebook_html
from nights import fine, large, night, poisoned

_NOTEBOOK = "rehearsals/pytorch-gpu/devices-nvidia.ipynb"
_ACCOUNTS = {"nothing": nothing(), "night": night(), "fine": fine(), "poisoned": poisoned(night())}
_LOOKS = [(1440, False), (390, True)]
_UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = true })"


def _written(account: Account, folder: Path) -> Path:
    path = folder / "report.html"
    path.write_text(page_html(account, {_NOTEBOOK: "notebooks/devices-nvidia.html"}), encoding="utf-8")
    return path


def _assert_quiet(tab: Tab, path: Path) -> None:
    """Assert that nothing was asked for but the page, and that the browser has nothing to complain about."""
    assert (tab.requests, tab.complaints) == ([path.as_uri()], [])


@pytest.mark.parametrize("name", _ACCOUNTS)
def test_the_page_reads_on_every_screen_and_for_everybody(name: str, tab: Tab, axe: str, tmp_path: Path) -> None:
    path = _written(_ACCOUNTS[name], tmp_path)
    title = None
    for width, dark in _LOOKS:
        tab.look(width, dark=dark).open(path)
        title = title or tab.ask("document.title")
        tab.ask(_UNFOLD)
        assert tab.ask("document.documentElement.scrollWidth") <= width
        assert obstacles(tab, axe) == []
        assert tab.ask("document.title") == title
        _assert_quiet(tab, path)


def test_dark_is_dark_and_light_is_light(tab: Tab, tmp_path: Path) -> None:
    path = _written(night(), tmp_path)
    shade = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number).reduce((a, b) => a + b)"
    assert tab.look(1440).open(path).ask(shade) > 700
    assert tab.look(1440, dark=True).open(path).ask(shade) < 100


def test_the_answer_is_on_the_first_screen(tab: Tab, tmp_path: Path) -> None:
    tab.look(1440, height=900).open(_written(night(), tmp_path))
    for said in ("1 of 6 starts failed", "keeps the proven image", "devices-nvidia, cell 4", "pin torch below"):
        bottom = f"""\
          [...document.querySelectorAll("#verdict h1, #verdict dd")].find(each => each.textContent.includes({said!r}))
            .getBoundingClientRect().bottom"""
        assert tab.ask(bottom) < 900


def test_every_link_within_the_page_leads_to_something_that_is_then_seen(tab: Tab, tmp_path: Path) -> None:
    tab.look(1440).open(_written(night(), tmp_path))
    unseen = """\
      (async () => {
        const lost = [];
        for (const hash of new Set([...document.querySelectorAll("a[href^='#']")].map(each => each.hash))) {
          document.querySelectorAll("details").forEach(each => { each.open = false; });
          const moved = new Promise(done => addEventListener("hashchange", done, {once: true}));
          location.hash = hash;
          await moved;
          const target = document.querySelector(hash);
          if (!target || !target.checkVisibility({contentVisibilityAuto: true})) lost.push(hash);
        }
        return lost;
      })()"""
    assert tab.ask(unseen) == []


def test_the_keyboard_reaches_and_opens_whatever_is_folded(tab: Tab, tmp_path: Path) -> None:
    tab.look(1440).open(_written(night(), tmp_path))
    folded = tab.ask("document.querySelectorAll('summary').length")
    stops = tab.ask("document.querySelectorAll('a, summary, button, [tabindex]').length")
    for _ in range(stops):
        tab.press("Tab")
        tab.ask("document.activeElement.dataset.reached = true")
        if tab.ask("document.activeElement.matches('details:not([open]) > summary')"):
            tab.press("Enter")
    assert tab.ask("document.querySelectorAll('summary[data-reached]').length") == folded
    assert tab.ask("document.querySelectorAll('details:not([open])').length") == 0
    assert tab.ask("document.querySelectorAll('a:not([data-reached]), .wide:not([data-reached])').length") == 0


def test_what_has_the_focus_is_seen_to_have_it(tab: Tab, tmp_path: Path) -> None:
    tab.look(1440).open(_written(night(), tmp_path))
    tab.press("Tab")
    box = "JSON.stringify(document.activeElement.getBoundingClientRect().toJSON().left >= 0)"
    assert tab.ask("document.activeElement.textContent") == "Skip to the verdict"
    assert tab.ask(box) == "true"
    assert tab.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_without_scripts_it_reads_the_same(tab: Tab, tmp_path: Path) -> None:
    path = _written(night(), tmp_path)
    with_scripts = tab.look(1440).open(path).ask("document.body.innerText")
    tab.command("Emulation.setScriptExecutionDisabled", value=True)
    try:
        without = tab.open(path).ask("document.body.innerText")
    finally:
        tab.command("Emulation.setScriptExecutionDisabled", value=False)
    assert without == with_scripts


def test_on_paper_nothing_is_cut_off(tab: Tab, tmp_path: Path) -> None:
    # A4 between its margins.
    tab.look(718).open(_written(night(), tmp_path))
    tab.command("Emulation.setEmulatedMedia", media="print")
    tab.ask(_UNFOLD)
    assert tab.ask("getComputedStyle(document.querySelector('nav')).display") == "none"
    outside = "[...document.querySelectorAll('.wide, pre')].filter(each => each.scrollWidth > each.clientWidth)"
    assert tab.ask(f"{outside}.map(each => each.outerHTML.slice(0, 200))") == []
    assert tab.command("Page.printToPDF", printBackground=True)["data"]


def test_a_page_of_two_hundred_images_opens(tab: Tab, tmp_path: Path) -> None:
    path = _written(large(), tmp_path)
    tab.look(390).open(path)
    assert tab.ask("document.documentElement.scrollWidth") <= 390
    assert tab.ask("document.querySelectorAll('.grid td').length") == 200 * 20
    _assert_quiet(tab, path)


def test_the_link_of_a_failure_leads_to_its_cell(tab: Tab, tmp_path: Path) -> None:
    cells = (markdown("one"), code("two"), code("three"), code("the broken one", stream("what it said")), code("five"))
    (tmp_path / "notebooks").mkdir()
    rendered = tmp_path / "notebooks" / "devices-nvidia.html"
    rendered.write_text(notebook_html("devices-nvidia", notebook(*cells)), encoding="utf-8")
    tab.look(1440).open(_written(night(), tmp_path))
    link = tab.ask("[...document.querySelectorAll('.card a')].find(each => each.textContent.includes('notebook')).href")
    assert link.startswith(rendered.as_uri())
    tab.open(rendered, fragment=link.partition("#")[2])
    assert "what it said" in tab.ask("document.querySelector(':target').innerText")
