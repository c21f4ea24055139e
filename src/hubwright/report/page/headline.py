"""The answer of the page in a line, what that means in a sentence, and the title of each trouble."""

from collections.abc import Mapping, Sequence

from hubwright.account import Account, Became, StartAccount
from hubwright.report.page.figures import count
from hubwright.report.page.standings import Fate, fate
from hubwright.report.page.troubles import Tone, Trouble
from hubwright.verdicts import Standing
from hubwright.words import listed

# More names than these make a sentence that nobody reads.
_MOST_IN_PROSE = 2
_STARTS: Mapping[Tone, str] = {
    Tone.FAILED: "failed",
    Tone.WITHHELD: "withheld",
    Tone.LAST_GOOD: "on the last good image",
}
_IMAGES: Mapping[Tone, str] = {Tone.FAILED: "could not be built", Tone.WITHHELD: "withheld"}
_BECAME: Mapping[Became, str] = {
    Became.FAILED: "could not be built",
    Became.NOT_BEGUN: "is not built yet",
    Became.WITHHELD: "is withheld",
    Became.BLOCKED: "stands on a withheld image",
}


def headline_of(tone: Tone, found: Sequence[Trouble], account: Account) -> str:
    """Return the answer in one line."""
    of_tone = [trouble for trouble in found if trouble.tone is tone]
    starts = [start for trouble in of_tone for start in trouble.starts]
    affected = sum(tone is not Tone.WITHHELD or fate(start) is Fate.WITHHELD for start in starts)
    images = sum(trouble.image is not None for trouble in of_tone)
    if tone is Tone.FINE:
        return "Everything is fine"
    if tone is Tone.UNKNOWN:
        return "Not everything is known" if account.starts else "Nothing is known yet"
    if affected:
        return f"{affected:,} of {count(len(account.starts), 'start')} {_STARTS[tone]}"
    return f"{count(images, 'image')} {_IMAGES[tone]}" if images else "The run ended with an error"


def lede_of(found: Sequence[Trouble], account: Account) -> str:
    """Return in a sentence or two what that means for those who start servers."""
    if not account.starts:
        return "This account holds no start that could be offered."
    if not found:
        return _when_fine(account.starts)
    affected = [start for trouble in found for start in trouble.starts]
    kept = [start for start in affected if fate(start) in {Fate.LAST_GOOD, Fate.PINNED}]
    gone = [start for start in affected if fate(start) is Fate.WITHHELD]
    rest = len(account.starts) - len(affected)
    sentences = []
    if kept:
        sentences.append(f"{_names(kept)} {'keeps' if len(kept) == 1 else 'keep'} an image that was proven before.")
    if gone:
        sentences.append(f"{_names(gone)} cannot be started now.")
    if rest:
        sentences.append(
            f"The other {rest:,} {'is' if rest == 1 else 'are'} fine." if affected else "Every start is fine."
        )
    return " ".join(sentences)


def title_of(trouble: Trouble) -> str:
    """Return what a trouble is about, in the words of those who pick a profile."""
    who = _names(trouble.starts)
    if trouble.image:
        return f"The image {trouble.image.variant} {_BECAME[trouble.image.became]}"
    if trouble.tone is Tone.UNKNOWN:
        return f"It is not known how {who} stands" if who else "Some things could not be read"
    if not who:
        return "The run ended with an error"
    return f"{who} {_STARTS[trouble.tone]}" + (f" in {trouble.trial}" if trouble.trial else "")


def _when_fine(starts: Sequence[StartAccount]) -> str:
    every = "The start is" if len(starts) == 1 else f"All {len(starts):,} starts are"
    told = [f"{every} offered and proven"]
    if moved := sum(each.offered is not None and each.offered.digest != each.offered.before for each in starts):
        told.append(f"{moved:,} of them with another image than before")
    if soft := sum(start.standing is Standing.WITHOUT_HARDWARE for start in starts):
        told.append(f"{soft:,} of them without hardware")
    if pinned := sum(fate(start) is Fate.PINNED for start in starts):
        told.append(f"{pinned:,} of them with an image that somebody has pinned")
    return f"{', '.join(told)}."


def _names(starts: Sequence[StartAccount]) -> str:
    names = list(dict.fromkeys(start.title for start in starts))
    return listed(names, conjunction="and") if len(names) <= _MOST_IN_PROSE else count(len(starts), "start")
