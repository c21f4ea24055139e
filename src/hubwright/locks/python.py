"""Locks of Python packages, resolved by uv for the Python and the platforms of an image."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from hubwright.disks import temporary_folder
from hubwright.errors import PackageError, UnresolvableError
from hubwright.frozen import dataclass
from hubwright.locks.survey import PythonTarget
from hubwright.process import run
from hubwright.vanishing import vanishing_folder

_RESOLVE_S = 600
_UV_PLATFORMS = {"linux/amd64": "x86_64-unknown-linux-gnu", "linux/arm64": "aarch64-unknown-linux-gnu"}
# uv ends with 1 where it looked and found no solution, or could not look; its words tell the two apart.
_FAILED = frozenset({1, 2})
_NO_SOLUTION = "No solution found"


@dataclass(frozen=True, kw_only=True, slots=True)
class Uv:
    """uv, the environment it runs in, and the folder whose own uv configuration it reads."""

    program: str
    environment: Mapping[str, str]
    folder: Path


def compile_lock(
    uv: Uv, target: PythonTarget, *, requirements: str, constraints: str, indexes: Sequence[str] = ()
) -> bytes:
    """Return the lock: every package with its version and the hashes of its files, and no word about an index.

    `indexes` are asked before those that the host is configured for, and what they have under a name is all there
    is of it.
    """
    if not target.python:
        msg = (
            f"{target.source}: nothing says which Python the image has; give its foundation a suite, or the fact: "
            "`facts: {python: ...}`"
        )
        raise UnresolvableError(msg)
    with vanishing_folder([temporary_folder()]) as work:
        (work / "requirements.in").write_text(requirements, encoding="utf-8")
        (work / "constraints.txt").write_text(constraints, encoding="utf-8")
        argv = (uv.program, *uv_arguments(target, work))
        done = run(
            argv,
            environment=_with_indexes(uv.environment, indexes),
            timeout_s=_RESOLVE_S,
            cwd=uv.folder,
            allowed_exit_codes=frozenset({0}) | _FAILED,
        )
        if done.exit_code == 0:
            return checked(target, (work / "locked.txt").read_bytes())
    said = done.stderr.decode("utf-8", "replace").strip().replace(f"{work}/", "")
    where = f"{target.source} (Python {target.python}, {', '.join(target.platforms)})"
    if _NO_SOLUTION not in said:
        msg = f"{where}: packages could not be asked for. Does `uv pip install` work on this machine? uv says: {said}"
        raise PackageError(msg)
    held = ", ".join([*target.constraints, *(lock for group in target.agreeing for lock in group)])
    because = f" It must not contradict {held}." if held else ""
    msg = f"{where} cannot be resolved.{because} uv says: {said}"
    raise UnresolvableError(msg)


def _with_indexes(environment: Mapping[str, str], indexes: Sequence[str]) -> dict[str, str]:
    """Return the environment with the indexes in front; an address may hold a password, so it is no argument."""
    told = [*indexes, *environment.get("UV_INDEX", "").split()]
    return {**environment, **({"UV_INDEX": " ".join(told)} if told else {})}


def uv_arguments(target: PythonTarget, work: Path) -> tuple[str, ...]:
    """Return what uv is asked; of one platform exactly, of several for all platforms there are."""
    one = len(target.platforms) == 1
    return (
        *("pip", "compile", "--quiet", "--generate-hashes", "--no-annotate"),
        *("--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command=./noxw -s lock"),
        # A source distribution may have to be built to learn what it needs.
        f"--python={sys.executable}",
        f"--python-version={target.python}",
        f"--python-platform={_UV_PLATFORMS[target.platforms[0]]}" if one else "--universal",
        # The common indexes hold packages of others under a vendor's names, perhaps in a higher version.
        *(("--index-strategy=first-index",) if target.sources else ()),
        f"--constraints={work / 'constraints.txt'}",
        f"--output-file={work / 'locked.txt'}",
        str(work / "requirements.in"),
    )


def checked(target: PythonTarget, lock: bytes) -> bytes:
    """Return the lock, or raise UnresolvableError where it would tell where packages come from."""
    for line in lock.decode("utf-8").splitlines():
        if not line.startswith("#") and ("://" in line or line.startswith("-")):
            msg = (
                f"{target.source}: a package comes from an address of its own, which would stand in {target.lock}; "
                "name such packages by their versions, and their index in the host's configuration"
            )
            raise UnresolvableError(msg)
    return lock
