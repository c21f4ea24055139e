"""What a rehearsal saw, and how far that carries: frozen values, and the one rule that draws the conclusion."""

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from hubwright.canonical import Canonical
from hubwright.frozen import dataclass


class Standing(StrEnum):
    """What may be said about one start of one image. A skip is none of the first two."""

    PROVEN = "proven"
    WITHOUT_HARDWARE = "proven without hardware"
    FAILED = "failed"
    NOT_TESTED = "not tested"


# The trials of every rehearsal, besides one for each of its notebooks.
START = "start"
OUTSIDE = "server-outside"
CONTRACT = "contract"
USED_HOME = "used home"
EFS_HOME = "network home"

# The check that a kernel was seen to fail when it was told to; `where` is `kernel <name>`.
KERNEL_ADMITS = "the kernel admits an error"


def planned_trials(notebooks: Iterable[str]) -> tuple[str, ...]:
    """Return the names of all trials that a start with these notebooks has to pass, in their order."""
    return (START, OUTSIDE, *notebooks, CONTRACT, USED_HOME, EFS_HOME)


def expected_trials(notebooks: Iterable[str]) -> frozenset[str]:
    return frozenset(planned_trials(notebooks))


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One check that was seen to be made; `where` is a place a person can go to (`home, cell 4`)."""

    check: str
    expected: Canonical
    seen: Canonical
    where: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that is wrong: where, what was expected there, what was seen instead, and what to do about it."""

    where: str
    expected: str
    seen: str
    advice: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """One part of a rehearsal: a notebook, the contract checks, the server itself.

    It passed if nothing was found and something was seen; a trial without evidence is a failure, because silence is.
    `hardware` says whether it used the devices that the shape asks for. `executed` is the notebook as it ran.
    """

    name: str
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    seconds: float
    hardware: bool = False
    executed: Path | None = None

    @property
    def passed(self) -> bool:
        return bool(self.evidence) and not self.findings


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What one rehearsal of one offer came to; `reason` is a sentence, empty where the standing says it all.

    `variant` is the name of the image's variant; of an image that was not built here, its reference.
    """

    offer: str
    variant: str
    digest: str
    standing: Standing
    reason: str
    trials: tuple[Trial, ...]
    seconds: float


def conclude(trials: Iterable[Trial], expected: frozenset[str], *, needs_hardware: bool) -> tuple[Standing, str]:
    """Return what the trials prove about a start that had to show every one of `expected`, and why.

    `needs_hardware` is whether the shape asks for devices.
    """
    made = {trial.name: trial for trial in trials}
    failed = [trial for trial in made.values() if trial.findings]
    if failed:
        first = failed[0].findings[0]
        more = sum(len(trial.findings) for trial in failed) - 1
        return Standing.FAILED, f"{first.where}: expected {first.expected}, saw {first.seen}" + (
            f" (and {more} more)" if more else ""
        )
    if silent := sorted(name for name in expected if name not in made or not made[name].passed):
        return Standing.FAILED, f"nothing was seen of {', '.join(silent)}"
    if needs_hardware and not any(trial.hardware for trial in made.values()):
        return Standing.WITHOUT_HARDWARE, "no such device on this machine"
    return Standing.PROVEN, ""


def untested(offer: str, variant: str, reason: str) -> Verdict:
    """Return the verdict on an offer that was not rehearsed; of the reason, its first line."""
    return Verdict(
        offer=offer,
        variant=variant,
        digest="",
        standing=Standing.NOT_TESTED,
        reason=reason.partition("\n")[0],
        trials=(),
        seconds=0.0,
    )
