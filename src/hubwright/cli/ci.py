from pathlib import Path

import click

from hubwright.cli.options import matrix_option
from hubwright.errors import LocalDiskError, UsageError, WorkflowsStaleError
from hubwright.files import write_atomically
from hubwright.model import Ci, Matrix
from hubwright.pipeline.planning import load
from hubwright.tree import DiskTree
from hubwright.workflows.derive import derive, differences


@click.command("ci")
@matrix_option
@click.option(
    "--check", is_flag=True, help="Write nothing; say what differs from the matrix, and fail if anything does."
)
def command(matrix_file: Path, check: bool) -> None:  # noqa: FBT001 - click passes flags
    r"""Write the workflows that build, prove and release by themselves, and the policies of their roles.

    All of it is derived from the matrix: what runs where, in which order, and as whom. docs/ci.md says what the
    workflows do, and what has to be set up once at GitHub and at AWS.

    \b
    Examples:
      hubwright ci
      hubwright ci --check
    """
    root = matrix_file.parent
    with DiskTree(root) as tree:
        matrix = load(tree, matrix_file.name)
    wanted = derive(matrix, _ci(matrix))
    found = {path: _read(root / path) for path in wanted}
    if check:
        _compare(wanted, found)
        print(f"{_amount(wanted)} files are as the matrix says")  # noqa: T201 - the answer
        return
    moved = [path for path, text in wanted.items() if found[path] != text]
    for path in moved:
        _put(root / path, wanted[path])
        print(f"{path}: {'written' if wanted[path] is not None else 'removed'}")  # noqa: T201 - the answer
    print(f"{len(moved)} changed, {len(wanted) - len(moved)} as they were")  # noqa: T201 - the answer


def _ci(matrix: Matrix) -> Ci:
    if matrix.ci is None:
        msg = "the matrix does not say where this repository is on GitHub; write `ci: {repository: owner/name}` into it"
        raise UsageError(msg)
    return matrix.ci


def _compare(wanted: dict[str, str | None], found: dict[str, str | None]) -> None:
    if stale := differences(wanted, found):
        lines = "\n".join(f"  {line}" for line in stale)
        msg = (
            f"not what the matrix says:\n{lines}\n`hubwright ci` writes it anew; change the matrix, and not these files"
        )
        raise WorkflowsStaleError(msg)


def _amount(wanted: dict[str, str | None]) -> int:
    return sum(text is not None for text in wanted.values())


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, NotADirectoryError):
        return None


def _put(path: Path, text: str | None) -> None:
    try:
        if text is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, text.encode())
    except OSError as error:
        msg = f"{path} cannot be written: {error}"
        raise LocalDiskError(msg) from error
