"""What the doctor found, for people and for programs."""

import json
from collections import Counter
from collections.abc import Sequence

from hubwright.doctor.interface import Finding, Outcome, State
from hubwright.report.table import Table
from hubwright.words import one_line

_SCHEMA = 1
_STYLES = {
    State.OK.value: "green",
    State.WARN.value: "yellow",
    State.FAIL.value: "red",
    State.NOT_ASKED.value: "magenta",
}


def doctor_table(findings: Sequence[Finding]) -> Table:
    """Return a row for every check: its state, what was seen, and what to do next."""
    rows = tuple((each.check, each.outcome.state.value, _told(each.outcome)) for each in findings)
    return Table(headings=("check", "state", "what was seen, and what to do"), rows=rows, styles=_STYLES)


def _told(outcome: Outcome) -> str:
    seen = one_line(outcome.seen)
    return f"{seen}. {one_line(outcome.advice)}" if outcome.advice else seen


def doctor_closing(findings: Sequence[Finding]) -> str:
    """Return the one line that sums it up."""
    counts = Counter(each.outcome.state for each in findings)
    return ", ".join(f"{counts[state]} {state}" for state in State if counts[state])


def doctor_json(findings: Sequence[Finding]) -> str:
    """Return one object with a stable order; `advice` is empty where `seen` says what to do, or nothing is."""
    checks = [
        {
            "check": each.check,
            "state": each.outcome.state.value,
            "seen": one_line(each.outcome.seen),
            "advice": one_line(each.outcome.advice),
        }
        for each in findings
    ]
    return json.dumps({"schema": _SCHEMA, "checks": checks}, indent=2, ensure_ascii=False) + "\n"
