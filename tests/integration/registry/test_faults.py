"""Every request of a push and of what reads it back, broken in every way that networks and registries know."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from fakes.content import push_image
from fakes.fault_proxy import Fault, Pick, fault_proxy, never, only, onward_from
from fakes.timing import FakeTime
from hubwright.errors import ContentCorruptError, HubwrightError, RegistryUnavailableError
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.registries.interface import Descriptor, Manifest, Referrer, Registry, sha256_digest
from hubwright.registries.oci import Endpoint, OciRegistry

LAYER = b"the only layer" * 100
DEADLINE_S = 10.0
# How long a hanging request is waited for. Sound requests take some milliseconds here; one that takes longer, on a
# busy machine, is made again and changes no outcome.
REQUEST_S = 0.25
# These leave nothing that could be taken for an answer.
SILENT = [fault for fault in Fault if fault not in {Fault.TRUNCATE, Fault.FLIP}]


@dataclass(frozen=True, kw_only=True, slots=True)
class Travelled:
    pushed: Descriptor
    resolved: Descriptor | None
    manifest: Manifest | None
    blob: bytes | None
    referrers: tuple[Referrer, ...]


def travel(registry: Registry, repository: str) -> Travelled:
    pushed = push_image(registry, repository, "latest", LAYER)
    return Travelled(
        pushed=pushed,
        resolved=registry.resolve(repository, "latest"),
        manifest=registry.manifest(repository, pushed.digest),
        blob=registry.blob(repository, sha256_digest(LAYER), limit=len(LAYER)),
        referrers=registry.referrers(repository, pushed.digest),
    )


def travel_through(upstream: str, pick: Pick, *, deadline_s: float) -> tuple[Travelled | HubwrightError, int]:
    """Return how it ended, and how many requests it took; no call may go on beyond its deadline."""
    time = FakeTime()
    with fault_proxy(upstream, pick) as proxy:
        endpoint = Endpoint(host=proxy.host, deadline_s=deadline_s, request_s=REQUEST_S)
        try:
            outcome: Travelled | HubwrightError = travel(
                OciRegistry(endpoint, timing=time.timing()), f"faults/{uuid.uuid4().hex}"
            )
        except HubwrightError as error:
            outcome = error
        assert time.now <= deadline_s
        return outcome, len(proxy.requests)


@pytest.fixture(scope="module")
def upstream(distribution: EmbeddedRegistry) -> str:
    return distribution.start()


@pytest.fixture(scope="module")
def sound(upstream: str) -> tuple[Travelled, int]:
    """Return what comes of it without a fault, and the number of requests that it takes."""
    outcome, count = travel_through(upstream, never, deadline_s=DEADLINE_S)
    assert isinstance(outcome, Travelled)
    assert outcome.blob == LAYER
    assert outcome.resolved == outcome.pushed
    return outcome, count


@pytest.mark.parametrize("fault", [*SILENT, Fault.TRUNCATE])
def test_one_fault_is_survived_wherever_it_strikes(upstream: str, sound: tuple[Travelled, int], fault: Fault) -> None:
    expected, count = sound

    for number in range(count):
        outcome, _ = travel_through(upstream, only(number, fault), deadline_s=DEADLINE_S)
        assert outcome == expected, f"{fault} at request {number}"


@pytest.mark.parametrize("fault", SILENT)
def test_a_fault_that_stays_is_never_an_absence(upstream: str, sound: tuple[Travelled, int], fault: Fault) -> None:
    _, count = sound

    for number in range(count):
        outcome, _ = travel_through(upstream, onward_from(number, fault), deadline_s=0.5)
        assert isinstance(outcome, RegistryUnavailableError), f"{fault} from request {number}: {outcome}"


@pytest.mark.parametrize("fault", [Fault.TRUNCATE, Fault.FLIP])
@pytest.mark.parametrize("pick", [only, onward_from])
def test_altered_content_is_never_taken_for_the_real_one(
    upstream: str, sound: tuple[Travelled, int], fault: Fault, pick: Callable[[int, Fault], Pick]
) -> None:
    expected, count = sound

    for number in range(count):
        outcome, _ = travel_through(upstream, pick(number, fault), deadline_s=0.5)
        told = isinstance(outcome, ContentCorruptError | RegistryUnavailableError)
        assert told or outcome == expected, f"{fault}, request {number}: {outcome}"
