"""What is not as it should be, sorted by what lies behind it: one trouble may keep many starts from their users."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from hubwright.account import Account, Became, ImageAccount, StartAccount, Wrong
from hubwright.frozen import dataclass
from hubwright.offering import Basis
from hubwright.report.standings import Fate, fate, has_failed
from hubwright.verdicts import Standing


class Tone(StrEnum):
    """How bad something is, the worst first."""

    FAILED = "failed"
    UNKNOWN = "unknown"
    WITHHELD = "withheld"
    LAST_GOOD = "last good"
    FINE = "fine"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """One cause, and the starts that have it. `trial` is the one in which `finding` was made first, with `more` others.

    `said` is what is known where nothing was found by a trial: a reason, or the whole of an error.
    """

    tone: Tone
    starts: tuple[StartAccount, ...]
    image: ImageAccount | None = None
    trial: str = ""
    finding: Wrong | None = None
    more: int = 0
    said: str = ""


_BAD = {
    Became.FAILED: Tone.FAILED,
    # It did not fail: nobody has asked for it, or the run ended before.
    Became.NOT_BEGUN: Tone.WITHHELD,
    Became.WITHHELD: Tone.WITHHELD,
    Became.BLOCKED: Tone.WITHHELD,
}
_SILENCE = Wrong(where="", expected="evidence", seen="none: nothing was found wrong, and nothing was shown to work")
# A finding, an image, or a reason: what two starts have in common whose trouble is the same.
_Key = tuple[str, ...]


def troubles(account: Account) -> tuple[Trouble, ...]:
    """Return every trouble once, the worst first; each start is in one of them at most."""
    found: dict[_Key, Trouble] = {}
    roots = _roots(account.images)
    for image in {root.variant: root for root in roots.values()}.values():
        found["image", image.variant] = Trouble(
            tone=_BAD[image.became], starts=(), image=image, said=image.error or image.reason
        )
    for start in account.starts:
        key, trouble = _of(start, roots)
        if trouble:
            known = found.get(key, replace(trouble, starts=()))
            found[key] = replace(known, starts=(*known.starts, start), tone=_worse(known.tone, trouble.tone))
    if account.unread and not any(trouble.tone is Tone.UNKNOWN for trouble in found.values()):
        found["unread",] = Trouble(tone=Tone.UNKNOWN, starts=(), said="\n".join(account.unread))
    if account.wrong and not found:
        found["wrong",] = Trouble(tone=Tone.FAILED, starts=(), said="\n".join(account.wrong))
    ranks = list(Tone)
    eased = map(_eased, found.values())
    return tuple(sorted(eased, key=lambda trouble: (ranks.index(trouble.tone), -len(trouble.starts))))


def _eased(trouble: Trouble) -> Trouble:
    """Return the trouble as it is for users: an image that is missing is less of one where all its starts go on."""
    all_go_on = all(fate(start) is not Fate.WITHHELD for start in trouble.starts)
    if trouble.tone is Tone.WITHHELD and trouble.starts and all_go_on:
        return replace(trouble, tone=Tone.LAST_GOOD)
    return trouble


def _worse(one: Tone, other: Tone) -> Tone:
    ranks = list(Tone)
    return min(one, other, key=ranks.index)


def _of(start: StartAccount, roots: Mapping[str, ImageAccount]) -> tuple[_Key, Trouble | None]:
    if root := roots.get(start.variant):
        return ("image", root.variant), Trouble(tone=_BAD[root.became], starts=(), image=root, said=root.reason)
    if has_failed(start):
        return _failed(start)
    tone, reason = _stands(start)
    return (tone.value, reason), None if tone is Tone.FINE else Trouble(tone=tone, starts=(), said=reason)


def _stands(start: StartAccount) -> tuple[Tone, str]:
    """Return how bad it is what users of a start get that has not failed, and why they do."""
    if start.offered is None:
        unknown = start.reason or "what it is offered with could not be told"
        return (Tone.WITHHELD, start.withheld) if start.withheld else (Tone.UNKNOWN, unknown)
    if start.offered.basis is Basis.LAST_GOOD:
        return Tone.LAST_GOOD, start.offered.reason
    if start.standing is Standing.NOT_TESTED:
        return Tone.UNKNOWN, start.reason
    return Tone.FINE, ""


def _failed(start: StartAccount) -> tuple[_Key, Trouble]:
    found = list(_findings(start))
    if not found:
        return ("failed", start.reason), Trouble(tone=Tone.FAILED, starts=(), said=start.reason)
    trial, first = found[0]
    # What was seen differs by names and times where the cause is the same.
    key = ("finding", trial, first.where, first.expected)
    return key, Trouble(tone=Tone.FAILED, starts=(), trial=trial, finding=first, more=len(found) - 1)


def _findings(start: StartAccount) -> Iterator[tuple[str, Wrong]]:
    for trial in start.trials:
        if not trial.passed:
            for finding in trial.findings or (replace(_SILENCE, where=trial.name),):
                yield trial.name, finding


def _roots(images: Sequence[ImageAccount]) -> dict[str, ImageAccount]:
    """Return for every variant that there is no image of today of the one that is to blame: itself, or an ancestor."""
    bad = {image.variant: image for image in images if image.became in _BAD}
    roots: dict[str, ImageAccount] = {}
    for image in bad.values():
        root, walked = image, {image.variant}
        while root.parent in bad and root.parent not in walked:
            root = bad[root.parent]
            walked.add(root.variant)
        roots[image.variant] = root
    return roots
