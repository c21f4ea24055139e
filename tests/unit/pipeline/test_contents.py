"""Lists of packages, from the locks of a repository to what people are told is different."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from fakes.content import push_image
from fakes.registry import FakeRegistry
from fakes.repository import MemoryRepository
from hubwright.account import PackageMove, PackageSize
from hubwright.contents.attach import attached_list, attached_sizes
from hubwright.contents.document import PackageList
from hubwright.errors import AwsUnavailableError, ProcessError
from hubwright.locks.roots_file import write_roots
from hubwright.pipeline.contents import compare_images, complete_lists, leave_list, leave_sizes, lists_of
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.planning import Prepared, prepare
from hubwright.planned import Published
from hubwright.roots import BootstrappedRoot, LockedPackage, PulledRoot, SignedRelease

HASH = f"sha256:{'0' * 64}"
DEBIAN = BootstrappedRoot(
    suite="trixie",
    releases=(SignedRelease(name="trixie", date="2026-01-01T00:00:00Z", sha256="0" * 64),),
    packages=(LockedPackage(name="libc6", version="2.41", architecture="amd64", sha256="0" * 64, path="libc6.deb"),),
)
FILES = {
    "matrix.yaml": b"""\
version: 1
hub: {chart: "4.4.0"}
foundations:
  trixie: {bootstrap: {suite: trixie}}
  outside: {pull: "registry.example/outside:1"}
images:
  base: {from: trixie}
  tool: {from: base}
  strange: {from: outside}
profiles:
  - {slug: lab, display_name: Lab, image: base}
""",
    "foundations.lock": write_roots(
        {
            ("trixie", "linux/amd64"): DEBIAN,
            ("outside", "linux/amd64"): PulledRoot(reference="registry.example/outside:1", digest=HASH),
        }
    ),
    **{f"images/{image}/Dockerfile": b"ARG BASE\nFROM ${BASE}\n" for image in ("base", "tool", "strange")},
    "images/base/apt.txt": b"less\n",
    "images/base/apt.lock": f"less:amd64=668-1 {HASH} less.deb\n".encode(),
    "images/tool/requirements.in": b"numpy\n",
    "images/tool/requirements.lock": f"numpy==2 --hash={HASH}\n".encode(),
}
TOOL = PackageList(
    variant="tool",
    platform="linux/amd64",
    debian={"libc6": "2.41", "less": "668-1"},
    python={"numpy": "2"},
    complete=True,
)


def _prepared(**changed: bytes) -> tuple[MemoryRepository, Prepared]:
    repository = MemoryRepository({**FILES, **changed})
    return repository, prepare(repository, "matrix.yaml", ())


def _lists(**changed: bytes) -> dict[str, PackageList]:
    repository, prepared = _prepared(**changed)
    return lists_of(repository, prepared.matrix, prepared.roots, prepared.matrix.variants)


def test_an_image_has_what_its_locks_those_below_and_its_foundation_say() -> None:
    lists = _lists()
    assert lists["tool"] == TOOL
    assert lists["base"] == PackageList(
        variant="base",
        platform="linux/amd64",
        debian={"libc6": "2.41", "less": "668-1"},
        python={},
        complete=True,
    )
    # What an outside foundation holds is not known.
    assert (lists["strange"].complete, lists["strange"].debian) == (False, {})


def test_a_lock_that_cannot_be_read_is_for_the_build_to_tell() -> None:
    assert set(_lists(**{"images/base/apt.lock": b"what\n"})) == {"strange"}


def _destination(registry: FakeRegistry) -> Destination:
    return Destination(registry=registry, host="127.0.0.1:5000", prefix="hubwright")


def test_what_keeps_a_list_from_an_image_takes_nothing_from_it() -> None:
    registry, (_, prepared) = FakeRegistry(), _prepared()
    image = push_image(registry, "hubwright/tool", "fp-1")
    published, variant = Published(digest=image.digest, size=1), prepared.matrix.variants["tool"]
    said: list[str] = []
    leave_list(_destination(registry), {}, variant, published, said.append)
    assert attached_list(registry, "hubwright/tool", image.digest) is None
    registry.unavailable = True
    leave_list(_destination(registry), {"tool": TOOL}, variant, published, said.append)
    assert [line.partition(":")[0] for line in said] == ["tool"]
    registry.unavailable = False
    leave_list(_destination(registry), {"tool": TOOL}, variant, published, said.append)
    assert attached_list(registry, "hubwright/tool", image.digest) == TOOL


def test_a_list_that_a_killed_run_owes_is_left_later_and_once() -> None:
    registry, (_, prepared), lists = FakeRegistry(), _prepared(), _lists()
    digests = {
        name: push_image(registry, f"hubwright/{name}", "fp-1", name.encode()).digest for name in ("base", "tool")
    }
    complete_lists(_destination(registry), prepared.matrix, lists, digests)
    assert attached_list(registry, "hubwright/tool", digests["tool"]) == TOOL
    written = list(registry.writes)
    complete_lists(_destination(registry), prepared.matrix, lists, digests)
    assert registry.writes == written


def test_what_packages_take_is_asked_of_an_image_once() -> None:
    registry, (_, prepared) = FakeRegistry(), _prepared()
    image, variant = push_image(registry, "hubwright/tool", "fp-1"), prepared.matrix.variants["tool"]
    asked: list[bytes] = []

    def weigh() -> bytes:
        asked.append(b'{"schema":1,"installed":{"debian":{},"python":{"numpy":5},"other":{}}}')
        return asked[-1]

    for _ in range(2):
        leave_sizes(_destination(registry), variant, image.digest, weigh, pytest.fail)
    assert len(asked) == 1
    numpy = PackageSize(kind="python", name="numpy", size=5)
    assert attached_sizes(registry, "hubwright/tool", image.digest) == (numpy,)


def test_an_image_that_does_not_know_what_it_holds_is_told_of_and_nothing_is_left() -> None:
    registry, (_, prepared) = FakeRegistry(), _prepared()
    image, variant = push_image(registry, "hubwright/tool", "fp-1"), prepared.matrix.variants["tool"]
    said: list[str] = []

    def gone() -> bytes:
        msg = "docker exec failed\nand why"
        raise ProcessError(msg)

    for weigh in (gone, lambda: b"Segmentation fault"):
        leave_sizes(_destination(registry), variant, image.digest, weigh, said.append)
    begin = "tool: what its packages take was not left beside it: "
    assert said == [
        f"{begin}docker exec failed",
        f"{begin}the Python of tool should say what packages take, and does not; that is not known until it is deleted",
    ]
    assert attached_sizes(registry, "hubwright/tool", image.digest) is None


@pytest.fixture
def two() -> tuple[FakeRegistry, str, str]:
    """Give a registry with two images of tool, of which the newer has another numpy."""
    registry, (_, prepared) = FakeRegistry(), _prepared()
    digests = []
    for version in ("2", "3"):
        image = push_image(registry, "hubwright/tool", f"fp-{version}", version.encode())
        listed = replace(TOOL, python={"numpy": version})
        published = Published(digest=image.digest, size=1)
        leave_list(_destination(registry), {"tool": listed}, prepared.matrix.variants["tool"], published, print)
        digests.append(image.digest)
    return registry, digests[0], digests[1]


def test_two_images_are_compared_by_what_lies_beside_them(two: tuple[FakeRegistry, str, str]) -> None:
    registry, before, after = two
    found = {before: frozenset({"CVE-1"}), after: frozenset[str]()}
    destination = replace(_destination(registry), found_by_scan=lambda _, digest: found[digest])
    compared = compare_images(destination, "hubwright/tool", before, after)
    assert compared.unread == ()
    assert compared.change
    assert compared.change.moved == (PackageMove(kind="python", name="numpy", before="2", after="3"),)
    assert (compared.change.since, compared.change.scanned, compared.change.fixed) == (before, True, ("CVE-1",))
    assert compared.change.size_before > 0


def _no_list(registry: FakeRegistry, digest: str) -> None:
    registry.tags_held = {key: held for key, held in registry.tags_held.items() if digest[7:39] not in key[1]}


def _down(registry: FakeRegistry, _: str) -> None:
    registry.unavailable = True


@pytest.mark.parametrize(
    "spoil, told", [(_no_list, "has no list of its packages beside it"), (_down, "the registry is down")]
)
def test_what_is_not_known_never_passes_for_no_difference(
    two: tuple[FakeRegistry, str, str], spoil: Callable[[FakeRegistry, str], None], told: str
) -> None:
    registry, before, after = two
    spoil(registry, before)
    compared = compare_images(_destination(registry), "hubwright/tool", before, after)
    assert compared.change is None
    assert told in compared.unread[0]


def test_a_scan_that_could_not_be_asked_for_is_told_beside_the_rest(two: tuple[FakeRegistry, str, str]) -> None:
    registry, before, after = two

    def silent(repository: str, digest: str) -> frozenset[str] | None:
        msg = f"no answer about {repository}@{digest}"
        raise AwsUnavailableError(msg)

    destination = replace(_destination(registry), found_by_scan=silent)
    compared = compare_images(destination, "hubwright/tool", before, after)
    assert compared.change
    assert compared.change.scanned is False
    assert len(compared.unread) == 2
