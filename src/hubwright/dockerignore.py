"""`.dockerignore` as BuildKit reads it: which paths of a context reach the build.

The last pattern that matches a path or one of the folders above it decides; `!` takes a path back in.
"""

import posixpath
import re
from typing import Final

from hubwright.frozen import dataclass


@dataclass(frozen=True, slots=True)
class _Pattern:
    regex: re.Pattern[str]
    excludes: bool


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The patterns of one file, in its order."""

    patterns: tuple[_Pattern, ...]

    @property
    def has_exceptions(self) -> bool:
        """Say whether something below an excluded folder may still be wanted."""
        return any(not pattern.excludes for pattern in self.patterns)

    def excludes(self, path: str) -> bool:
        parts = path.split("/")
        above = ["/".join(parts[: depth + 1]) for depth in range(len(parts))]
        excluded = False
        for pattern in self.patterns:
            if pattern.excludes != excluded and any(pattern.regex.fullmatch(level) for level in above):
                excluded = pattern.excludes
        return excluded


NOTHING_IGNORED: Final = IgnoreRules(())


def parse_dockerignore(text: str) -> IgnoreRules:
    """Return the rules; a pattern with a broken character class raises ValueError naming its line."""
    patterns = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        excludes = not written.startswith("!")
        cleaned = posixpath.normpath(written.removeprefix("!").strip()).lstrip("/")
        if cleaned in {"", "."}:
            continue
        try:
            regex = re.compile(_translate(cleaned), re.DOTALL)
        except re.error as error:
            msg = f"line {number}: the pattern {written} cannot be read: {error}"
            raise ValueError(msg) from error
        patterns.append(_Pattern(regex, excludes))
    return IgnoreRules(tuple(patterns))


# `**` and plain text behind it: BuildKit asks only how the path ends.
_ENDING = re.compile(r"\*\*(?P<end>[^/*?\[\]\\][^*?\[\]\\]*)")
_PIECE = re.compile(r"(?P<any>\*\*/?)|(?P<star>\*)|(?P<one>\?)|(?P<set>\[[^\]]*\])|\\(?P<escaped>.)|(?P<plain>.)")


def _translate(pattern: str) -> str:
    if ending := _ENDING.fullmatch(pattern):
        return f".*{re.escape(ending['end'])}"
    out = []
    for piece in _PIECE.finditer(pattern):
        match piece.lastgroup:
            case "any":
                # `**` crosses folders: at the end it takes everything, elsewhere any folders or none.
                out.append(".*" if piece.end() == len(pattern) else "(?:.*/)?")
            case "star":
                out.append("[^/]*")
            case "one":
                out.append("[^/]")
            case "set":
                out.append(piece[0])
            case _:
                out.append(re.escape(piece["escaped"] or piece["plain"]))
    return "".join(out)
