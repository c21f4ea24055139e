"""An apt that knows a few packages, for tests of what is made of its answers."""

from collections.abc import Iterable, Sequence

from hubwright.roots import LockedPackage, SignedRelease

ROOT = ("apt", "bash", "libc6")


def package(name: str, version: str = "1.0", architecture: str = "amd64") -> LockedPackage:
    return LockedPackage(
        name=name,
        version=version,
        architecture=architecture,
        sha256=name.encode().hex().zfill(64),
        path=f"pool/{name}_{version}_{architecture}.deb",
    )


class FakeApt:
    """Patterns stand for the root; `git` needs `perl` and `libc6`; `missing` is in no suite."""

    def __init__(
        self,
        suite: str = "trixie",
        architecture: str = "amd64",
        repositories: tuple[str, ...] = (),
        /,
        *,
        date: str = "2026-01-01T00:00:00Z",
    ) -> None:
        self.suite = suite
        self.repositories = repositories
        self.architecture = architecture
        self._date = date

    def resolve(
        self, wanted: Sequence[str], *, installed: Iterable[tuple[str, str]] = ()
    ) -> tuple[LockedPackage, ...] | str:
        if "missing" in wanted:
            return "Unable to locate package missing"
        needed = set(ROOT) if "?essential" in wanted else {word.partition("=")[0] for word in wanted}
        if "git" in needed:
            needed |= {"perl", "libc6"}
        there = {name for name, _ in installed}
        return tuple(package(name, architecture=self.architecture) for name in sorted(needed - there))

    def releases(self) -> tuple[SignedRelease, ...]:
        return (SignedRelease(name=self.suite, date=self._date, sha256="f" * 64),)
