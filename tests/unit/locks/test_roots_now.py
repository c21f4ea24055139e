from dataclasses import replace

import pytest

from fakes.apt import FakeApt, package
from fakes.registry import FakeRegistry
from hubwright.errors import RegistryRefusedError, RegistryUnavailableError, UnresolvableError
from hubwright.locks.outside import OpenRegistry
from hubwright.locks.roots_now import bootstrapped, lock_root
from hubwright.model import Foundation
from hubwright.registries.interface import Registry
from hubwright.roots import BootstrappedRoot, PulledRoot, Root
from values import FOUNDATION

AMD64 = "linux/amd64"
PULLED = PulledRoot(reference="docker.io/library/debian:trixie-slim", digest=f"sha256:{'a' * 64}")
MADE = bootstrapped("trixie", AMD64, FakeApt, None)


def _down(_: str) -> Registry:
    registry = FakeRegistry()
    registry.unavailable = True
    return registry


def _refusing(_: str) -> Registry:
    msg = "refused with 403"
    raise RegistryRefusedError(msg)


def _lock(
    before: Root | None = None, foundation: Foundation = FOUNDATION, open_registry: OpenRegistry = _down
) -> tuple[Root, list[str]]:
    said: list[str] = []
    root = lock_root(foundation, AMD64, before, ask_apt=FakeApt, open_registry=open_registry, say=said.append)
    return root, said


def test_a_root_is_what_every_debian_has() -> None:
    assert [each.name for each in MADE.packages] == ["apt", "bash", "libc6"]
    assert MADE.releases[0].name == "trixie"


def test_where_the_registry_does_not_answer_the_packages_are_taken_and_that_is_said() -> None:
    root, said = _lock()
    assert root == MADE
    assert said[0].startswith(
        "foundation trixie (linux/amd64): docker.io/library/debian:trixie-slim cannot be had here"
    )


def test_a_registry_that_refuses_is_said_too() -> None:
    root, said = _lock(open_registry=_refusing)
    assert root == MADE
    assert said[0].endswith("refused with 403")


def test_without_packages_to_fall_back_on_the_failure_is_told() -> None:
    with pytest.raises(RegistryUnavailableError):
        _lock(foundation=replace(FOUNDATION, suite=None))


def test_without_an_outside_image_no_registry_is_asked() -> None:
    root, said = _lock(foundation=replace(FOUNDATION, pull=None), open_registry=_refusing)
    assert (root, said) == (MADE, [])


def test_an_outage_does_not_change_the_way() -> None:
    root, said = _lock(PULLED)
    assert root is PULLED
    assert said[0].startswith("foundation trixie (linux/amd64) stays as it is locked")


def test_what_is_locked_as_packages_stays_so() -> None:
    assert _lock(MADE, open_registry=_refusing) == (MADE, [])


def test_a_lock_that_the_matrix_no_longer_means_does_not_count() -> None:
    root, said = _lock(replace(PULLED, reference="quay.io/other:1"))
    assert root == MADE
    assert len(said) == 1


def test_where_the_packages_are_the_same_the_lock_stays_as_it_is() -> None:
    later = bootstrapped(
        "trixie", AMD64, lambda suite, name, _=(): FakeApt(suite, name, date="2027-01-01T00:00:00Z"), MADE
    )
    assert later is MADE


def test_where_a_package_moved_the_lists_are_those_of_today() -> None:
    old = BootstrappedRoot(suite="trixie", releases=(), packages=(package("apt", "0.9"),))
    assert bootstrapped("trixie", AMD64, FakeApt, old) == MADE


def test_a_suite_without_a_root_is_told() -> None:
    class Empty(FakeApt):
        def resolve(self, *_: object, **__: object) -> str:
            return "no packages"

    with pytest.raises(UnresolvableError, match="suite trixie has no root for linux/amd64: apt says: no packages"):
        bootstrapped("trixie", AMD64, Empty, None)
