"""The account of a run, brought up to date with what the registry says since."""

from dataclasses import replace

from hubwright.account import Account, ImageAccount, StartAccount
from hubwright.errors import AccountError


def brought_up_to_date(run: Account, now: Account) -> Account:
    """Return the account of the run with what `now` says of today's images and of what is offered.

    What the run saw stays as it saw it; what only one of them knows of is told as well. A run with another registry
    is an AccountError: what is true of one is not true of the other.
    """
    if run.registry not in {"", now.registry}:
        msg = (
            f"the run at hand was with the registry {run.registry}, and {now.registry} was asked now; name that of the "
            "run with --registry, or another folder with --out"
        )
        raise AccountError(msg)
    images = {each.variant: each for each in run.images}
    starts = {each.name: each for each in run.starts}
    images |= {each.variant: _image(images.get(each.variant), each) for each in now.images}
    starts |= {each.name: _start(starts.get(each.name), each) for each in now.starts}
    return replace(
        run,
        registry=now.registry,
        images=tuple(images.values()),
        starts=tuple(starts.values()),
        # What the run could not find out was asked again.
        unread=now.unread,
    )


def without_registry(run: Account, why: str) -> Account:
    """Return the account of the run where the registry could not be asked about it."""
    return replace(run, unread=(*run.unread, why))


def _image(then: ImageAccount | None, now: ImageAccount) -> ImageAccount:
    if then is None:
        return now
    if then.fingerprint != now.fingerprint:
        # Somebody has changed the repository since; the run is told, and that was its image.
        return then
    layers, packages = now.layers or then.layers, now.packages or then.packages
    return replace(then, digest=now.digest, size=now.size, layers=layers, packages=packages)


def _start(then: StartAccount | None, now: StartAccount) -> StartAccount:
    if then is None:
        return now
    # Of what was not rehearsed the registry knows best how it stands, and the run why it stands so.
    told = then if then.rehearsed or then.standing is now.standing else now
    offered = now.offered
    if offered and then.offered and then.offered.digest == offered.digest:
        offered = replace(offered, before=then.offered.before)
    return replace(told, offered=offered, withheld=now.withheld, history=now.history)
