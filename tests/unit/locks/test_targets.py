from dataclasses import replace

import pytest

from hubwright.locks.survey import AptTarget
from hubwright.locks.targets import Targets, find_missing, find_targets
from hubwright.model import AptRepository, Matrix, Source
from values import matrix, variant

PYTHON = {"python": "3.13"}
FAMILY = matrix(
    variant("base", facts=PYTHON),
    variant("spark-3", "base", image="spark", folder="images/spark", axes={"spark": "3"}, facts=PYTHON),
    variant("spark-4", "base", image="spark", folder="images/spark", axes={"spark": "4"}, facts=PYTHON),
    variant("extra-3", "spark-3", image="extra", folder="images/extra", axes={"spark": "3"}, facts=PYTHON),
    variant("extra-4", "spark-4", image="extra", folder="images/extra", axes={"spark": "4"}, facts=PYTHON),
    variant("neuron", "base", sources=("neuron",), facts=PYTHON),
    variant("on-neuron", "neuron", sources=("neuron",), facts=PYTHON),
)
REPOSITORY = AptRepository(uri=None, suite="noble", components=("main",))
VENDOR = replace(FAMILY, sources={"neuron": Source(name="neuron", index=None, apt=REPOSITORY)})
KEYED = {"images/neuron/neuron.asc", "images/on-neuron/apt.txt"}
FILES = {
    *("images/base/requirements.in", "images/base/build.in", "images/base/apt.txt"),
    *("images/spark/requirements.in", "images/spark/spark.in", "images/spark/apt.txt"),
    *("images/extra/requirements.in", "images/extra/other.in", "images/extra/apt.txt"),
    *("images/neuron/requirements.in", "images/neuron/build.in", "images/neuron/apt.txt"),
}


def _targets(of: Matrix = FAMILY, chosen: frozenset[str] | None = None) -> Targets:
    return find_targets(of, chosen or frozenset(of.variants), FILES.__contains__)


def test_every_file_that_asks_has_its_lock_after_those_it_stands_on() -> None:
    assert [target.lock for target in _targets().python] == [
        "images/base/build.lock",
        "images/base/requirements.lock",
        "images/spark/requirements.lock",
        "images/spark/spark-3.lock",
        "images/spark/spark-4.lock",
        "images/extra/requirements.lock",
        "images/neuron/build.lock",
        "images/neuron/requirements.lock",
    ]


def test_a_lock_does_not_contradict_its_parents() -> None:
    by_lock = {target.lock: target for target in _targets().python}
    assert by_lock["images/base/requirements.lock"].constraints == ()
    assert by_lock["images/spark/requirements.lock"].constraints == ("images/base/requirements.lock",)
    axis = by_lock["images/spark/spark-3.lock"]
    assert axis.constraints == ("images/base/requirements.lock", "images/spark/requirements.lock")
    assert (axis.source, axis.values) == ("images/spark/spark.in", {"SPARK": "3"})
    extra = by_lock["images/extra/requirements.lock"]
    assert extra.constraints == ("images/base/requirements.lock", "images/spark/requirements.lock")
    assert extra.agreeing == (("images/spark/spark-3.lock", "images/spark/spark-4.lock"),)
    assert (extra.python, extra.platforms) == ("3.13", ("linux/amd64",))


def test_what_builds_an_image_is_bound_by_nothing() -> None:
    build = next(target for target in _targets().python if target.lock == "images/neuron/build.lock")
    assert (build.constraints, build.agreeing) == ((), ())


def test_debian_packages_stand_on_those_of_the_parents() -> None:
    root = (("trixie", "linux/amd64"),)
    base, spark = "images/base/apt.lock", "images/spark/apt.lock"
    assert _targets().apt == (
        AptTarget(source="images/base/apt.txt", lock=base, foundations=root, parents=()),
        AptTarget(source="images/spark/apt.txt", lock=spark, foundations=root, parents=(base,)),
        AptTarget(source="images/extra/apt.txt", lock="images/extra/apt.lock", foundations=root, parents=(base, spark)),
        AptTarget(source="images/neuron/apt.txt", lock="images/neuron/apt.lock", foundations=root, parents=(base,)),
    )


def test_what_needs_a_source_names_it_and_the_key_of_its_repository() -> None:
    targets = find_targets(VENDOR, frozenset(VENDOR.variants), {*FILES, *KEYED}.__contains__)
    by_lock = {target.lock: target for target in targets.python}
    assert by_lock["images/neuron/requirements.lock"].sources == ("neuron",)
    assert by_lock["images/neuron/build.lock"].sources == by_lock["images/base/requirements.lock"].sources == ()
    keys = {target.source: target.keys for target in targets.apt if target.keys}
    key = "images/neuron/neuron.asc"
    assert keys == {"images/neuron/apt.txt": {"neuron": key}, "images/on-neuron/apt.txt": {"neuron": key}}


def test_what_needs_a_source_that_cannot_be_had_is_left_alone_with_the_reason() -> None:
    found = find_targets(FAMILY, frozenset(FAMILY.variants), FILES.__contains__, {"neuron": "no address"})
    why = "source neuron is unreachable: no address"
    assert found.left_alone == {"images/neuron/requirements.in": why, "images/neuron/apt.txt": why}
    assert "images/neuron/build.lock" in {target.lock for target in found.python}
    assert "images/neuron/requirements.lock" not in {target.lock for target in found.python}
    assert "images/neuron/apt.lock" not in {target.lock for target in found.apt}


@pytest.mark.parametrize(
    "there, reasons",
    [
        ([], {"neuron": "neuron/neuron.asc is not there; put", "on-neuron": "on-neuron/neuron.asc is not there; put"}),
        (["neuron/neuron.asc"], {"neuron": "neuron/apt.lock is not there;", "on-neuron": "on-neuron/apt.lock is not"}),
        (
            ["neuron/neuron.asc", "neuron/apt.lock", "on-neuron/apt.lock"],
            {"neuron": "neuron/requirements.lock is not there; run `hubwright lock`"},
        ),
        (["neuron/neuron.asc", "neuron/apt.lock", "on-neuron/apt.lock", "neuron/requirements.lock"], {}),
    ],
)
def test_an_image_of_a_source_lacks_what_its_folder_does_not_hold(there: list[str], reasons: dict[str, str]) -> None:
    holds = {*FILES, "images/on-neuron/apt.txt", *(f"images/{path}" for path in there)}.__contains__
    found = find_missing(VENDOR, holds)
    assert set(found) == set(reasons)
    for name, reason in reasons.items():
        assert found[name].startswith(f"images/{reason}")


def test_an_axis_of_a_source_lacks_its_own_lock_only() -> None:
    variants = [variant(f"n-{value}", folder="images/n", axes={"n": value}, sources=("neuron",)) for value in "12"]
    found = find_missing(matrix(*variants), {"images/n/n.in", "images/n/n-1.lock"}.__contains__)
    assert found == {"n-2": "images/n/n-2.lock is not there; run `hubwright lock` where its sources can be reached"}


def test_a_selection_locks_its_own_files_and_the_root_it_stands_on_itself() -> None:
    chosen = _targets(chosen=frozenset({"spark-4"}))
    assert {target.lock for target in chosen.python} == {
        "images/spark/requirements.lock",
        "images/spark/spark-3.lock",
        "images/spark/spark-4.lock",
    }
    assert chosen.foundations == ()
    assert _targets(chosen=frozenset({"base"})).foundations == (("trixie", "linux/amd64"),)


def test_platforms_share_a_lock_and_have_a_root_each() -> None:
    both = matrix(
        variant("base", facts=PYTHON),
        variant("base-arm64", image="base", folder="images/base", platform="linux/arm64", facts=PYTHON),
    )
    found = _targets(both)
    assert found.python[1].platforms == ("linux/amd64", "linux/arm64")
    assert found.foundations == (("trixie", "linux/amd64"), ("trixie", "linux/arm64"))
    assert found.apt[0].foundations == found.foundations
