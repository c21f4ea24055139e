"""The list of pins: what is written is read back, and every way to write it wrong has its place."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright.errors import PinsError
from hubwright.offering import Pin
from hubwright.pins import read_pins, require_known, why_no_reason, write_pins

FILE = "pins.yaml"
A, B = (f"sha256:{letter * 64}" for letter in "ab")
TEXT = f"""\
version: 1
pins:
  gpu:
    digest: {A}
    because: the new driver is slow
  lab: {{digest: {B}, because: 'see #7: it "hangs"'}}
"""

slugs = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
reasons = st.text(max_size=210).filter(lambda text: why_no_reason(text) is None)
digests = st.from_regex(r"sha256:[0-9a-f]{64}", fullmatch=True)


def test_pins_are_read_by_the_slug_of_their_profile() -> None:
    assert read_pins(TEXT.encode(), FILE) == {
        "gpu": Pin(digest=A, because="the new driver is slow"),
        "lab": Pin(digest=B, because='see #7: it "hangs"'),
    }


def test_the_text_says_what_it_is_and_is_the_same_for_the_same_pins() -> None:
    lab, gpu = Pin(digest=B, because='süß: \\ and "quotes"'), Pin(digest=A, because="slow")

    written = write_pins({"lab": lab, "gpu": gpu})

    assert written == write_pins({"gpu": gpu, "lab": lab})
    assert (
        written.decode()
        == f"""\
# The images that profiles are offered with until somebody says otherwise. `hubwright rollback` writes this file;
# review it like the matrix. What a pin names has to be proven, or its profile is withheld.
version: 1
pins:
  gpu:
    digest: {A}
    because: "slow"
  lab:
    digest: {B}
    because: "süß: \\\\ and \\"quotes\\""
"""
    )


@given(st.dictionaries(slugs, st.builds(Pin, digest=digests, because=reasons), max_size=3))
def test_what_is_written_is_read_back(pins: dict[str, Pin]) -> None:
    assert read_pins(write_pins(pins), FILE) == pins


@pytest.mark.parametrize(
    "before, after, message",
    [
        ("version: 1", "version: 2", "pins.yaml:1:10: expected 1, the version of this format"),
        ("pins:", "pin:", "pins.yaml:2:1: `pin` is not a key here. Did you mean pins?"),
        ("digest: " + A, "digest: sha256:abc", "pins.yaml:4:13: expected a whole digest, sha256: and 64 hexadecimal"),
        ("digest: " + A, "digest: [a]", "pins.yaml:4:13: expected text"),
        (f"    digest: {A}\n", "", "pins.yaml:3:3: `digest` is missing here"),
        ("    because: the new driver is slow\n", "", "pins.yaml:3:3: `because` is missing here"),
        ("the new driver is slow", "' '", "pins.yaml:5:14: expected the reason, for whoever wonders about it"),
        ("the new driver is slow", "x" * 201, "pins.yaml:5:14: expected one line of at most 200 characters"),
        ("the new driver is slow", "|\n      two\n      lines", "pins.yaml:5:14: expected one line of at most 200"),
        ("because: the", "why: the", "pins.yaml:5:5: `why` is not a key here. The keys are digest and because"),
        ("  lab:", "  gpu:", "gpu stands here twice"),
        (f"\n    digest: {A}\n    because: the new driver is slow", " []", "pins.yaml:3:8: expected a mapping"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(before: str, after: str, message: str) -> None:
    assert before in TEXT

    with pytest.raises(PinsError) as caught:
        read_pins(TEXT.replace(before, after, 1).encode(), FILE)

    assert message in str(caught.value)


@pytest.mark.parametrize(
    "known, message",
    [
        (["gpus", "lab"], "pins.yaml:3:3: there is no profile gpu. Did you mean gpus?"),
        (["lab"], "pins.yaml:3:3: there is no profile gpu. `hubwright rollback gpu --undo` takes the pin out"),
    ],
)
def test_a_pin_of_no_profile_is_refused(known: list[str], message: str) -> None:
    with pytest.raises(PinsError) as caught:
        require_known(TEXT.encode(), FILE, known)

    assert message in str(caught.value)


def test_pins_of_profiles_are_fine() -> None:
    require_known(TEXT.encode(), FILE, ["lab", "gpu", "other"])
    require_known(write_pins({}), FILE, [])


@given(st.binary(max_size=200), st.integers(0, len(TEXT)), st.integers(0, 40))
def test_whatever_is_written_is_read_or_refused(noise: bytes, place: int, length: int) -> None:
    data = TEXT.encode()

    with contextlib.suppress(PinsError):
        assert all(
            isinstance(pin, Pin) for pin in read_pins(data[:place] + noise + data[place + length :], FILE).values()
        )
