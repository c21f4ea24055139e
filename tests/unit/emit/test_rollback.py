"""Where a profile can go back to."""

from dataclasses import replace

import pytest

from hubwright.emit.choose import choose
from hubwright.emit.rollback import Known, known_images, named_image, previous_image
from hubwright.errors import SelectionError, UsageError
from hubwright.model import Needs, Offer, Profile
from hubwright.offering import Evidence, Pin, ProfileEntry, Proven
from proven import proven
from values import SHAPE, policy, profile

A, B, C = "sha256:" + "a" * 64, "sha256:" + "b" * 64, "sha256:" + "b" * 20 + "c" * 44
ONE = profile("lab", "base")
TWO = replace(
    ONE,
    offers=tuple(
        Offer(profile="lab", choices={"size": size}, variant="base", shape=SHAPE) for size in ("small", "large")
    ),
)


def evidence(of: Profile, *of_each: list[Proven], today: str = A) -> list[Evidence]:
    """Return what is known of each start; a proof of today's image is today's."""
    return [
        Evidence(
            offer=offer,
            repository="hub/base",
            digest=today,
            today=next((each for each in past if each.digest == today), None),
            reason="it failed",
            past=tuple(past),
        )
        for offer, past in zip(of.offers, of_each, strict=True)
    ]


def entry(of: Profile, known: list[Evidence], pin: str | None = None) -> ProfileEntry:
    return choose(of, known, pin=Pin(digest=pin, because="slow") if pin else None, today="2026-11-21")


def known(digest: str, on: str, *starts: str) -> Known:
    return Known(digest=digest, on=f"{on}T12:00:00Z", starts=frozenset(starts or ["lab"]))


THREE = [proven(A, "2026-11-20"), proven(B, "2026-11-10"), proven(C, "2026-11-01"), proven(B, "2026-10-01")]
KNOWN = (known(A, "2026-11-20"), known(B, "2026-11-10"), known(C, "2026-11-01"))


def test_images_are_known_the_newest_first_and_once() -> None:
    assert known_images(ONE, evidence(ONE, THREE)) == KNOWN
    assert known_images(ONE, evidence(ONE, THREE[::-1])) == KNOWN


def test_what_does_not_count_for_the_profile_is_not_known() -> None:
    strict = replace(ONE, policy=policy(needs=Needs.HARDWARE))

    assert known_images(strict, evidence(ONE, [proven(A, "2026-11-20", hardware=False)])) == ()


def test_each_run_goes_one_back() -> None:
    of = evidence(ONE, THREE)

    assert previous_image(entry(ONE, of), KNOWN).digest == B
    assert previous_image(entry(ONE, of, pin=B), KNOWN).digest == C
    with pytest.raises(SelectionError, match=f"nothing older than {C[:19]} is proven for lab, so there is nothing to"):
        previous_image(entry(ONE, of, pin=C), KNOWN)


def test_a_profile_that_is_not_offered_goes_to_the_newest() -> None:
    of = evidence(ONE, [proven(B, "2025-01-01")])

    assert previous_image(entry(ONE, of), known_images(ONE, of)).digest == B


def test_of_nothing_there_is_no_way_back() -> None:
    of = evidence(ONE, [])

    with pytest.raises(
        SelectionError, match=r"nothing at all is proven for lab, so .* Nothing is proven for it yet; `h"
    ):
        previous_image(entry(ONE, of), known_images(ONE, of))


def test_an_image_that_leaves_more_starts_goes_before_a_newer_one() -> None:
    shared = [proven(A, "2026-11-20"), proven(C, "2026-11-01")]
    of = evidence(TWO, [*shared, proven(B, "2026-11-10")], shared)
    both = known_images(TWO, of)

    assert [each.digest for each in both] == [A, B, C]
    assert previous_image(entry(TWO, of), both).digest == C


def test_several_images_have_no_one_way_back() -> None:
    shown = entry(ONE, evidence(ONE, THREE))
    [start] = shown.starts
    several = replace(shown, starts=(start, replace(start, proven=THREE[1])))

    with pytest.raises(SelectionError) as caught:
        previous_image(several, KNOWN)

    assert str(caught.value) == (
        f"lab has {A[:19]} and {B[:19]} now; say with --to which image all of it is to have. What is proven:"
        f"\n  {A}, last on 2026-11-20, for lab\n  {B}, last on 2026-11-10, for lab\n  {C}, last on 2026-11-01, for lab"
    )


@pytest.mark.parametrize(
    "text, digest", [(A, A), (A[7:], A), (A[:19], A), (A[7:19], A), (B[: 7 + 21], B), (C[7 : 7 + 21], C)]
)
def test_an_image_is_named_by_its_digest_or_the_first_of_its_digits(text: str, digest: str) -> None:
    assert named_image(ONE, KNOWN, text).digest == digest


@pytest.mark.parametrize("text", ["latest", A[:18], "sha256:", A + "a", "A" * 12, "b" * 12 + "\n"])
def test_what_is_no_digest_is_not_looked_for(text: str) -> None:
    with pytest.raises(
        UsageError, match="is no digest; expected sha256: and its hexadecimal digits, or at least twelve"
    ):
        named_image(ONE, KNOWN, text)


def test_digits_of_two_images_are_too_few() -> None:
    with pytest.raises(SelectionError, match=f"{'b' * 12} names 2 images; give more of its digits. What is proven:"):
        named_image(ONE, KNOWN, "b" * 12)


def test_what_is_not_proven_is_refused_with_what_is() -> None:
    with pytest.raises(SelectionError) as caught:
        named_image(ONE, KNOWN[:1], "d" * 12)

    assert str(caught.value) == (
        f"dddddddddddd has no proof that counts for lab, so it is not offered. What is proven:"
        f"\n  {A}, last on 2026-11-20, for lab"
    )
