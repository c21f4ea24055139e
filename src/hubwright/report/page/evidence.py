"""The evidence behind the cells of the grid: each once, however many starts have shown it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hubwright.account import Account, Excerpt, Shown, StartAccount, TrialAccount, Wrong
from hubwright.report.figures import count, duration, value
from hubwright.report.page.html import Html, cut, join, tag
from hubwright.report.page.parts import digest, facts, foreign, more, prose, scrolling, sign, table, unseen
from hubwright.report.standings import has_failed, verdict_in_words

_MOST_ROWS = 200
_MOST_STARTS = 12
_MOST_TEXT = 400
_CELL = re.compile(r", cell (\d+)")


@dataclass(kw_only=True, slots=True)
class _Block:
    """One trial as some starts have made it, alike but for the time it took."""

    anchor: str
    trial: TrialAccount
    starts: list[tuple[StartAccount, TrialAccount]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """`anchors` leads from the name of a start and of a trial to the place on the page where its evidence is."""

    content: Html
    anchors: Mapping[tuple[str, str], str]
    left_out: int


def evidence(account: Account, notebooks: Mapping[str, str], room: int) -> Evidence:
    """Return the evidence of the run, that of failures in any case, and of the rest as much as there is room for."""
    blocks = _blocks(account.starts)
    written: dict[str, Html] = {}
    for block in sorted(blocks, key=lambda block: block.trial.passed):
        if not block.trial.passed or room > 0:
            written[block.anchor] = _block(block, notebooks)
            room -= len(written[block.anchor])
    shown = [block for block in blocks if block.anchor in written]
    anchors = {(start.name, trial.name): block.anchor for block in shown for start, trial in block.starts}
    by_start: dict[str, list[Html]] = {}
    for block in shown:
        by_start.setdefault(block.starts[0][0].name, []).append(written[block.anchor])
    content = join(_start(start, by_start[start.name]) for start in account.starts if start.name in by_start)
    left_out = sum(len(block.starts) for block in blocks) - len(anchors)
    return Evidence(content=content, anchors=anchors, left_out=left_out)


def notebook_link(trial: TrialAccount, notebooks: Mapping[str, str], where: str = "") -> str:
    """Return the link to the rendered notebook of a trial, to the cell of a finding where it names one."""
    if trial.notebook not in notebooks:
        return ""
    cell = _CELL.search(where)
    # Whatever the name of a folder looks like, it stays a path.
    return f"./{notebooks[trial.notebook].removeprefix('./')}" + (f"#cell-{cell[1]}" if cell else "")


def finding_facts(finding: Wrong) -> Html:
    return facts(
        (
            ("Where", finding.where),
            ("Expected", foreign(finding.expected)),
            ("Seen", foreign(finding.seen)),
            ("To do", prose(finding.advice)),
        )
    )


def excerpt_of(excerpt: Excerpt) -> Html:
    """Return a cell of a notebook as a notebook shows it: what was run, and what came of it."""
    parts = ((f"cell {excerpt.cell}", excerpt.source), ("output", excerpt.output))
    return tag("figure", [tag("div", tag("span", name), foreign(text)) for name, text in parts if text], class_="cell")


def _blocks(starts: Iterable[StartAccount]) -> Sequence[_Block]:
    blocks: dict[tuple[str, str], _Block] = {}
    for start in starts:
        for trial in start.trials:
            # Values of JSON cannot be keys; what they look like can.
            alike = repr((trial.passed, trial.hardware, trial.evidence, trial.findings, trial.excerpts))
            block = blocks.setdefault((trial.name, alike), _Block(anchor=f"e{len(blocks)}", trial=trial))
            block.starts.append((start, trial))
    return list(blocks.values())


def _start(start: StartAccount, written: Iterable[Html]) -> Html:
    words = verdict_in_words(start)
    tone = "failed" if has_failed(start) else "fine"
    heading = tag("h3", sign(tone), start.title, " ", tag("span", f"{start.name}, {words}", class_="quiet"))
    known = facts(
        (
            ("Image", join(start.variant, " ", digest(start.digest))),
            ("Whole digest", tag("code", start.digest) if start.digest else None),
            ("Why", prose(start.reason)),
        )
    )
    return tag("details", tag("summary", heading), known, written, class_="start", open=has_failed(start))


def _block(block: _Block, notebooks: Mapping[str, str]) -> Html:
    trial = block.trial
    tone = "fine" if trial.passed else "failed"
    words = "passed" if trial.passed else "failed"
    starts = "" if len(block.starts) == 1 else f", alike in {count(len(block.starts), 'start')}"
    hardware = ", on hardware" if trial.hardware else ""
    told = f"{count(len(trial.evidence), 'check')}{hardware}{starts}, {duration(trial.seconds)}"
    summary = join(sign(tone), unseen(f"{words}: "), tag("b", trial.name), " ", tag("span", told, class_="quiet"))
    body = tag(
        "div",
        [tag("div", finding_facts(finding), class_="finding") for finding in trial.findings],
        [excerpt_of(excerpt) for excerpt in trial.excerpts],
        _shown(trial),
        _by(block, notebooks),
        id=block.anchor,
        class_="behind",
    )
    return more(summary, body, open_=not trial.passed)


def _shown(trial: TrialAccount) -> Html:
    if not trial.evidence:
        return tag("p", "It has shown nothing, and silence does not pass.", class_="quiet")
    rows = [_row(shown) for shown in trial.evidence[:_MOST_ROWS]]
    left = len(trial.evidence) - len(rows)
    name = f"What {trial.name} has shown"
    caption = name + (f"; {left:,} more are in report.json" if left else "")
    return scrolling(name, table(caption, ("check", "expected", "seen", "where"), rows, class_="shown"))


def _row(shown: Shown) -> Html:
    expected, seen = (cut(value(each), _MOST_TEXT) for each in (shown.expected, shown.seen))
    same = tag("span", "as expected", class_="quiet") if expected == seen else seen
    return tag("tr", tag("th", shown.check, scope="row"), tag("td", expected), tag("td", same), tag("td", shown.where))


def _by(block: _Block, notebooks: Mapping[str, str]) -> Html:
    """Return the starts that have shown it, each with its notebook as it ran."""
    told = []
    for start, trial in block.starts[:_MOST_STARTS]:
        link = notebook_link(trial, notebooks)
        notebook = (
            join(", ", tag("a", "the notebook as it ran", unseen(f" for {start.name}"), href=link)) if link else ""
        )
        told.append(tag("li", f"{start.name} in {duration(trial.seconds)}", notebook))
    left = len(block.starts) - len(told)
    return tag("ul", told, tag("li", f"and {count(left, 'start')} more") if left else None, class_="by")
