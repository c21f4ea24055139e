"""What a failed build has to do with the machine it ran on: its engine is gone, or one of its disks is full."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hubwright.disks import disk_failure, disk_remark
from hubwright.engines.asking import is_gone
from hubwright.engines.interface import Engine
from hubwright.errors import BootstrapError, BuildError, HubwrightError


@contextmanager
def at_work(engine: Engine) -> Iterator[None]:
    """Where the engine ends in the middle of the block, let the failure say so."""
    try:
        yield
    except (BuildError, BootstrapError) as error:
        if is_gone(engine.address):
            error.add_note(
                f"{engine.name} has ended meanwhile, so this says nothing about the image. Run it again; an embedded "
                "engine is then started anew"
            )
        raise


def explained(error: HubwrightError | OSError, disks: Mapping[str, Path]) -> HubwrightError | None:
    """Return the error, with a word about the disks if one of them is full; None where it is a bug."""
    if isinstance(error, OSError):
        return disk_failure(error, disks)
    if remark := disk_remark(str(error), disks):
        error.add_note(remark)
    return error
