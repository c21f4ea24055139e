"""What rehearsals came to, for people and for programs."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from hubwright.report.table import Table
from hubwright.verdicts import Finding, Standing, Trial, Verdict
from hubwright.words import escape, short_digest, shorten, without_halves

_SCHEMA = 1
_REASON = 160
_STYLES = {
    Standing.PROVEN.value: "green",
    Standing.WITHOUT_HARDWARE.value: "yellow",
    Standing.FAILED.value: "red",
    Standing.NOT_TESTED.value: "magenta",
}


def verdict_table(verdicts: Iterable[Verdict]) -> Table:
    """Return a row for every start that can be offered."""
    rows = tuple(
        (
            each.offer,
            each.variant,
            short_digest(each.digest),
            each.standing.value,
            f"{each.seconds:.1f} s" if each.trials else "",
            shorten(each.reason, _REASON),
        )
        for each in verdicts
    )
    return Table(headings=("profile", "variant", "digest", "verdict", "time", "why"), rows=rows, styles=_STYLES)


def verdict_closing(verdicts: Sequence[Verdict], seconds: float) -> str:
    """Return the one line that sums it up."""
    counts = Counter(each.standing for each in verdicts)
    told = ", ".join(f"{counts[standing]} {standing.value}" for standing in Standing if counts[standing])
    checks = sum(len(trial.evidence) for each in verdicts for trial in each.trials)
    return f"{told or 'nothing to rehearse'}: {checks} checks in {seconds:.1f} s"


def findings_text(verdicts: Iterable[Verdict]) -> str:
    """Return everything that was found wrong, in full; empty where nothing was."""
    return "\n\n".join(_failed(each) for each in verdicts if each.standing is Standing.FAILED)


def _failed(verdict: Verdict) -> str:
    findings = [finding for trial in verdict.trials for finding in trial.findings]
    return "\n".join(
        [f"{verdict.offer} failed:", *(_finding(each) for each in findings)]
        if findings
        else [f"{verdict.offer} failed: {escape(verdict.reason)}"]
    )


def _finding(finding: Finding) -> str:
    lines = [
        f"  {_line(finding.where)}",
        f"    expected: {_line(finding.expected)}",
        f"    seen:     {_line(finding.seen)}",
    ]
    if finding.advice:
        lines.append(f"    to do:    {_line(finding.advice)}")
    return "\n".join(lines)


def _line(text: str) -> str:
    """Return foreign text so that it neither leaves its place on the screen nor speaks to the terminal."""
    return "\n              ".join(escape(line) for line in text.splitlines())


def verdicts_json(verdicts: Iterable[Verdict]) -> str:
    """Return one object with a stable order, everything that was seen included."""
    document = {"schema": _SCHEMA, "verdicts": [_verdict(each) for each in verdicts]}
    return without_halves(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def _verdict(verdict: Verdict) -> dict[str, object]:
    return {
        "profile": verdict.offer,
        "variant": verdict.variant,
        "digest": verdict.digest or None,
        "verdict": verdict.standing.value,
        "reason": verdict.reason,
        "seconds": round(verdict.seconds, 3),
        "trials": [_trial(each) for each in verdict.trials],
    }


def _trial(trial: Trial) -> dict[str, object]:
    return {
        "name": trial.name,
        "passed": trial.passed,
        "hardware": trial.hardware,
        "seconds": round(trial.seconds, 3),
        "executed": str(trial.executed) if trial.executed else None,
        "evidence": [
            {"check": e.check, "expected": e.expected, "seen": e.seen, "where": e.where} for e in trial.evidence
        ],
        "findings": [
            {"where": f.where, "expected": f.expected, "seen": f.seen, "advice": f.advice} for f in trial.findings
        ],
    }
