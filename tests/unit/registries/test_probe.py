from collections.abc import Callable
from typing import Any

import pytest

from fakes.registry import FakeRegistry
from fakes.timing import FakeTime
from hubwright.errors import ContentCorruptError, RegistryRefusedError, RegistryUnavailableError
from hubwright.registries.probe import Mode, Probed, probe

SCRATCH = "jupyter/scratch/probe"


def _probe(registry: FakeRegistry, time: FakeTime | None = None) -> Probed:
    return probe(registry, registry, SCRATCH, mark="m", clock=(time or FakeTime()).clock)


@pytest.mark.parametrize(
    "registry, mode",
    [
        (FakeRegistry(lists_referrers=True), Mode.NATIVE),
        (FakeRegistry(), Mode.TAG),
        (FakeRegistry(takes_subjects=False), Mode.TAG_WITHOUT_SUBJECT),
        (FakeRegistry(lists_referrers=True, immutable=lambda _: True), Mode.NATIVE),
    ],
)
def test_the_mode_is_found_and_everything_is_taken_back(registry: FakeRegistry, mode: Mode) -> None:
    assert _probe(registry) == Probed(found=mode, left={})
    assert any(write.startswith(f"{SCRATCH}:probe-m") for write in registry.writes)
    assert (registry.manifests, registry.tags_held) == ({}, {})


def test_a_registry_that_says_it_lists_and_does_not_is_not_native() -> None:
    class Boasting(FakeRegistry):
        def referrers(self, repository: str, digest: str) -> tuple[()]:
            del repository, digest
            return ()

    assert _probe(Boasting(lists_referrers=True)).found is Mode.TAG


def test_what_a_registry_refuses_to_delete_is_told() -> None:
    registry = FakeRegistry(deletes=False)
    probed = _probe(registry)
    assert probed.found is Mode.TAG
    assert set(probed.left) == {digest for _, digest in registry.manifests}
    assert all("refused with 405" in reason for reason in probed.left.values())


def test_what_comes_back_after_it_was_deleted_is_told() -> None:
    class Undead(FakeRegistry):
        def delete_manifest(self, repository: str, digest: str) -> bool:
            del repository, digest
            return True

    assert set(_probe(Undead()).left.values()) == {"it was deleted, and is there again"}


class _Breaking(FakeRegistry):
    """Breaks at one call, after it was done."""

    def __init__(self, at: int, error: BaseException) -> None:
        super().__init__(lists_referrers=True)
        self.at = at
        self.error = error
        self.calls = 0

    def _then(self, call: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        result = call(*arguments, **options)
        self.calls += 1
        if self.calls == self.at:
            raise self.error
        return result

    def push_blob(self, *arguments: Any, **options: Any) -> Any:
        return self._then(super().push_blob, *arguments, **options)

    def put_manifest(self, *arguments: Any, **options: Any) -> Any:
        return self._then(super().put_manifest, *arguments, **options)

    def referrers(self, *arguments: Any, **options: Any) -> Any:
        return self._then(super().referrers, *arguments, **options)

    def resolve(self, *arguments: Any, **options: Any) -> Any:
        return self._then(super().resolve, *arguments, **options)

    def blob(self, *arguments: Any, **options: Any) -> Any:
        return self._then(super().blob, *arguments, **options)


_STEPS = 8


def test_the_steps_are_counted() -> None:
    registry = _Breaking(0, AssertionError())
    _probe(registry)
    assert registry.calls == _STEPS


@pytest.mark.parametrize("at", range(1, _STEPS + 1))
def test_a_probe_that_breaks_half_way_leaves_nothing(at: int) -> None:
    registry = _Breaking(at, RegistryUnavailableError("it went away"))
    probed = _probe(registry)
    assert isinstance(probed.found, RegistryUnavailableError)
    assert (probed.left, registry.manifests, registry.tags_held) == ({}, {}, {})


@pytest.mark.parametrize("at", range(1, _STEPS + 1))
def test_a_probe_that_is_interrupted_leaves_nothing(at: int) -> None:
    registry = _Breaking(at, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        _probe(registry)
    assert (registry.manifests, registry.tags_held) == ({}, {})


def test_a_registry_that_goes_away_for_good_is_told_with_what_may_be_left() -> None:
    class Leaving(FakeRegistry):
        def referrers(self, repository: str, digest: str) -> tuple[()]:
            del repository, digest
            self.unavailable = True
            return ()

    probed = _probe(Leaving())
    assert isinstance(probed.found, RegistryUnavailableError)
    assert len(probed.left) == 2


def test_what_comes_back_altered_is_corrupt() -> None:
    class Forgetful(FakeRegistry):
        def resolve(self, repository: str, tag: str) -> None:
            del repository, tag

    class Empty(FakeRegistry):
        def blob(self, repository: str, digest: str, *, limit: int) -> None:
            del repository, digest, limit

    for registry in (Forgetful(), Empty()):
        probed = _probe(registry)
        assert isinstance(probed.found, ContentCorruptError)
        assert registry.manifests == {}


def test_whatever_is_refused_with_and_without_a_subject_is_the_registry_s_no() -> None:
    class Closed(FakeRegistry):
        def put_manifest(self, *_: Any) -> Any:
            msg = "refused with 403"
            raise RegistryRefusedError(msg)

    assert isinstance(_probe(Closed()).found, RegistryRefusedError)


def test_no_step_begins_after_the_deadline() -> None:
    time = FakeTime()

    class Slow(FakeRegistry):
        def push_blob(self, repository: str, body: bytes) -> str:
            time.now += 8
            return super().push_blob(repository, body)

    registry = Slow()
    probed = _probe(registry, time)
    assert "took too long" in str(probed.found)
    assert not any("probe-m-proof" in write for write in registry.writes)
    assert registry.manifests == {}
