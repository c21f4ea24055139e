import pytest

from fakes.repository import MemoryRepository
from hubwright.errors import PinsError
from hubwright.offering import Pin
from hubwright.pins import write_pins
from hubwright.pipeline.pinning import load_pins

PINS = {"lab": Pin(digest=f"sha256:{'a' * 64}", because="slow")}
REPOSITORY = MemoryRepository({"pins.yaml": write_pins(PINS)})


def test_without_a_file_nothing_is_pinned() -> None:
    assert load_pins(MemoryRepository({}), ["lab"]) == {}


@pytest.mark.parametrize("slugs", [None, ["lab", "gpu"]])
def test_pins_are_read(slugs: list[str] | None) -> None:
    assert load_pins(REPOSITORY, slugs) == PINS


def test_a_pin_of_no_profile_is_refused_where_the_profiles_are_known() -> None:
    with pytest.raises(PinsError, match="there is no profile lab"):
        load_pins(REPOSITORY, [])
