"""What moved in a night, out of locks, proofs and what is offered."""

from dataclasses import replace

import pytest

from fakes.content import push_image
from fakes.registry import FakeRegistry
from hubwright.contents.attach import attach_list
from hubwright.contents.document import PackageList
from hubwright.locks.run import Kept, LockFile
from hubwright.night import StartDiff, Stayed
from hubwright.offering import Basis, ProfileEntry, Start, Withheld
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.nights import image_diffs, last_good, lock_diffs, start_diffs, stayed, unknown_before
from hubwright.planned import Published
from hubwright.proof.decide import Reason
from hubwright.proof.examine import Proof
from hubwright.proof.record import Record
from proofs import claim
from proven import proven
from values import matrix, profile, variant

OLD, NEW = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
OF = matrix(
    variant("base"),
    variant("spark-4.0", "base", image="spark", folder="images/spark"),
    variant("spark-4.1", "base", image="spark", folder="images/spark"),
    profiles=(profile("lab", "base"), profile("spark", "spark-4.1")),
)
LAB = OF.profiles[0].offers[0]


def test_only_locks_that_moved_are_told_and_by_their_images() -> None:
    files = [
        LockFile(path="foundations.lock", before=b"a", after=b"b"),
        LockFile(path="images/base/apt.lock", before=b"git:amd64=1\n", after=b"git:amd64=1\n"),
        LockFile(path="images/spark/spark-4.1.lock", before=None, after=b"pyspark==4.1\n"),
    ]
    foundations, spark = lock_diffs(OF, files)
    assert (foundations.images, foundations.new, foundations.moves) == ((), False, ())
    assert (spark.images, spark.new) == (("spark",), True)
    assert [(move.kind, move.name, move.before, move.after) for move in spark.moves] == [
        ("python", "pyspark", "", "4.1")
    ]


def test_what_stays_is_handed_on() -> None:
    assert stayed([Kept(name="a", reason="b", answered=False)]) == (Stayed(name="a", reason="b", answered=False),)


@pytest.mark.parametrize("basis, today", [(Basis.TODAY, True), (Basis.PINNED, True), (Basis.LAST_GOOD, False)])
def test_a_start_is_offered_as_was_meant_or_is_not(basis: Basis, *, today: bool) -> None:
    start = Start(offer=LAB, repository="hubwright/base", basis=basis, proven=proven(NEW, "2026-01-31"), reason="why")
    entry = ProfileEntry(profile=OF.profiles[0], starts=(start,), withheld=())
    assert start_diffs([entry], {"lab": OLD}) == (
        StartDiff(name="lab", variant="base", before=OLD, after=NEW, today=today, reason="why"),
    )


def test_a_start_that_is_withheld_has_no_image() -> None:
    entry = ProfileEntry(profile=OF.profiles[0], starts=(), withheld=(Withheld(offer=LAB, reason="why"),))
    assert start_diffs([entry], {}) == (
        StartDiff(name="lab", variant="base", before="", after="", today=False, reason="why"),
    )


def _record(*digests: str, unknown: tuple[Reason, ...] = ()) -> Record:
    proofs = [
        Proof(where="proof-1", digest="sha256:p", key="ours", claim=replace(claim(), digest=each)) for each in digests
    ]
    return Record(proven=tuple(proofs), failed=(), unknown=unknown)


def test_the_last_good_image_is_the_newest_that_is_not_of_today() -> None:
    records = {
        "lab": _record(NEW, OLD, f"sha256:{'c' * 64}"),
        "first": _record(NEW),
        "torn": _record(OLD, unknown=(Reason(where="proof-1", why="the registry is down"),)),
    }
    found = last_good(records, dict.fromkeys(records, NEW))
    assert found.digests == {"lab": OLD}
    assert [each.splitlines()[0] for each in found.unread] == [
        "what was proven of torn cannot be told, because not everything could be read:"
    ]


def test_each_image_is_compared_once_with_each_that_its_starts_had() -> None:
    registry = FakeRegistry()
    destination = Destination(registry=registry, host="127.0.0.1:5000", prefix="hubwright")
    before, after = (push_image(registry, "hubwright/base", tag, tag.encode()) for tag in ("fp-1", "fp-2"))
    for image, version in ((before, "1"), (after, "2")):
        packages = PackageList(variant="base", platform="linux/amd64", debian={}, python={"a": version}, complete=True)
        attach_list(registry, "hubwright/base", image.digest, packages)
    of = replace(OF, profiles=(*OF.profiles, profile("other", "base"), profile("new", "base")))
    published = Published(digest=after.digest, size=7)
    was = {"lab": before.digest, "other": before.digest, "spark": OLD}
    (diff,) = image_diffs(of, destination, {"base": published}, was)
    assert (diff.variant, diff.before, diff.after, diff.size) == ("base", before.digest, after.digest, 7)
    assert diff.change
    assert [move.name for move in diff.change.moved] == ["a"]
    # What is offered as before is not compared.
    assert image_diffs(of, destination, {"base": published}, {"lab": after.digest}) == ()


def test_only_of_what_was_built_somebody_has_to_look_back() -> None:
    assert unknown_before(OF, {"base", "spark-4.1"}, {"lab": OLD}) == ["spark"]
    assert unknown_before(OF, set(), {}) == []
