"""The pins beside a matrix."""

from collections.abc import Collection

from hubwright.offering import Pin
from hubwright.pins import PINS_FILE, read_pins, require_known
from hubwright.repository import Repository
from hubwright.written.read import MAX_BYTES


def load_pins(repository: Repository, slugs: Collection[str] | None = None) -> dict[str, Pin]:
    """Return the pins by their profile, none where there is no file; `slugs` are all that there are, where known."""
    if not repository.holds(PINS_FILE):
        return {}
    data = repository.read(PINS_FILE, MAX_BYTES)
    if slugs is not None:
        require_known(data, PINS_FILE, slugs)
    return read_pins(data, PINS_FILE)
