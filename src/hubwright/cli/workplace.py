"""Where a night works and nobody else does: a copy of the last commit, and the folder for what came of it."""

import shutil
from collections.abc import Collection
from pathlib import Path

from hubwright.branch import PREFIX, Checkout, Copy
from hubwright.cli.today import today
from hubwright.emit.hub import LIST_FILE, SPARK_FILE, VALUES_FILE
from hubwright.errors import CheckoutError
from hubwright.frozen import dataclass
from hubwright.pipeline.locking import lock_paths
from hubwright.tree import DiskTree
from hubwright.words import escape, listed

FOR_A_HUB = (VALUES_FILE, LIST_FILE, SPARK_FILE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a night works, and where it leaves what came of it.

    `out` is the user's folder for outputs, and `beside` its path in the repository (`out/`). `committed` are the
    files for a hub that the last commit has there: then they are written in the copy, and go into the branch.
    """

    checkout: Checkout
    copy: Copy
    day: str
    branch: str
    matrix_file: Path
    out: Path
    beside: str
    committed: frozenset[str]

    @property
    def outputs(self) -> Path:
        return self.copy.tree / self.beside if self.committed else self.out


def prepare_place(checkout: Checkout, matrix_name: str, out: Path, work: Path) -> Place:
    """Return where to work; CheckoutError where that would be in somebody's way."""
    day = today().isoformat()
    branch = f"{PREFIX}{day}"
    checkout.require_free(branch)
    copy = checkout.copy(work)
    matrix_file = copy.tree / checkout.prefix / matrix_name
    if not matrix_file.is_file():
        msg = f"the last commit has no {checkout.prefix}{matrix_name}, and a night starts from that; commit it"
        raise CheckoutError(msg)
    top = checkout.top.resolve()
    inside = out.is_relative_to(top)
    beside = "".join(f"{part}/" for part in out.relative_to(top).parts) if inside else ""
    committed = [f"{beside}{name}" for name in FOR_A_HUB if inside and checkout.holds(f"{beside}{name}")]
    with DiskTree(matrix_file.parent) as tree:
        ours = {*committed, *(f"{checkout.prefix}{path}" for path in lock_paths(tree, matrix_name))}
    if changed := [path for path in checkout.changed() if path in ours]:
        msg = (
            f"not committed: {listed(map(escape, changed), conjunction='and')}. A night starts from the last commit "
            "and writes these anew; commit them, or put them back with `git checkout`"
        )
        raise CheckoutError(msg)
    return Place(
        checkout=checkout,
        copy=copy,
        day=day,
        branch=branch,
        matrix_file=matrix_file,
        out=out,
        beside=beside,
        committed=frozenset(committed),
    )


def hand_over(place: Place, emitted: Collection[str]) -> None:
    """Give the user what was written beside the files that are committed: evidence of this run, logs."""
    kept = {*place.committed, *(f"{place.beside}{name}" for name in emitted)}
    for path in place.outputs.rglob("*"):
        if path.is_file() and path.relative_to(place.copy.tree).as_posix() not in kept:
            target = place.out / path.relative_to(place.outputs)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
