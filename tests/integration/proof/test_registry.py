"""Proofs in a real registry: attached by many at once, collected around, lost, moved, and asked for in an outage."""

import subprocess
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from fakes.content import push_image
from fakes.fault_proxy import Fault, fault_proxy, never, only, onward_from
from fakes.processes import kill_daemon
from fakes.timing import FakeTime
from hubwright.errors import HubwrightError
from hubwright.proof.attach import Attached, Notary
from hubwright.proof.decide import Answer
from hubwright.proof.gather import verify
from hubwright.proof.history import look_back
from hubwright.proof.statement import Result
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.registries.interface import Descriptor, Registry, sha256_digest
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.registries.timing import Timing
from proofs import LAYER, SHAPE, claim, expectation, pinned, pinned_keys, signer

WRITERS = 8
PROOFS = 10


@pytest.fixture
def image(repository: str) -> str:
    return f"hubwright/{repository}"


@pytest.fixture
def own(program: Path, tmp_path: Path) -> Iterator[EmbeddedRegistry]:
    """Give a registry of the test's own, which it may kill."""
    registry = EmbeddedRegistry(program=program, data=tmp_path / "data")
    yield registry
    registry.stop()


def notary(registry: Registry) -> Notary:
    return Notary(registry=registry, signer=signer("ours"), keys=pinned_keys(), timing=FakeTime().timing())


def test_a_proof_is_attached_decided_and_found_again(real: OciRegistry, image: str) -> None:
    subject = push_image(real, image, "fp-" + "a" * 64, LAYER)
    before = verify(real, expectation(image), pinned_keys())

    attached = notary(real).attach(claim(image), expectation(image), subject)
    again = notary(real).attach(claim(image), expectation(image), subject)
    past = look_back(real, image, shapes=[SHAPE], keys=pinned_keys(), clock=Timing().clock)[SHAPE]

    assert before.answer is Answer.ABSENT
    assert (attached.decision.answer, attached.decision.on_hardware, attached.listed) == (Answer.PROVEN, True, True)
    assert again == attached
    assert [proof.claim for proof in past.proven] == [claim(image)]
    assert (past.failed, past.unknown) == ((), ())


def test_eight_writers_lose_no_proof(real: OciRegistry, image: str) -> None:
    """Each writer has a key of its own; the list for other tools loses entries here, and nothing of ours."""
    subject = push_image(real, image, "latest", LAYER)
    keys = tuple(pinned(f"writer-{number}") for number in range(WRITERS))
    smoke_sets = [sha256_digest(b"%d" % number)[7:] for number in range(PROOFS)]
    barrier = Barrier(WRITERS)

    def write(number: int) -> list[Attached]:
        ours = Notary(registry=real, signer=signer(f"writer-{number}"), keys=keys[number : number + 1], timing=Timing())
        barrier.wait(timeout=60)
        return [
            ours.attach(claim(image, smoke_set=each), expectation(image, smoke_set=each), subject)
            for each in smoke_sets
        ]

    with ThreadPoolExecutor(WRITERS) as pool:
        attached = [each for made in pool.map(write, range(WRITERS)) for each in made]
    found = [
        (key.name, each)
        for key in keys
        for each in smoke_sets
        if verify(real, expectation(image, smoke_set=each), [key]).answer is Answer.PROVEN
    ]

    assert len(attached) == len(found) == WRITERS * PROOFS == 80


def test_a_race_for_one_tag_ends_in_one_proof_for_all(real: OciRegistry, image: str) -> None:
    subject = push_image(real, image, "latest", LAYER)
    barrier = Barrier(WRITERS)

    def write(number: int) -> Attached:
        barrier.wait(timeout=60)
        return notary(real).attach(claim(image, url=str(number)), expectation(image), subject)

    with ThreadPoolExecutor(WRITERS) as pool:
        attached = list(pool.map(write, range(WRITERS)))

    assert {each.decision.answer for each in attached} == {Answer.PROVEN}
    assert len({each.tag for each in attached}) == 1


def collect_garbage(own: EmbeddedRegistry) -> None:
    """Delete what has no tag, as an operator would: with the registry stopped."""
    program, _, configuration = own.argv
    own.stop()
    subprocess.run([program, "garbage-collect", "-m", configuration], check=True, capture_output=True, timeout=120)
    own.start()


def test_garbage_collection_leaves_proofs_and_what_they_are_about(own: EmbeddedRegistry) -> None:
    image = "hubwright/base"
    registry = OciRegistry(Endpoint(host=own.start()))
    subject = push_image(registry, image, "fp-" + "a" * 64, LAYER)
    stray = push_image(registry, image, "moved", b"first")
    push_image(registry, image, "moved", b"second")
    attached = notary(registry).attach(claim(image), expectation(image), subject)

    collect_garbage(own)

    assert registry.manifest(image, stray.digest) is None
    assert verify(registry, expectation(image), pinned_keys()) == attached.decision


def test_a_proof_that_was_collected_is_absent_and_not_unknown(own: EmbeddedRegistry) -> None:
    """Its own tag was moved to something else, and collection took what only the list for others still names."""
    image = "hubwright/base"
    registry = OciRegistry(Endpoint(host=own.start()))
    subject = push_image(registry, image, "fp-" + "a" * 64, LAYER)
    attached = notary(registry).attach(claim(image), expectation(image), subject)
    push_image(registry, image, attached.tag, b"something else")

    still_listed = verify(registry, expectation(image), pinned_keys())
    collect_garbage(own)
    collected = verify(registry, expectation(image), pinned_keys())

    assert still_listed.answer is Answer.PROVEN
    assert collected.answer is Answer.ABSENT


def test_a_moved_image_tag_takes_no_proof_along(real: OciRegistry, image: str) -> None:
    """What is verified is what is used: the shape of CVE-2022-47633, CVE-2026-122321 and their like."""
    subject = push_image(real, image, "latest", LAYER)
    notary(real).attach(claim(image), expectation(image), subject)
    other = push_image(real, image, "latest", b"something else")

    assert verify(real, expectation(image, digest=other.digest), pinned_keys()).answer is Answer.ABSENT
    assert verify(real, expectation(image), pinned_keys()).answer is Answer.PROVEN


def test_a_registry_that_is_down_says_nothing(own: EmbeddedRegistry) -> None:
    image = "hubwright/base"
    client = OciRegistry(Endpoint(host=own.start(), deadline_s=5), timing=FakeTime().timing())
    subject = push_image(client, image, "latest", LAYER)
    notary(client).attach(claim(image), expectation(image), subject)
    kill_daemon(own.argv)

    down = verify(client, expectation(image), pinned_keys())
    own.start()
    up = verify(client, expectation(image), pinned_keys())

    assert (down.answer, down.proof) == (Answer.UNKNOWN, None)
    assert up.answer is Answer.PROVEN


@pytest.fixture
def upstream(distribution: EmbeddedRegistry) -> str:
    return distribution.start()


def through(host: str, deadline_s: float) -> OciRegistry:
    return OciRegistry(Endpoint(host=host, deadline_s=deadline_s, request_s=1), timing=FakeTime().timing())


def prepared(registry: Registry, result: Result | None) -> tuple[str, Descriptor]:
    """Return an image that has a proof of this result, or none."""
    image = f"hubwright/{uuid.uuid4().hex}"
    subject = push_image(registry, image, "latest", LAYER)
    if result:
        notary(registry).attach(claim(image, result=result), expectation(image), subject)
    return image, subject


@pytest.mark.parametrize("result", [Result.PASSED, Result.FAILED, None])
@pytest.mark.parametrize("fault", [Fault.STATUS_500, Fault.STATUS_503, Fault.RESET_BEFORE, Fault.TRUNCATE, Fault.FLIP])
def test_a_fault_at_any_request_changes_no_answer(
    real: OciRegistry, upstream: str, fault: Fault, result: Result | None
) -> None:
    """One fault is survived or ends as UNKNOWN; one that stays is never a yes that was none, nor an absence."""
    image, _ = prepared(real, result)
    with fault_proxy(upstream, never) as proxy:
        sound = verify(through(proxy.host, 5), expectation(image), pinned_keys()).answer
        count = len(proxy.requests)

    for number in range(count):
        for pick, deadline_s in ((only(number, fault), 10.0), (onward_from(number, fault), 0.5)):
            with fault_proxy(upstream, pick) as proxy:
                answer = verify(through(proxy.host, deadline_s), expectation(image), pinned_keys()).answer
            assert answer in {sound, Answer.UNKNOWN}, f"{fault} at request {number}"
            if pick(number + 1, proxy.requests[0]) and sound is not Answer.BLOCKED and fault is not Fault.FLIP:
                assert answer is Answer.UNKNOWN, f"{fault} from request {number}"


@pytest.mark.parametrize("fault", [Fault.STATUS_500, Fault.RESET_AFTER])
def test_attaching_that_broke_off_anywhere_is_healed_by_a_run_with_one_more_fault(
    real: OciRegistry, upstream: str, fault: Fault
) -> None:
    image, subject = prepared(real, None)
    with fault_proxy(upstream, never) as proxy:
        notary(through(proxy.host, 10)).attach(claim(image), expectation(image), subject)
        count = len(proxy.requests)
    assert count > 10

    for number in range(count):
        image, subject = prepared(real, None)
        with fault_proxy(upstream, onward_from(number, fault)) as proxy, pytest.raises(HubwrightError):
            notary(through(proxy.host, 0.5)).attach(claim(image), expectation(image), subject)
        with fault_proxy(upstream, only(number, fault)) as proxy:
            attached = notary(through(proxy.host, 10)).attach(claim(image), expectation(image), subject)
        assert attached.decision.answer is Answer.PROVEN, f"{fault} at request {number}"
