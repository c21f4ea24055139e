"""Which root a foundation has today: an outside image where its registry answers, else Debian's packages."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from hubwright.errors import HubwrightError, RegistryRefusedError, RegistryUnavailableError, UnresolvableError
from hubwright.locks.outside import OpenRegistry, resolve_outside
from hubwright.model import Foundation
from hubwright.roots import BootstrappedRoot, LockedPackage, PulledRoot, Root, SignedRelease, why_not_locked

# What every Debian image has, and the least that its packages rely on; with apt, so that an image can add to it.
ROOT_PACKAGES = ("?essential", "?priority(required)", "apt")


class Packages(Protocol):
    """What is asked of `apt.Apt`."""

    def resolve(
        self, wanted: Sequence[str], *, installed: Iterable[tuple[str, str]] = ()
    ) -> tuple[LockedPackage, ...] | str: ...

    def releases(self) -> tuple[SignedRelease, ...]: ...


class AskApt(Protocol):
    """Given a suite and an architecture, the packages there, and in further repositories as apt reads them."""

    def __call__(self, suite: str, architecture: str, repositories: tuple[str, ...] = (), /) -> Packages: ...


Say = Callable[[str], None]


def lock_root(
    foundation: Foundation,
    platform: str,
    before: Root | None,
    *,
    ask_apt: AskApt,
    open_registry: OpenRegistry,
    say: Say,
) -> Root:
    """Return the root to lock; `before` is what is locked now.

    What is locked decides the way, or every night that a registry does not answer would make other images.
    A foundation that is not locked takes what answers: its outside image first.
    """
    if before and why_not_locked(foundation, platform, {(foundation.name, platform): before}):
        before = None
    if isinstance(before, PulledRoot):
        return _pull_again(before, foundation, platform, open_registry, say)
    if isinstance(before, BootstrappedRoot):
        return bootstrapped(before.suite, platform, ask_apt, before)
    return _first(foundation, platform, ask_apt, open_registry, say)


def bootstrapped(suite: str, platform: str, ask_apt: AskApt, before: BootstrappedRoot | None) -> BootstrappedRoot:
    """Return the root of today's packages; `before` itself where they are the same."""
    apt = ask_apt(suite, platform.partition("/")[2])
    packages = apt.resolve(ROOT_PACKAGES)
    if isinstance(packages, str):
        msg = f"suite {suite} has no root for {platform}: apt says: {packages}"
        raise UnresolvableError(msg)
    if before and before.packages == packages:
        # The signed lists move several times a day, mostly for packages that are not in the root.
        return before
    root = BootstrappedRoot(suite=suite, releases=apt.releases(), packages=packages)
    return replace(before, releases=root.releases, packages=packages) if before else root


def _pull_again(
    before: PulledRoot, foundation: Foundation, platform: str, open_registry: OpenRegistry, say: Say
) -> PulledRoot:
    try:
        return _pulled(before.reference, platform, open_registry)
    except RegistryUnavailableError as error:
        say(f"foundation {foundation.name} ({platform}) stays as it is locked: {_first_line(error)}")
        return before


def _first(foundation: Foundation, platform: str, ask_apt: AskApt, open_registry: OpenRegistry, say: Say) -> Root:
    if foundation.pull is None:
        assert foundation.suite is not None  # noqa: S101 - the matrix refuses a foundation with neither
        return bootstrapped(foundation.suite, platform, ask_apt, None)
    try:
        return _pulled(foundation.pull, platform, open_registry)
    except (RegistryUnavailableError, RegistryRefusedError) as error:
        if foundation.suite is None:
            raise
        say(
            f"foundation {foundation.name} ({platform}): {foundation.pull} cannot be had here, so it is locked as "
            f"packages of {foundation.suite}: {_first_line(error)}"
        )
        return bootstrapped(foundation.suite, platform, ask_apt, None)


def _pulled(reference: str, platform: str, open_registry: OpenRegistry) -> PulledRoot:
    return PulledRoot(reference=reference, digest=resolve_outside(reference, platform, open_registry))


def _first_line(error: HubwrightError) -> str:
    return str(error).split("\n", maxsplit=1)[0]
