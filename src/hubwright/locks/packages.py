"""`apt.txt` and `apt.lock`: the Debian packages that an image asks for, and the exact ones that it gets.

A line of the lock is `name:architecture=version sha256:<hash> <path>`. It names what is installed on top of what the
image stands on; hash and path are for the time when a newer version has taken its place in the repository's index.
"""

import re
from collections.abc import Mapping, Sequence

from hubwright.errors import LockFileError, Position, Problem
from hubwright.frozen import dataclass
from hubwright.roots import ARCHIVE_PATTERN, LockedPackage

_HEAD = "# Exactly what apt.txt brings. Written by `hubwright lock`: review it, and do not edit it.\n"
_WANTED = re.compile(r"[a-z0-9][a-z0-9+.-]+(?:=[A-Za-z0-9.+:~*-]+)?")
_LOCKED = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9+.-]+):(?P<architecture>[a-z0-9]+)=(?P<version>[0-9][A-Za-z0-9.+:~-]*) " + ARCHIVE_PATTERN
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A word of `apt.txt`: a package's name, or its name and version."""

    word: str
    position: Position


def read_wanted(text: str, file: str) -> tuple[Wanted, ...]:
    """Return what is asked for, or raise LockFileError for every word that is not a package."""
    wanted, problems = [], []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("#"):
            continue
        for match in re.finditer(r"\S+", line):
            position = Position(file=file, line=number, column=match.start() + 1)
            if _WANTED.fullmatch(match[0]):
                wanted.append(Wanted(word=match[0], position=position))
            else:
                message = "expected a package, such as git or git=1:2.47*; a comment is a line that starts with #"
                problems.append(Problem(position=position, subject="", message=message, excerpt=line))
    if problems:
        raise LockFileError(problems)
    return tuple(wanted)


def write_apt_lock(packages: Mapping[str, Sequence[LockedPackage]]) -> bytes:
    """Return the lock of the packages of each architecture."""
    lines = [
        (p.name, f"{p.name}:{architecture}={p.version} sha256:{p.sha256} {p.path}\n")
        for architecture, locked in packages.items()
        for p in locked
    ]
    return (_HEAD + "".join(line for _, line in sorted(lines))).encode()


def read_apt_lock(text: str, file: str, architecture: str) -> dict[str, str]:
    """Return the versions by name that the lock has for the architecture."""
    versions: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line or line.startswith("#"):
            continue
        match = _LOCKED.fullmatch(line)
        if match is None:
            position = Position(file=file, line=number, column=1)
            message = "expected `name:architecture=version sha256:<hash> <path>`; `hubwright lock` makes this file anew"
            raise LockFileError([Problem(position=position, subject="", message=message, excerpt=line)])
        if match["architecture"] == architecture:
            versions[match["name"]] = match["version"]
    return versions


def complaint_with_places(complaint: str, wanted: Sequence[Wanted]) -> str:
    """Return apt's words, with the places where what they name is asked for."""
    named = set(re.findall(r"[a-z0-9][a-z0-9+.-]+", complaint))
    places = [str(each.position) for each in wanted if each.word.partition("=")[0] in named]
    return f"{', '.join(places)}: apt says: {complaint}" if places else f"apt says: {complaint}"
