"""The line that every report begins with: whether all is well, and if not, what is not, the worst first."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from hubwright.account import Account, Became
from hubwright.frozen import dataclass
from hubwright.report.figures import count
from hubwright.report.standings import Fate, fate, has_failed
from hubwright.report.troubles import Tone, Trouble, troubles
from hubwright.verdicts import Standing

# Of one image, and of many.
IMAGES: Mapping[Became, tuple[str, str]] = {
    Became.FAILED: ("did not build", "did not build"),
    Became.NOT_BEGUN: ("is not built yet", "are not built yet"),
    Became.WITHHELD: ("is withheld", "are withheld"),
    Became.BLOCKED: ("stands on a withheld image", "stand on a withheld image"),
}
STARTS: Mapping[Tone, str] = {
    Tone.FAILED: "failed",
    Tone.UNKNOWN: "unknown",
    Tone.WITHHELD: "withheld",
    Tone.LAST_GOOD: "on the last good image",
}
ENDED = "the run ended with an error"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an account comes to. `wrong` is empty where all is well, and `tone` is that of its first, the worst."""

    tone: Tone
    wrong: tuple[str, ...]


def answer_of(found: Sequence[Trouble], account: Account) -> Answer:
    """Return the answer on an account with these troubles.

    A start counts for each thing that is wrong with it, and an image only where no other image is to blame for it.
    """
    wrong = list(_wrong(found, account))
    if account.wrong and not wrong:
        wrong.append((Tone.FAILED, ENDED))
    if not (wrong or account.starts or account.images):
        wrong.append((Tone.UNKNOWN, "nothing is known yet"))
    return Answer(tone=wrong[0][0] if wrong else Tone.FINE, wrong=tuple(told for _, told in wrong))


def headline(account: Account) -> str:
    """Return the answer in one line."""
    wrong = answer_of(troubles(account), account).wrong
    return f"Not fine: {'; '.join(wrong)}" if wrong else f"Fine: {when_fine(account)}"


def when_fine(account: Account) -> str:
    """Return what may be said where nothing is wrong."""
    starts = account.starts
    if not starts:
        return f"{_every(len(account.images), 'image')} in the registry"
    told = [f"{_every(len(starts), 'start')} offered and proven"]
    if moved := sum(each.offered is not None and each.offered.digest != each.offered.before for each in starts):
        told.append(f"{moved:,} of them with another image than before")
    if soft := sum(start.standing is Standing.WITHOUT_HARDWARE for start in starts):
        told.append(f"{soft:,} of them without hardware")
    if pinned := sum(fate(start) is Fate.PINNED for start in starts):
        told.append(f"{pinned:,} of them with an image that somebody has pinned")
    return ", ".join(told)


def _wrong(found: Sequence[Trouble], account: Account) -> Iterator[tuple[Tone, str]]:
    fates = Counter(map(fate, account.starts))
    starts = {
        Tone.FAILED: sum(map(has_failed, account.starts)),
        Tone.UNKNOWN: sum(len(trouble.starts) for trouble in found if trouble.tone is Tone.UNKNOWN),
        Tone.WITHHELD: fates[Fate.WITHHELD],
        Tone.LAST_GOOD: fates[Fate.LAST_GOOD],
    }
    for tone, number in starts.items():
        if number:
            yield tone, f"{number:,} of {count(len(account.starts), 'start')} {STARTS[tone]}"
        yield from ((tone, told) for told in _images(tone, found))
        if tone is Tone.UNKNOWN and account.unread:
            yield tone, f"{count(len(account.unread), 'thing')} could not be found out"


def _images(tone: Tone, found: Sequence[Trouble]) -> Iterator[str]:
    became = Counter(trouble.image.became for trouble in found if trouble.image and trouble.tone is tone)
    for each, (one, many) in IMAGES.items():
        if number := became[each]:
            yield f"{count(number, 'image')} {one if number == 1 else many}"


def _every(number: int, noun: str) -> str:
    return f"the {noun} is" if number == 1 else f"all {number:,} {noun}s are"
