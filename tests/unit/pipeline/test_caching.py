import json
from collections.abc import Callable

import pytest

from fakes.content import image_body
from fakes.registry import FakeRegistry
from hubwright.errors import AwsRefusedError, BuildError
from hubwright.pipeline.caching import BuildCache
from hubwright.progress import BuildProgress
from hubwright.registries.interface import OCI_MANIFEST, sha256_digest
from values import variant

SPARK = variant("spark-4.1", image="spark")
LEFT = "r.io/cache/spark@" + sha256_digest(image_body(b"steps"))


class _Scene:
    """A cache, what was said about it, and what the attempts were given."""

    def __init__(self, *, filled: bool = True) -> None:
        self.registry = FakeRegistry()
        self.said: list[str] = []
        self.prepared: list[str] = []
        self.attempts: list[str | None] = []
        self.cache = BuildCache(
            registry=self.registry,
            host="r.io",
            repository=lambda image: f"cache/{image}",
            prepare=self.prepared.append,
            say=self.said.append,
        )
        if filled:
            for blob in (b"{}", b"steps"):
                self.registry.push_blob("cache/spark", blob)
            self.registry.put_manifest("cache/spark", "spark-4.1", image_body(b"steps"), OCI_MANIFEST)

    def fails_with_cache(self, step: str, error: str) -> Callable[[str | None, BuildProgress], None]:
        def attempt(left: str | None, progress: BuildProgress) -> None:
            self.attempts.append(left)
            if left is None:
                return
            document = {"vertexes": [{"digest": "a", "name": step, "error": error}]}
            progress.feed(json.dumps(document).encode() + b"\n")
            raise BuildError(error)

        return attempt

    def works(self, left: str | None, progress: BuildProgress) -> None:
        del progress
        self.attempts.append(left)


def test_a_build_reads_what_the_last_one_left_by_its_digest() -> None:
    scene = _Scene()
    scene.cache.build(SPARK, scene.works, BuildProgress)
    assert (scene.attempts, scene.said) == ([LEFT], [])


def test_where_nothing_was_left_nothing_is_read_or_said() -> None:
    scene = _Scene(filled=False)
    scene.cache.build(SPARK, scene.works, BuildProgress)
    assert (scene.attempts, scene.said) == ([None], [])


def test_a_cache_that_cannot_be_asked_for_costs_no_build() -> None:
    scene = _Scene()
    scene.registry.unavailable = True
    scene.cache.build(SPARK, scene.works, BuildProgress)
    assert scene.attempts == [None]
    assert [line.startswith("note: the build cache of spark-4.1 could not be looked up: ") for line in scene.said] == [
        True
    ]


def test_a_layer_that_is_gone_from_the_cache_costs_a_second_attempt() -> None:
    scene = _Scene()
    lost = "could not fetch content descriptor sha256:2 from remote: not found"
    scene.cache.build(SPARK, scene.fails_with_cache("[2/2] RUN a", lost), BuildProgress)
    assert scene.attempts == [LEFT, None]
    assert scene.said == [f"note: the build cache of spark-4.1 could not be read: {lost}"]


def test_what_a_program_said_stands() -> None:
    """A test that is tried until it passes is no test, and a cache is no reason to try again."""
    scene = _Scene()
    attempt = scene.fails_with_cache("[2/2] RUN a", 'process "a" did not complete successfully: exit code: 3')
    with pytest.raises(BuildError, match="exit code: 3"):
        scene.cache.build(SPARK, attempt, BuildProgress)
    assert (scene.attempts, scene.said) == ([LEFT], [])


def test_a_cache_that_was_skipped_is_mentioned() -> None:
    scene = _Scene()

    def attempt(left: str | None, progress: BuildProgress) -> None:
        del left
        document = {"vertexes": [{"digest": "a", "name": "importing cache manifest from r.io", "error": "torn\nup"}]}
        progress.feed(json.dumps(document).encode() + b"\n")

    scene.cache.build(SPARK, attempt, BuildProgress)
    assert scene.said == ["note: the build cache of spark-4.1 could not be read: torn up"]


def test_an_export_goes_to_the_variant_s_tag_and_passes_on_what_was_read() -> None:
    scene = _Scene()
    seen: list[tuple[str, str | None]] = []
    scene.cache.keep(SPARK, lambda into, left: seen.append((into, left)), stopped=lambda: False)
    assert seen == [("r.io/cache/spark:spark-4.1", LEFT)]
    assert (scene.prepared, scene.said) == (["cache/spark"], [])


def test_what_is_broken_is_replaced_by_what_was_built() -> None:
    scene = _Scene()
    seen: list[str | None] = []

    def export(into: str, left: str | None) -> str | None:
        del into
        seen.append(left)
        return "not found" if left else None

    scene.cache.keep(SPARK, export, stopped=lambda: False)
    assert (seen, scene.said) == ([LEFT, None], [])


@pytest.mark.parametrize(
    "stopped, told", [(False, ["note: the build cache of spark-4.1 could not be written: no way"]), (True, [])]
)
def test_an_export_that_fails_is_a_line(stopped: bool, told: list[str]) -> None:  # noqa: FBT001 - a case
    scene = _Scene()
    scene.cache.keep(SPARK, lambda into, left: "no way", stopped=lambda: stopped)  # noqa: ARG005 - a failure
    assert scene.said == told


def test_a_repository_that_may_not_be_made_is_a_line() -> None:
    scene = _Scene()

    def refuse(repository: str) -> None:
        msg = f"may not create {repository}"
        raise AwsRefusedError(msg)

    cache = BuildCache(
        registry=scene.registry, host="r.io", repository=lambda image: image, prepare=refuse, say=scene.said.append
    )
    cache.keep(SPARK, lambda into, left: None, stopped=lambda: False)  # noqa: ARG005 - never called
    assert scene.said == ["note: the build cache of spark-4.1 could not be written: may not create spark"]
