"""What a failed build has to do with the machine it ran on: its engine is gone, or one of its disks is full."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hubwright.disks import disk_failure, disk_remark
from hubwright.engines.asking import is_gone
from hubwright.engines.interface import Engine
from hubwright.errors import BootstrapError, BuildError, HubwrightError


@contextmanager
def at_work(engine: Engine, name: str) -> Iterator[None]:
    """Where the engine ends in the middle of the block, let the failure of what is built there say so first."""
    try:
        yield
    except (BuildError, BootstrapError) as error:
        if not is_gone(engine.address):
            raise
        msg = (
            f"{name}: the {engine.name} ended in the middle of it, which says nothing about the image. Run it again; "
            f"an embedded engine is then started anew\n{error}"
        )
        raise type(error)(msg) from error


def explained(error: HubwrightError | OSError, disks: Mapping[str, Path]) -> HubwrightError | None:
    """Return the error, with a word about the disks if one of them is full; None where it is a bug."""
    if isinstance(error, OSError):
        return disk_failure(error, disks)
    if remark := disk_remark(str(error), disks):
        error.add_note(remark)
    return error
