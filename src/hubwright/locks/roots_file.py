"""`foundations.lock`, read and written; what is written is read back as the same values."""

import re
from collections.abc import Iterator
from typing import assert_never

from hubwright.locks.outline import Outline, Section, Text, read_outline
from hubwright.roots import (
    ARCHIVE_PATTERN,
    BootstrappedRoot,
    LockedPackage,
    PulledRoot,
    Root,
    Roots,
    SignedRelease,
)
from hubwright.words import did_you_mean, listed, shorten

# A root has about a hundred packages, a line each.
MAX_ROOTS_FILE = 4 * 2**20
_HEAD = """\
# Where every image family starts, to the byte. Written by `hubwright lock`: review it, and do not edit it.
version: 1
foundations:
"""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_PLATFORM = re.compile(r"linux/[a-z0-9]+")
_SUITE = re.compile(r"[a-z]+")
_REFERENCE = re.compile(r"[a-z0-9][A-Za-z0-9._:/@-]*")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_PACKAGE = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9+.-]+)=(?P<version>[0-9][A-Za-z0-9.+:~-]*) (?P<architecture>[a-z0-9]+) " + ARCHIVE_PATTERN
)
_RELEASE = re.compile(
    r"(?P<name>[a-z]+(?:-[a-z]+)?) (?P<date>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) sha256:(?P<sha256>[0-9a-f]{64})"
)


def read_roots(data: bytes, file: str) -> Roots:
    """Return the roots of a lock, or raise LockFileError at the place that is not as it has to be."""
    outline = read_outline(data, file, limit=MAX_ROOTS_FILE)
    return dict(_Reader(outline).roots())


def write_roots(roots: Roots) -> bytes:
    """Return the one text for these roots."""
    lines = []
    for name in sorted({name for name, _ in roots}):
        lines.append(f"  {name}:")
        for (foundation, platform), root in sorted(roots.items()):
            if foundation == name:
                lines += [f"    {platform}:", *(f"      {line}" for line in _root_lines(root))]
    return (_HEAD + "".join(f"{line}\n" for line in lines)).encode()


def _root_lines(root: Root) -> Iterator[str]:
    match root:
        case PulledRoot():
            yield f"pull: {root.reference}"
            yield f"digest: {root.digest}"
        case BootstrappedRoot():
            yield f"bootstrap: {root.suite}"
            yield "releases:"
            yield from (f"  - {each.name} {each.date} sha256:{each.sha256}" for each in root.releases)
            yield "packages:"
            yield from (f"  - {p.name}={p.version} {p.architecture} sha256:{p.sha256} {p.path}" for p in root.packages)
        case _:
            assert_never(root)


class _Reader:
    def __init__(self, outline: Outline) -> None:
        self._outline = outline

    def roots(self) -> Iterator[tuple[tuple[str, str], Root]]:
        root = self._outline.root
        self._expect(root, required=("version", "foundations"))
        self._text(root, "version", re.compile("1"), "1, the version of this format")
        for name, foundation in self._sections(self._section(root, "foundations"), _NAME, "a foundation's name"):
            for platform, entry in self._sections(foundation, _PLATFORM, "a platform such as linux/amd64"):
                yield (name, platform), self._root(entry)

    def _root(self, entry: Section) -> Root:
        if "pull" in entry.entries:
            self._expect(entry, required=("pull", "digest"))
            return PulledRoot(
                reference=self._text(entry, "pull", _REFERENCE, "an image reference"),
                digest=self._text(entry, "digest", _DIGEST, "sha256: and 64 hexadecimal digits"),
            )
        self._expect(entry, required=("bootstrap", "releases", "packages"))
        return BootstrappedRoot(
            suite=self._text(entry, "bootstrap", _SUITE, "a suite of Debian"),
            releases=tuple(self._releases(self._section(entry, "releases"))),
            packages=tuple(self._packages(self._section(entry, "packages"))),
        )

    def _releases(self, section: Section) -> Iterator[SignedRelease]:
        for match in self._items(section, _RELEASE, "`<suite> <date> sha256:<hash>`"):
            yield SignedRelease(name=match["name"], date=match["date"], sha256=match["sha256"])

    def _packages(self, section: Section) -> Iterator[LockedPackage]:
        for match in self._items(section, _PACKAGE, "`<name>=<version> <architecture> sha256:<hash> <path>`"):
            yield LockedPackage(
                name=match["name"],
                version=match["version"],
                architecture=match["architecture"],
                sha256=match["sha256"],
                path=match["path"],
            )

    def _items(self, section: Section, pattern: re.Pattern[str], expected: str) -> Iterator[re.Match[str]]:
        if not section.items:
            self._outline.fail(section.position, f"expected a list of {expected} below this")
        before = ""
        for item in section.items:
            match = pattern.fullmatch(item.value)
            if match is None:
                anew = "take this foundation out of the file, and `hubwright lock` locks it anew"
                self._outline.fail(item.position, f"expected {expected}; {anew}")
            if match[1] <= before:
                # Also what finds a package that is listed in two versions.
                self._outline.fail(item.position, f"{match[1]} has to stand once, and the list in the order of names")
            before = match[1]
            yield match

    def _expect(self, section: Section, *, required: tuple[str, ...]) -> None:
        for name, entry in section.entries.items():
            if name not in required:
                hint = did_you_mean(name, required) or f" Expected {listed(required, conjunction='and')}."
                self._outline.fail(entry.position, f"{shorten(name)} is not known here.{hint}")
        for name in required:
            if name not in section.entries:
                self._outline.fail(section.position, f"{name} is missing here")

    def _text(self, section: Section, name: str, pattern: re.Pattern[str], expected: str) -> str:
        entry = section.entries[name]
        if not isinstance(entry, Text) or not pattern.fullmatch(entry.value):
            self._outline.fail(entry.position, f"{name}: expected {expected}")
        return entry.value

    def _section(self, section: Section, name: str) -> Section:
        entry = section.entries[name]
        if not isinstance(entry, Section):
            self._outline.fail(entry.position, f"{name}: expected something indented below it, and not a value")
        return entry

    def _sections(self, section: Section, pattern: re.Pattern[str], expected: str) -> Iterator[tuple[str, Section]]:
        for name, entry in section.entries.items():
            if not pattern.fullmatch(name):
                self._outline.fail(entry.position, f"expected {expected}")
            yield name, self._section(section, name)
