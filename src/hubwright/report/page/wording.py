"""The answer in a few words, what it means in a sentence, and the title of each trouble."""

from collections.abc import Sequence

from hubwright.account import Account, StartAccount
from hubwright.report.figures import count
from hubwright.report.standings import Fate, fate
from hubwright.report.summary import ENDED, IMAGES, STARTS, Answer, when_fine
from hubwright.report.troubles import Tone, Trouble
from hubwright.words import listed

# More names than these make a sentence that nobody reads.
_MOST_IN_PROSE = 2


def headline_of(answer: Answer) -> str:
    """Return the answer in a few words: the worst of it, for the rest is below."""
    return _sentence(answer.wrong[0]) if answer.wrong else "Everything is fine"


def lede_of(found: Sequence[Trouble], account: Account) -> str:
    """Return in a sentence or two what that means for those who start servers."""
    if not account.starts:
        return "This account holds no start that could be offered."
    if not found:
        return f"{_sentence(when_fine(account))}."
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
        return f"The image {trouble.image.variant} {IMAGES[trouble.image.became][0]}"
    if trouble.tone is Tone.UNKNOWN:
        return f"It is not known how {who} stands" if who else "Some things could not be read"
    if not who:
        return _sentence(ENDED)
    return f"{who} {STARTS[trouble.tone]}" + (f" in {trouble.trial}" if trouble.trial else "")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _names(starts: Sequence[StartAccount]) -> str:
    names = list(dict.fromkeys(start.title for start in starts))
    return listed(names, conjunction="and") if len(names) <= _MOST_IN_PROSE else count(len(starts), "start")
