"""From the lines that the checking process wrote to what they say about the image."""

import json
from collections.abc import Iterable, Sequence

from hubwright.canonical import Canonical
from hubwright.errors import ContractError
from hubwright.rehearse.contract.subject import Seen
from hubwright.verdicts import Evidence, Finding


def read_report(text: str) -> tuple[Seen, ...]:
    """Return what each check came to; a report that does not reach its end says nothing, and is a ContractError."""
    lines = [json.loads(line) for line in text.splitlines()]
    if not lines or "checks" not in lines[-1]:
        msg = "the contract checks were broken off: their report has no end"
        raise ContractError(msg)
    seen = tuple(Seen(**line) for line in lines[:-1])
    made = len({each.where for each in seen if not each.check.startswith("excuse ")})
    if made != lines[-1]["checks"]:
        msg = f"the contract checks were broken off: {lines[-1]['checks']} were found, and {made} were made"
        raise ContractError(msg)
    return seen


def require_whole(seen: Iterable[Seen]) -> None:
    """Raise ContractError if a check came to an end that says nothing about the image."""
    broken = [each for each in seen if each.outcome == "broken"]
    if broken:
        places = "\n".join(f"{each.where}: {_text(each.seen)}" for each in broken)
        msg = (
            f"{places}\nA check fails by an assertion; anything else is a fault of the check or of the engine. "
            "Nothing was said about the image."
        )
        raise ContractError(msg)


def evidence(seen: Iterable[Seen]) -> tuple[Evidence, ...]:
    """Return what was seen to hold."""
    return tuple(
        Evidence(check=each.check, expected=each.expected, seen=each.seen, where=each.where)
        for each in seen
        if each.outcome == "passed"
    )


def findings(seen: Sequence[Seen], files: Iterable[str]) -> tuple[Finding, ...]:
    """Return what is wrong; `files` are those that have to hold a check.

    A check that was skipped shows nothing, and that is wrong too, unless the failure that kept it from being made is
    found anyway.
    """
    failed = {each.check for each in seen if each.outcome == "failed"}
    wrong = [
        Finding(where=each.where, expected=_text(each.expected), seen=_text(each.seen), advice=each.advice)
        for each in seen
        if each.outcome == "failed" or (each.outcome == "not shown" and each.because not in failed)
    ]
    checked = {each.where.partition("::")[0] for each in seen}
    silent = [file for file in files if file not in checked]
    return (
        *wrong,
        *(
            Finding(
                where=file,
                expected="at least one check",
                seen="none",
                advice="A check is a function whose name starts with `test_`.",
            )
            for file in silent
        ),
    )


def _text(value: Canonical) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
