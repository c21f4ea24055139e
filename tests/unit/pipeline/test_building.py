import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from fakes.builder import FakeBuildx
from fakes.content import image_body, push_image
from fakes.registry import FakeRegistry
from hubwright.buildx import HostSettings
from hubwright.engines.interface import Engine
from hubwright.errors import BuildError, HubwrightError, RegistryUnavailableError, TreeError
from hubwright.pipeline.building import Building, failure_of
from hubwright.pipeline.destination import Destination, publish_once
from hubwright.pipeline.making import Workshop
from hubwright.plan import make_plan
from hubwright.planned import Absent, Made, Plan, Presence, Present, Recipe, Unknown
from hubwright.progress import Movement
from hubwright.publish import adopt, look_up
from hubwright.registries.interface import OCI_INDEX, OCI_MANIFEST, sha256_digest
from hubwright.schedule import Aborted, Done, Failed, Result
from hubwright.tree import DiskTree
from hubwright.verdicts import Verdict
from values import matrix, prints, variant

FAMILY = matrix(variant("base"), variant("spark", "base"), variant("cuda", "base"), variant("extra", "spark"))
PRINTS = prints(FAMILY)
ENGINE = Engine(name="fake", address="", environment={}, docker="docker", buildx=("buildx",))
FOUNDATION = "127.0.0.1:5000/hubwright/foundation-trixie@sha256:" + "f" * 64


@dataclass
class _Watcher:
    seen: list[tuple[str, str]] = field(default_factory=list)

    def begins(self, name: str, reason: str) -> None:
        del reason
        self.seen.append((name, "begins"))

    def moves(self, name: str, progress: Movement) -> None:
        self.seen.append((name, progress.current()))

    def ends(self, name: str, result: Made | Verdict | HubwrightError) -> None:
        self.seen.append((name, type(result).__name__))


def _plan(registry: FakeRegistry) -> Plan:
    presence = look_up(registry, {name: f"hubwright/{name}" for name in PRINTS}, PRINTS, time.monotonic)
    return make_plan(
        FAMILY, chosen=frozenset(FAMILY.variants), fingerprints=PRINTS, smoke_sets={}, presence=presence, unreachable={}
    )


def _run(
    registry: FakeRegistry, buildx: FakeBuildx, tmp_path: Path, watcher: _Watcher | None = None
) -> dict[str, Result[Made]]:
    return _building(registry, buildx, tmp_path, watcher).run(_plan(registry))


def _recipe(root: Path, folder: str) -> Recipe:
    """Return the recipe of an image that is nothing but a Dockerfile, which is written anew."""
    (root / folder).mkdir(parents=True, exist_ok=True)
    (root / folder / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    with DiskTree(root) as tree:
        return tree.recipe(folder, "Dockerfile")


def _building(registry: FakeRegistry, buildx: FakeBuildx, tmp_path: Path, watcher: _Watcher | None = None) -> Building:
    return Building(
        recipes={each.name: _recipe(tmp_path, each.folder) for each in FAMILY.variants.values()},
        foundation_ref=lambda name, platform: {("trixie", "linux/amd64"): FOUNDATION}[name, platform],
        destination=Destination(registry=registry, host="127.0.0.1:5000", prefix="hubwright"),
        workshop=Workshop(
            root=tmp_path,
            engine=lambda: ENGINE,
            environment={},
            host=HostSettings(files={}, values={}, proxies=()),
            locks=tmp_path / "locks",
            follow=buildx,
            workers=2,
        ),
        watcher=watcher or _Watcher(),
    )


def test_everything_is_built_on_the_digest_of_what_it_stands_on(tmp_path: Path) -> None:
    registry = FakeRegistry()
    buildx = FakeBuildx(registry)
    results = _run(registry, buildx, tmp_path)
    digests = {name: result.value.published.digest for name, result in results.items() if isinstance(result, Done)}
    assert digests == {name: sha256_digest(image_body(f"hubwright/{name}".encode())) for name in FAMILY.variants}
    bases = {Path(call["context"]).name: call["base"] for call in buildx.calls}
    assert bases == {
        "base": FOUNDATION,
        "spark": f"127.0.0.1:5000/hubwright/base@{digests['base']}",
        "cuda": f"127.0.0.1:5000/hubwright/base@{digests['base']}",
        "extra": f"127.0.0.1:5000/hubwright/spark@{digests['spark']}",
    }


def test_a_second_run_builds_and_stores_nothing(tmp_path: Path) -> None:
    registry = FakeRegistry()
    _run(registry, FakeBuildx(registry), tmp_path)
    buildx, writes = FakeBuildx(registry), list(registry.writes)
    results = _run(registry, buildx, tmp_path)
    assert [isinstance(result, Done) and result.value.built for result in results.values()] == [False] * 4
    assert (buildx.calls, registry.writes) == ([], writes)


@pytest.mark.parametrize("refused", [False, True])
def test_a_rival_s_digest_is_adopted(tmp_path: Path, refused: bool) -> None:  # noqa: FBT001 - a case
    registry = FakeRegistry()
    results = _run(registry, FakeBuildx(registry, races=True, refused=refused), tmp_path)
    base = results["base"]
    assert isinstance(base, Done)
    assert base.value.published.digest == sha256_digest(image_body(b"a rival's hubwright/base"))


def test_what_another_run_built_while_this_one_waited_is_not_built_again(tmp_path: Path) -> None:
    """Between the plan and the lock somebody else may have pushed."""
    registry = FakeRegistry()
    first, second = FakeBuildx(registry), FakeBuildx(registry)
    plan = _plan(registry)
    _run(registry, first, tmp_path)
    assert [node.action for node in plan.nodes] == ["build"] * 4
    building_late = _run(registry, second, tmp_path)
    assert second.calls == []
    assert all(isinstance(result, Done) for result in building_late.values())


def test_a_red_image_blocks_only_what_stands_on_it(tmp_path: Path) -> None:
    registry = FakeRegistry()
    watcher = _Watcher()
    results = _run(registry, FakeBuildx(registry, fails=frozenset({"hubwright/spark"})), tmp_path, watcher)
    assert [type(result) for result in results.values()] == [Done, Failed, Done, Aborted]
    assert ("spark", "BuildError") in watcher.seen
    assert ("cuda", "Made") in watcher.seen
    assert ("extra", "begins") not in watcher.seen
    told = str(failure_of(results))
    assert told.startswith("spark: [1/1] RUN hubwright/spark\n")
    assert told.endswith("\n\nspark did not build; not begun: extra (stands on spark)")


def test_what_was_changed_after_the_plan_is_not_built_under_its_fingerprint(tmp_path: Path) -> None:
    registry = FakeRegistry()

    class Editing(FakeBuildx):
        """Somebody works on an image while the one that it stands on is built."""

        def __call__(self, argv: Any, **options: Any) -> int:
            (tmp_path / FAMILY.variants["spark"].folder / "notes").write_text("not in the plan", encoding="utf-8")
            return super().__call__(argv, **options)

    results = _run(registry, Editing(registry), tmp_path)
    assert [type(result) for result in results.values()] == [Done, Failed, Done, Aborted]
    spark = results["spark"]
    assert isinstance(spark, Failed)
    assert isinstance(spark.error, TreeError)
    assert str(spark.error).startswith("spark: images/spark was changed after the plan was made; run again")
    assert registry.resolve("hubwright/spark", PRINTS["spark"].tag) is None


def test_no_failure_is_no_error(tmp_path: Path) -> None:
    registry = FakeRegistry()
    assert failure_of(_run(registry, FakeBuildx(registry), tmp_path)) is None


def test_no_answer_is_never_taken_for_an_absence() -> None:
    registry = FakeRegistry()
    registry.unavailable = True
    presence = look_up(registry, {"base": "hubwright/base"}, {"base": PRINTS["base"]}, time.monotonic)
    assert isinstance(presence["base"], Unknown)


def test_look_ups_tell_there_from_not_there() -> None:
    registry = FakeRegistry()
    registry.push_blob("hubwright/base", b"{}")
    registry.push_blob("hubwright/base", b"layer")
    registry.put_manifest("hubwright/base", PRINTS["base"].tag, image_body(b"layer"), OCI_MANIFEST)
    two = {name: PRINTS[name] for name in ("base", "spark")}
    found: dict[str, Presence] = look_up(registry, {name: f"hubwright/{name}" for name in two}, two, time.monotonic)
    assert found == {"base": Present(digest=sha256_digest(image_body(b"layer"))), "spark": Absent()}


def test_a_tag_that_vanished_after_the_push_is_named() -> None:
    with pytest.raises(BuildError, match="a:fp-1 is not in the registry after it was pushed"):
        adopt(FakeRegistry(), "a", "fp-1", pushed=True)
    with pytest.raises(BuildError, match="a:fp-1 is not in the registry although it was there a moment ago"):
        adopt(FakeRegistry(), "a", "fp-1", pushed=False)


def test_an_outage_is_no_verdict() -> None:
    registry = FakeRegistry()
    registry.unavailable = True
    with pytest.raises(RegistryUnavailableError):
        adopt(registry, "a", "fp-1", pushed=False)


def test_an_index_is_no_image_of_one_platform() -> None:
    registry = FakeRegistry()
    body = b'{"schemaVersion":2,"mediaType":"' + OCI_INDEX.encode() + b'","manifests":[]}'
    registry.put_manifest("a", "fp-1", body, OCI_INDEX)
    with pytest.raises(BuildError, match="is no image of one platform"):
        adopt(registry, "a", "fp-1", pushed=False)


def test_the_builder_is_let_in_before_it_starts(tmp_path: Path) -> None:
    registry = FakeRegistry()
    seen: list[str] = []

    class Listening(FakeBuildx):
        def __call__(self, argv: Any, *, environment: Any, **options: Any) -> int:
            seen.append(f"builds as {environment['DOCKER_CONFIG']}")
            return super().__call__(argv, environment=environment, **options)

    building = _building(registry, Listening(registry), tmp_path)
    destination = replace(
        building.destination, environment={"DOCKER_CONFIG": "/private"}, log_in=lambda: seen.append("logs in")
    )
    replace(building, destination=destination).run(_plan(registry))
    assert sorted(seen) == ["builds as /private"] * 4 + ["logs in"] * 4
    assert seen[0] == "logs in"


@pytest.mark.parametrize("logins, pushes, built", [("ab", 2, True), ("aa", 1, False)])
def test_a_push_is_made_again_only_where_its_login_ended(
    tmp_path: Path,
    logins: str,
    pushes: int,
    built: bool,  # noqa: FBT001 - a column of a table
) -> None:
    registry, letters = FakeRegistry(), iter(logins)
    made: list[str] = []

    def push(reference: str) -> None:
        made.append(reference)
        if built and len(made) == pushes:
            push_image(registry, "hubwright/base", "fp-1")
            return
        msg = "the push was refused"
        raise BuildError(msg)

    destination = Destination(registry=registry, host="host:1", prefix="hubwright", log_in=lambda: next(letters))
    if built:
        assert publish_once(destination, "base", "fp-1", locks=tmp_path, push=push)[1]
    else:
        with pytest.raises(BuildError, match=r"^the push was refused$"):
            publish_once(destination, "base", "fp-1", locks=tmp_path, push=push)
    assert made == ["host:1/hubwright/base:fp-1"] * pushes


def test_a_push_that_failed_is_told_before_a_registry_that_cannot_be_asked(tmp_path: Path) -> None:
    registry = FakeRegistry()

    def push(_: str) -> None:
        registry.unavailable = True
        msg = "the push broke off"
        raise BuildError(msg)

    destination = Destination(registry=registry, host="host:1", prefix="hubwright")
    with pytest.raises(BuildError, match=r"^the push broke off\ncannot ask about hubwright/base"):
        publish_once(destination, "base", "fp-1", locks=tmp_path, push=push)


def test_a_tag_without_its_manifest_is_a_registry_that_lost_something() -> None:
    class Forgetful(FakeRegistry):
        def manifest(self, repository: str, digest: str) -> None:
            del repository, digest

    registry = Forgetful()
    for blob in (b"{}", b"layer"):
        registry.push_blob("a", blob)
    FakeRegistry.put_manifest(registry, "a", "fp-1", image_body(b"layer"), OCI_MANIFEST)
    with pytest.raises(BuildError, match="has a tag and no manifest; the registry lost it, push it again"):
        adopt(registry, "a", "fp-1", pushed=False)


def test_a_tag_that_moves_after_the_plan_moves_nothing(tmp_path: Path) -> None:
    registry = FakeRegistry()
    _run(registry, FakeBuildx(registry), tmp_path)
    plan = _plan(registry)
    for layer in (b"moved", b"{}"):
        registry.push_blob("hubwright/base", layer)
    registry.put_manifest("hubwright/base", PRINTS["base"].tag, image_body(b"moved"), OCI_MANIFEST)
    base = _building(registry, FakeBuildx(registry), tmp_path).run(plan)["base"]
    assert isinstance(base, Done)
    assert base.value.published.digest == sha256_digest(image_body(b"hubwright/base"))


def test_a_build_is_told_what_is_for_images_on_its_foundation(tmp_path: Path) -> None:
    registry = FakeRegistry()
    told: list[str] = []

    class Listening(FakeBuildx):
        def __call__(self, argv: Any, *, environment: Any, **options: Any) -> int:
            told.append(environment["HUBWRIGHT_SECRET_APT_SOURCES"])
            assert "--secret=id=apt-sources,env=HUBWRIGHT_SECRET_APT_SOURCES" in argv
            return super().__call__(argv, environment=environment, **options)

    building = _building(registry, Listening(registry), tmp_path)
    foundations = {"trixie": {"apt-sources": "of trixie"}, "other": {"apt-sources": "of another"}}
    host = replace(building.workshop.host, foundations=foundations)
    replace(building, workshop=replace(building.workshop, host=host)).run(_plan(registry))
    assert told == ["of trixie"] * 4


def test_who_lists_what_is_in_images_is_told_of_those_that_were_built_and_of_no_others(tmp_path: Path) -> None:
    registry = FakeRegistry()
    push_image(registry, "hubwright/cuda", PRINTS["cuda"].tag)
    told: dict[str, str] = {}
    building = replace(
        _building(registry, FakeBuildx(registry), tmp_path),
        built=lambda variant, published: told.update({variant.name: published.digest}),
    )
    results = building.run(_plan(registry))
    built = {name: made.value.published.digest for name, made in results.items() if isinstance(made, Done)}
    assert told == {name: digest for name, digest in built.items() if name != "cuda"}
    assert len(told) == 3
    told.clear()
    building.run(_plan(registry))
    assert told == {}
