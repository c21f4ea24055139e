"""An account for whatever shows test results: a suite for each start, with a case for each of its trials.

A case that nothing was seen of is skipped or failed, and never passed. Beside the starts are a suite of the images and
one of the run: where either failed before a start could be tried, the file must not look well.
"""

import json
from collections import Counter
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from hubwright.account import Account, Became, ImageAccount, JsonValue, Shown, StartAccount, TrialAccount, Wrong
from hubwright.frozen import dataclass
from hubwright.verdicts import Standing
from hubwright.words import escape, shorten

_MESSAGE = 300
_VALUE = 120
# What is shown of one case; report.json has it all.
_SHOWN = 50
_LINES = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """One case; `became` is `failure`, `skipped`, or empty where it passed."""

    name: str
    became: str = ""
    message: str = ""
    body: str = ""
    said: str = ""
    seconds: float = 0.0


def report_junit(account: Account) -> bytes:
    """Return the file."""
    root = ET.Element("testsuites", name="hubwright")
    suites = [("hubwright", [_run_case(account)]), ("images", [_image_case(image) for image in account.images])]
    suites += [(start.name, list(_start_cases(start))) for start in account.starts]
    for name, cases in suites:
        if cases:
            root.append(_suite(name, cases, account.began_on))
    body: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n"


def _suite(name: str, cases: list[_Case], began_on: str) -> ET.Element:
    counts = Counter(case.became for case in cases)
    suite = ET.Element(
        "testsuite",
        name=escape(name),
        tests=str(len(cases)),
        failures=str(counts["failure"]),
        errors="0",
        skipped=str(counts["skipped"]),
        time=f"{sum(case.seconds for case in cases):.3f}",
        # The common schema knows no time zones.
        timestamp=escape(began_on.removesuffix("Z")) or "1970-01-01T00:00:00",
    )
    for case in cases:
        element = ET.SubElement(
            suite, "testcase", name=escape(case.name), classname=escape(name), time=f"{case.seconds:.3f}"
        )
        if case.became:
            told = ET.SubElement(element, case.became, message=shorten(" ".join(case.message.split()), _MESSAGE))
            told.text = _lines(case.body)
        if case.said:
            ET.SubElement(element, "system-out").text = _lines(case.said)
    return suite


def _run_case(account: Account) -> _Case:
    told = [*account.wrong, *account.unread]
    if told:
        return _Case(name="run", became="failure", message=told[0], body="\n\n".join(told))
    if not account.command:
        return _Case(name="run", became="skipped", message="no run is at hand")
    return _Case(name="run")


def _image_case(image: ImageAccount) -> _Case:
    if image.became is Became.FAILED:
        return _Case(name=image.variant, became="failure", message=image.reason, body=image.error)
    if image.became in {Became.BUILT, Became.REUSED}:
        return _Case(name=image.variant, said=f"{image.became.value}: {image.digest or image.reason}")
    return _Case(name=image.variant, became="skipped", message=f"{image.became.value}: {image.reason}")


def _start_cases(start: StartAccount) -> Iterable[_Case]:
    trials = {trial.name: trial for trial in start.trials}
    stopped = any(not trial.passed for trial in start.trials)
    for name in dict.fromkeys([*start.planned, *trials]):
        if name in trials:
            yield _trial_case(trials[name])
        else:
            yield _case_without_trial(name, start, stopped=stopped)
    if start.standing is Standing.WITHOUT_HARDWARE:
        yield _Case(name="hardware", became="skipped", message=start.reason or start.standing.value)
    elif start.standing is Standing.FAILED and start.rehearsed and not stopped:
        yield _Case(name="verdict", became="failure", message=start.reason)


def _trial_case(trial: TrialAccount) -> _Case:
    said = "\n".join(map(_shown, trial.evidence[:_SHOWN]))
    if len(trial.evidence) > _SHOWN:
        said += f"\nand {len(trial.evidence) - _SHOWN} more"
    if trial.passed and trial.evidence and not trial.findings:
        return _Case(name=trial.name, said=said, seconds=trial.seconds)
    return _Case(
        name=trial.name,
        became="failure",
        message=trial.findings[0].seen if trial.findings else "nothing was seen of it",
        body="\n\n".join(map(_found, trial.findings)),
        said=said,
        seconds=trial.seconds,
    )


def _case_without_trial(name: str, start: StartAccount, *, stopped: bool) -> _Case:
    """Return what is known of a trial that this run has not held: from the registry, or nothing."""
    if start.rehearsed:
        if stopped:
            return _Case(name=name, became="skipped", message="not held, because something before it failed")
        return _Case(name=name, became="failure", message="nothing was seen of it")
    if start.standing in {Standing.PROVEN, Standing.WITHOUT_HARDWARE}:
        return _Case(name=name, said=f"not held again: {start.reason}")
    if start.standing is Standing.FAILED:
        failed = _failed_then(start)
        if name in failed or not failed:
            return _Case(name=name, became="failure", message=start.reason)
        return _Case(name=name, became="skipped", message="not held again, because something else failed then")
    return _Case(name=name, became="skipped", message=start.reason)


def _failed_then(start: StartAccount) -> set[str]:
    """Return which of the start's trials are said to have failed, of this very image."""
    said = [each for each in start.history if each.digest == start.digest and each.standing is Standing.FAILED]
    return set(said[0].failed) & set(start.planned) if said else set()


def _shown(evidence: Shown) -> str:
    return f"{evidence.where}: {evidence.check}: expected {_value(evidence.expected)}, saw {_value(evidence.seen)}"


def _found(wrong: Wrong) -> str:
    lines = [wrong.where, f"expected: {wrong.expected}", f"seen: {wrong.seen}"]
    return "\n".join([*lines, f"to do: {wrong.advice}"] if wrong.advice else lines)


def _value(value: JsonValue) -> str:
    # In one line, so that no value looks like another check.
    return shorten(json.dumps(value, ensure_ascii=False), _VALUE)


def _lines(text: str) -> str:
    """Return text of several lines without what XML cannot hold or a terminal would obey; of much, the beginning."""
    lines = text.split("\n")
    more = [f"and {len(lines) - _LINES} lines more"] if len(lines) > _LINES else []
    return "\n".join([*(shorten(line, 2 * _MESSAGE) for line in lines[:_LINES]), *more])
