"""The pins beside the matrix, for the commands that honour or change them."""

from hubwright.model import Matrix
from hubwright.offering import Pin
from hubwright.pins import PINS_FILE, read_pins, require_known
from hubwright.repository import Repository

_MAX_PINS = 1 << 20


def read_pins_file(repository: Repository, matrix: Matrix) -> dict[str, Pin]:
    """Return the pins by profile; a repository without the file has none."""
    if not repository.holds(PINS_FILE):
        return {}
    data = repository.read(PINS_FILE, _MAX_PINS)
    require_known(data, PINS_FILE, {profile.slug for profile in matrix.profiles})
    return read_pins(data, PINS_FILE)
