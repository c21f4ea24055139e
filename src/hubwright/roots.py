"""What `foundations.lock` holds: for each foundation and platform the one root that images start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from hubwright.canonical import Canonical, canonical_sha256
from hubwright.errors import StaleLockError
from hubwright.model import Foundation

# How a root is made of its packages: what is left out, what is cleaned, how it is packed, what its image says of
# itself. Raised when that changes, because then the same packages make another root.
RECIPE = 2
# Beside the matrix, whose paths are relative to the same folder.
FOUNDATIONS_LOCK = "foundations.lock"
# How a lock names an archive: by its bytes, and by its path. Neither blanks nor what a shell's tools take for quotes.
ARCHIVE_PATTERN = r"sha256:(?P<sha256>[0-9a-f]{64}) (?P<path>[^\s'\"\\]+\.deb)"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class LockedPackage:
    """A Debian package by the bytes of its archive; `path` is where that lies below the root of its repository."""

    name: str
    version: str
    architecture: str
    sha256: str
    path: str


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class SignedRelease:
    """The signed statement about a suite that the packages were found by; for people, nothing depends on it."""

    name: str
    date: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PulledRoot:
    """An outside image: `reference` as the matrix says it, `digest` of the manifest for one platform."""

    reference: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BootstrappedRoot:
    """A Debian root made of exactly these packages, sorted by name."""

    suite: str
    releases: tuple[SignedRelease, ...]
    packages: tuple[LockedPackage, ...]


Root: TypeAlias = PulledRoot | BootstrappedRoot
# By the foundation's name and the platform.
Roots: TypeAlias = Mapping[tuple[str, str], Root]


def root_image(foundation: str) -> str:
    """Return the name that a bootstrapped root goes by among the images of the registry."""
    return f"foundation-{foundation}"


def root_parts(root: Root) -> Canonical:
    """Return what decides the content of the root, as it goes into fingerprints."""
    match root:
        case PulledRoot():
            return {"digest": root.digest}
        case BootstrappedRoot():
            return {
                "recipe": RECIPE,
                "suite": root.suite,
                "packages": {p.name: f"{p.version} {p.architecture} {p.sha256}" for p in root.packages},
            }
        case _:
            assert_never(root)


def root_sha256(root: Root) -> str:
    """Return the hash over the parts: the name of this root wherever one is kept."""
    return canonical_sha256(root_parts(root))


def why_not_locked(foundation: Foundation, platform: str, roots: Roots) -> str | None:
    """Return the reason why the foundation has no root that can be relied on, None where it has one."""
    root = roots.get((foundation.name, platform))
    match root:
        case None:
            return f"foundation {foundation.name} is not locked for {platform} yet"
        case PulledRoot() if root.reference != foundation.pull:
            return f"foundation {foundation.name} is locked as {root.reference}, which is not what the matrix says"
        case BootstrappedRoot() if root.suite != foundation.suite:
            return f"foundation {foundation.name} is locked as suite {root.suite}, which is not what the matrix says"
        case PulledRoot() | BootstrappedRoot():
            return None
        case _:
            assert_never(root)


def require_locked(reason: str | None) -> None:
    """Raise StaleLockError where a foundation has no root that can be relied on; `reason` says why not."""
    if reason is not None:
        msg = f"{reason}. `hubwright lock` locks what there is today"
        raise StaleLockError(msg)
