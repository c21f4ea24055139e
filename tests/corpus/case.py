"""What a row of the tables says, and the short ways to write one.

A row shows the whole fault as a small edit of one valid matrix. The mark `‸` stands where the error has to
point, and is taken out before the file is written. A lone surrogate stands for the raw byte it escapes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

MARK = "‸"
MINIMAL = """\
version: 1
hub: {chart: "4.4.0"}
foundations:
  trixie: {pull: docker.io/library/debian:trixie-slim}
images:
  base: {from: trixie}
profiles:
  - {slug: lab, display_name: Lab, image: base}
"""
_IMAGE = "{from: trixie}"
_PROFILE = "{slug: lab, display_name: Lab, image: base}"

Arrange: TypeAlias = Callable[[Path], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One hostile or wrong repository and the answer it must get.

    `says` is part of the message; `problems` is how many the matrix must be found to have, so that one fault is
    not reported as five. `arrange` changes the tree around the matrix; `arguments` go to the command.
    """

    name: str
    marked: str
    says: str
    exit_code: int = 3
    problems: int = 1
    arrange: Arrange | None = None
    arguments: tuple[str, ...] = ()

    @property
    def content(self) -> bytes:
        return self.marked.replace(MARK, "", 1).encode("utf-8", "surrogateescape")

    @property
    def position(self) -> str | None:
        """Return `line:column` of the mark, both counted from 1, if there is one."""
        before, mark, _ = self.marked.removeprefix("\ufeff").partition(MARK)
        if not mark:
            return None
        return f"{before.count(chr(10)) + 1}:{len(before) - (before.rfind(chr(10)) + 1) + 1}"


def edit(name: str, old: str, new: str, says: str, *, problems: int = 1) -> Case:
    """Return the minimal matrix with one place changed."""
    return Case(name=name, marked=replaced(old, new), says=says, problems=problems)


def whole(name: str, marked: str, says: str, *, problems: int = 1) -> Case:
    """Return a case whose whole text is given."""
    return Case(name=name, marked=marked, says=says, problems=problems)


def added(name: str, block: str, says: str, *, problems: int = 1) -> Case:
    """Return the minimal matrix with more top-level keys at its end."""
    return Case(name=name, marked=MINIMAL + block, says=says, problems=problems)


def image(name: str, fields: str, says: str, *, problems: int = 1) -> Case:
    """Return the minimal matrix whose one image has these fields too."""
    return edit(name, _IMAGE, f"{{from: trixie, {fields}}}", says, problems=problems)


def images(name: str, block: str, says: str, *, problems: int = 1) -> Case:
    """Return the minimal matrix with more images, each a line."""
    lines = "".join(f"  {line}\n" for line in block.strip().split("\n"))
    return edit(name, "profiles:\n", f"{lines}profiles:\n", says, problems=problems)


def profile(name: str, fields: str, says: str, *, problems: int = 1) -> Case:
    """Return the minimal matrix whose one profile has these fields too."""
    return edit(name, _PROFILE, f"{_PROFILE[:-1]}, {fields}}}", says, problems=problems)


def a_profile(name: str, written: str, says: str, *, problems: int = 1) -> Case:
    """Return the minimal matrix with another profile in place of its own."""
    return edit(name, _PROFILE, written, says, problems=problems)


def tree(name: str, arrange: Arrange, says: str, *, fields: str = "") -> Case:
    """Return a valid matrix in a tree that is not: the image has these fields, and the answer is exit code 4."""
    text = replaced(_IMAGE, f"{{from: trixie, {fields}}}") if fields else MINIMAL
    return Case(name=name, marked=text, says=says, exit_code=4, arrange=arrange)


def selecting(name: str, pattern: str, says: str) -> Case:
    """Return the valid matrix with a selection that matches nothing, which is exit code 5."""
    return Case(name=name, marked=MINIMAL, says=says, exit_code=5, arguments=("--select", pattern))


def fine(name: str, marked: str, says: str, *, arrange: Arrange | None = None) -> Case:
    """Return a case that only looks wrong: it must plan, and print this."""
    return Case(name=name, marked=marked, says=says, exit_code=0, arrange=arrange)


def replaced(old: str, new: str) -> str:
    assert MINIMAL.count(old) == 1, f"{old!r} stands {MINIMAL.count(old)} times in the minimal matrix"
    return MINIMAL.replace(old, new)
