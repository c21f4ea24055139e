"""What an account comes to: whether all is well, and for whom it is not."""

from collections import Counter

from hubwright.account import Account, Became, StartAccount
from hubwright.offering import Basis
from hubwright.verdicts import Standing

# Of one image, and of many.
_FAILED_IMAGES = {
    Became.FAILED: ("did not build", "did not build"),
    Became.NOT_BEGUN: ("is not built yet", "are not built yet"),
    Became.WITHHELD: ("was withheld", "were withheld"),
    Became.BLOCKED: ("was blocked", "were blocked"),
}


def is_affected(start: StartAccount) -> bool:
    """Return whether users get something else than today's image, or would, where nobody asked what is offered."""
    if start.offered is not None:
        return start.offered.basis is not Basis.TODAY
    return bool(start.withheld) or start.standing in {Standing.FAILED, Standing.NOT_TESTED}


def headline(account: Account) -> str:
    """Return in one line whether all is well, and if not, what is not."""
    if wrong := _not_well(account):
        return f"Not fine: {'; '.join(wrong)}"
    if not account.starts:
        return f"Fine: {_all(len(account.images), 'image')} in the registry"
    if any(start.offered for start in account.starts):
        return f"Fine: {_all(len(account.starts), 'start')} offered with today's image"
    return f"Fine: {_all(len(account.starts), 'start')} proven"


def _not_well(account: Account) -> list[str]:
    starts = account.starts
    told = []
    if affected := sum(map(is_affected, starts)):
        verb = "is" if affected == 1 else "are"
        told.append(f"{affected} of {_many(len(starts), 'start')} {verb} not offered with today's image")
    standings = Counter(start.standing for start in starts)
    told += [f"{standings[each]} {each.value}" for each in (Standing.FAILED, Standing.NOT_TESTED) if standings[each]]
    became = Counter(image.became for image in account.images)
    told += [
        f"{_many(became[each], 'image')} {one if became[each] == 1 else many}"
        for each, (one, many) in _FAILED_IMAGES.items()
        if became[each]
    ]
    if account.unread:
        told.append(f"{_many(len(account.unread), 'thing')} could not be found out")
    if account.wrong and not told:
        told.append("the run ended with an error")
    return told


def _all(count: int, noun: str) -> str:
    return f"the {noun} is" if count == 1 else f"all {count} {noun}s are"


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
