"""What goes into images: locks, package sources, and what foundations are made from."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from hubwright.doctor.interface import Outcome, fail, not_asked, ok, warn
from hubwright.registries.interface import Registry
from hubwright.words import listed, without_logins

_WITHHELD = "Until then, images that need it are withheld"


def locks_outcome(locks: Mapping[str, bool], unlocked: Iterable[str], withheld: Iterable[str]) -> Outcome:
    """Judge the locks by whether each is there; `unlocked` are the reasons why foundations are not locked.

    `withheld` are the reasons why images are withheld that have a source: what only they lack is not among `locks`.
    """
    missing = [f"{path} is not there" for path, there in locks.items() if not there]
    if bad := [*unlocked, *missing]:
        return fail("; ".join(bad), "`hubwright lock` writes what is missing")
    if reasons := list(dict.fromkeys(withheld)):
        seen = f"{len(locks)} are there, and every foundation is locked; {'; '.join(reasons)}"
        return warn(seen, _WITHHELD)
    seen = f"all {len(locks)} are there" if locks else "no image has a file to lock"
    return ok(f"{seen}, and every foundation is locked")


def ask_source(reasons: Mapping[str, str], name: str, address: str | None) -> Outcome:
    """Judge a source by why it cannot be had, if that is so."""
    if name in reasons:
        return warn(reasons[name], _WITHHELD)
    return ok(f"{without_logins(address or '')} answers")


def ask_pulled(registry: Registry, host: str, repository: str, digest: str) -> Outcome:
    """Look whether the registry still has the locked image."""
    if registry.manifest(repository, digest) is None:
        return fail(
            f"{host} answers, and has {repository}@{digest} no more", "`hubwright lock` takes what is there now"
        )
    return ok(f"{host} has {repository}@{digest}")


def ask_mirrors(suite: str, addresses: Sequence[str], answers: Callable[[str], str | None]) -> Outcome:
    """Look whether the mirrors answer that this machine's apt would fetch the suite from."""
    asked = [address for address in addresses if address.startswith(("http://", "https://"))]
    if not asked:
        return not_asked(
            f"apt has {suite} from {listed(_mirrors(addresses))}, which only apt can ask", "Try `apt-get update`"
        )
    if bad := [f"{address}: {reason}" for address in asked if (reason := answers(address))]:
        return fail(without_logins("; ".join(bad)), "Look at the network and at /etc/apt/sources.list")
    return ok(f"asked for {suite}, and answered: {listed(_mirrors(asked), conjunction='and')}")


def _mirrors(addresses: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(without_logins(address.partition("/dists/")[0]) for address in addresses))
