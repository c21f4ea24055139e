import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import click

from hubwright.apt import Apt, private_apt
from hubwright.cli.engines import say
from hubwright.cli.host import ca_file
from hubwright.cli.installer import uv_of_host
from hubwright.cli.options import matrix_option
from hubwright.cli.outside import open_outside
from hubwright.errors import LockMovedError
from hubwright.files import write_atomically
from hubwright.locks.desk import Tools
from hubwright.locks.moves import describe
from hubwright.locks.python import Uv
from hubwright.locks.roots_now import AskApt
from hubwright.locks.run import LockFile, Locks
from hubwright.pipeline.locking import lock
from hubwright.proxies import read_proxies
from hubwright.sources import addresses, ask_source
from hubwright.tree import DiskTree


@click.command("lock")
@matrix_option
@click.option(
    "-s",
    "--select",
    "patterns",
    multiple=True,
    metavar="GLOB",
    help="Only the locks of images or variants that match; may be given more than once.",
)
@click.option("--check", is_flag=True, help="Write nothing; say what would change, and fail if anything would.")
def command(matrix_file: Path, patterns: tuple[str, ...], check: bool) -> None:  # noqa: FBT001 - click passes flags
    r"""Resolve what images are made of, and write it down.

    Everything is resolved before anything is written: foundations.lock, and in each image's folder the lock of
    every file that asks for packages. Builds install exactly what is locked.

    \b
    Examples:
      hubwright lock
      hubwright lock --select pyspark
      hubwright lock --check
    """
    folder = matrix_file.parent
    files = locks_today(matrix_file, patterns).files
    moved = [file for file in files if file.moved]
    if not check:
        for file in moved:
            write_atomically(folder / file.path, file.after)
    sys.stdout.write("".join(f"{describe(file)}\n" for file in moved) + _closing(files, moved, check=check))
    if check and moved:
        msg = f"{len(moved)} of {len(files)} locks would change; `hubwright lock` writes them"
        raise LockMovedError(msg)


def locks_today(matrix_file: Path, patterns: tuple[str, ...], *, tolerant: bool = False) -> Locks:
    """Return what this machine's uv and apt, and the sources, have today; nothing is written."""
    with DiskTree(matrix_file.parent) as tree, _tools(matrix_file.parent) as tools:
        return lock(
            tree,
            matrix_file.name,
            patterns,
            tools,
            addresses=lambda sources: addresses(sources, os.environ),
            answers=lambda address: ask_source(address, ca_file=ca_file(os.environ), proxies=read_proxies(os.environ)),
            tolerant=tolerant,
        )


def _closing(files: tuple[LockFile, ...], moved: list[LockFile], *, check: bool) -> str:
    kept = len(files) - len(moved)
    return f"{len(moved)} {'would change' if check else 'written'}, {kept} as they were\n"


@contextmanager
def _tools(folder: Path) -> Iterator[Tools]:
    with ExitStack() as stack:
        yield Tools(uv=_uv(folder), ask_apt=_ask_apt(stack), open_registry=open_outside, say=say)


def _uv(folder: Path) -> Uv:
    program, environment = uv_of_host()
    return Uv(program=program, environment=environment, folder=folder.resolve())


def _ask_apt(stack: ExitStack) -> AskApt:
    @cache
    def ask(suite: str, architecture: str, repositories: tuple[str, ...] = (), /) -> Apt:
        apt = private_apt(suite, architecture, environment=os.environ, repositories=repositories)
        return stack.enter_context(apt)

    return ask
