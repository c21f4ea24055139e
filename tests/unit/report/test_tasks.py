from hubwright.errors import RegistryUnavailableError
from hubwright.fingerprint import smoke_set
from hubwright.plan import make_plan
from hubwright.planned import Absent, Plan, Presence, Present, Unknown
from hubwright.report.tasks import Earlier, Kind, Task, builds_of, starts_of, whole_of
from values import SHAPE, matrix, prints, profile, variant

_FAMILY = matrix(
    variant("base"),
    variant("spark", "base"),
    variant("extra", "spark"),
    profiles=(profile("lab", "base"), profile("spark", "spark")),
)
_HERE = Present(digest="sha256:" + "a" * 64)


def _plan(presence: dict[str, Presence], chosen: tuple[str, ...] = ("base", "spark", "extra")) -> Plan:
    return make_plan(
        _FAMILY,
        chosen=frozenset(chosen),
        fingerprints=prints(_FAMILY),
        smoke_sets=dict.fromkeys(("lab", "spark"), smoke_set(SHAPE, [], "4.4.0")),
        presence=presence,
        unreachable={},
    )


def test_starts_stand_below_their_images_and_images_below_what_they_stand_on() -> None:
    tasks = whole_of(_plan({"base": _HERE, "spark": Absent(), "extra": Absent()}))
    assert tasks == (
        # What is there already waits for nothing, and what is offered of it may be proven.
        Task(name="base", kind=Kind.IMAGE),
        Task(name="profile lab", kind=Kind.START, under="base", waits_for="base"),
        Task(name="spark", kind=Kind.IMAGE, under="base", waits_for="base", certain=True),
        Task(name="profile spark", kind=Kind.START, under="spark", waits_for="spark", certain=True),
        Task(name="extra", kind=Kind.IMAGE, under="spark", waits_for="spark", certain=True),
    )


def test_what_is_held_back_says_why() -> None:
    silent = Unknown(error=RegistryUnavailableError("it answered 500"))
    base, spark, _ = builds_of(_plan({"base": silent, "spark": Absent(), "extra": Absent()}))
    assert "it answered 500" in base.held
    assert spark.held.startswith("blocked: ")
    assert not base.certain


def test_a_run_that_builds_nothing_has_its_starts_alone() -> None:
    offers = [each for profile in _FAMILY.profiles for each in profile.offers]
    lab, spark = starts_of(offers, {"spark": "its image is not in the registry"}, certain=True)
    assert lab == Task(name="profile lab", kind=Kind.START, certain=True)
    assert spark == Task(name="profile spark", kind=Kind.START, held="its image is not in the registry")


def test_what_is_known_from_two_places_is_known_of_the_newest_day() -> None:
    first = Earlier(seconds={"base": 10.0, "lab": 1.0}, sources={"run": "2026-11-19", "proofs": "2026-11-20"})
    second = Earlier(seconds={"lab": 2.0}, sources={"proofs": "2026-11-18"})
    both = first.and_(second)
    assert both.seconds == {"base": 10.0, "lab": 2.0}
    assert both.sources == {"run": "2026-11-19", "proofs": "2026-11-20"}
