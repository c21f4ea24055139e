"""The pins beside a matrix."""

from collections.abc import Collection

from hubwright.offering import PINS_FILE, Pin
from hubwright.repository import Repository


def load_pins(repository: Repository, slugs: Collection[str] | None = None) -> dict[str, Pin]:
    """Return the pins by their profile, none where there is no file; `slugs` are all that there are, where known."""
    if not repository.holds(PINS_FILE):
        return {}
    # Most have none, and what reads a file of people takes a while to load.
    from hubwright.pins import read_pins, require_known  # noqa: PLC0415 - see above
    from hubwright.written.read import MAX_BYTES  # noqa: PLC0415 - see above

    data = repository.read(PINS_FILE, MAX_BYTES)
    if slugs is not None:
        require_known(data, PINS_FILE, slugs)
    return read_pins(data, PINS_FILE)
