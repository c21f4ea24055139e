import hashlib
import json
from dataclasses import replace

import pytest

from fakes.repository import MemoryRepository
from hubwright.errors import TreeError
from hubwright.fingerprint import smoke_set
from hubwright.model import Offer
from hubwright.pipeline.casting import Call
from hubwright.pipeline.material import Material, foreign_part, part_of, read_material, require_unchanged
from hubwright.planned import PlannedOffer, SmokeNotebook
from hubwright.rehearse.contract.subject import Versions
from hubwright.rehearse.docker.images import Held
from hubwright.rehearse.script import Script, read_script
from values import SHAPE, matrix, profile, variant

_BASE = variant("base", smoke=("home",))
_SPARK = variant("spark", "base", smoke=("home", "local"))
_MATRIX = matrix(_BASE, _SPARK, profiles=(profile("lab", "base"), profile("data", "spark"), profile("more", "base")))
_NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {
        "kernelspec": {"name": "python3", "language": "python"},
        "hubwright": {"needs": ["spark-cluster"]},
    },
    "cells": [
        {
            "cell_type": "code",
            "id": "a",
            "metadata": {"tags": ["parameters"]},
            "source": "home = 1\nuid: int = 2",
            "outputs": [],
            "execution_count": None,
        }
    ],
}
_SCRIPTS = {name: Script(name=name, content=b"{}", asks=frozenset(), needs=frozenset()) for name in ("home", "local")}
_MATERIAL = Material(scripts=_SCRIPTS, checks={}, versions={})
_CHECK = "tests/contract/base/test_base.py"


def _digest(letter: str) -> str:
    return f"sha256:{letter * 64}"


def test_material_is_what_the_repository_holds_for_the_variants_that_are_asked_for() -> None:
    files = {
        "notebooks/smoke/home.ipynb": json.dumps(_NOTEBOOK).encode(),
        "tests/contract/base/test_base.py": b"",
        "tests/contract/spark/test_spark.py": b"",
    }
    material = read_material(MemoryRepository(files), _MATRIX, ["base"])
    assert material.scripts.keys() == {"home"}
    assert material.checks == {"base": {"tests/contract/base/test_base.py": b""}}
    assert material.versions == {"base": Versions(python={}, debian={}, complete=True)}


def test_a_script_says_what_it_asks_and_what_it_needs() -> None:
    content = json.dumps(_NOTEBOOK).encode()
    assert read_script("home", content) == Script(
        name="home", content=content, asks=frozenset({"home", "uid"}), needs=frozenset({"spark-cluster"})
    )


def test_a_script_in_a_language_that_the_judge_does_not_speak_asks_nothing() -> None:
    notebook = {**_NOTEBOOK, "metadata": {"kernelspec": {"name": "cobol", "language": "cobol"}}}
    script = read_script("home", json.dumps(notebook).encode())
    assert (script.asks, script.needs) == (frozenset(), frozenset())


def test_a_script_may_name_its_language_beside_its_kernel() -> None:
    metadata = {"kernelspec": {"name": "python3"}, "language_info": {"name": "python"}}
    script = read_script("home", json.dumps({**_NOTEBOOK, "metadata": metadata}).encode())
    assert script.asks == frozenset({"home", "uid"})


def test_a_foreign_image_plays_the_profile_s_shape_and_the_notebooks_of_its_image() -> None:
    like: Offer = _MATRIX.profiles[1].offers[0]
    image = Held(id=_digest("c"), name=f"elsewhere/image@{_digest('d')}")
    part = foreign_part(image, like, _MATRIX, _MATERIAL)
    assert (part.variant, part.ref, part.digest) == (None, image.id, _digest("d"))
    assert part.offer == replace(like, variant=image.name)
    assert [script.name for script in part.scripts] == ["home", "local"]


def test_a_foreign_image_that_no_registry_has_goes_by_the_engine_s_own_id() -> None:
    part = foreign_part(Held(id=_digest("d"), name=_digest("d")), _MATRIX.profiles[0].offers[0], _MATRIX, _MATERIAL)
    assert (part.ref, part.digest) == (_digest("d"), _digest("d"))


def test_an_image_of_the_matrix_plays_its_own_notebooks() -> None:
    offer = _MATRIX.profiles[1].offers[0]
    call = Call(offer=offer, variant=_SPARK, ref="host:1/spark@x", digest=_digest("a"), parent_ref="host:1/base@y")
    part = part_of(call, _MATERIAL)
    assert (part.offer, part.variant, part.ref, part.digest, part.parent_ref) == (
        *(offer, _SPARK, "host:1/spark@x"),
        *(_digest("a"), "host:1/base@y"),
    )
    assert [script.name for script in part.scripts] == ["home", "local"]


def _planned(notebook: bytes, check: bytes) -> PlannedOffer:
    home = SmokeNotebook(name="home", sha256=hashlib.sha256(notebook).hexdigest(), kernel="python3")
    contract = {_CHECK: hashlib.sha256(check).hexdigest(), "hubwright/every/checks.py": "0" * 64}
    return PlannedOffer(
        offer=Offer(profile="lab", choices={}, variant="base", shape=SHAPE),
        smoke_set=smoke_set(SHAPE, [home], "4.4.0", contract),
    )


@pytest.mark.parametrize(
    "notebook, check, named",
    [(b"{}", b"pass", None), (b"{ }", b"pass", "notebooks/smoke/home.ipynb"), (b"{}", b"fail", _CHECK)],
)
def test_what_was_changed_after_the_plan_is_not_played(notebook: bytes, check: bytes, named: str | None) -> None:
    material = replace(_MATERIAL, checks={"base": {_CHECK: b"pass"}})
    if named is None:
        require_unchanged(material, [_planned(notebook, check)])
    else:
        with pytest.raises(TreeError, match=f"^{named} was changed after the plan was made"):
            require_unchanged(material, [_planned(notebook, check)])


@pytest.mark.parametrize(
    "checks, named",
    [({_CHECK: b"pass", "tests/contract/base/test_new.py": b""}, "tests/contract/base/test_new.py"), ({}, _CHECK)],
)
def test_a_check_that_came_or_went_after_the_plan_ends_the_run(checks: dict[str, bytes], named: str) -> None:
    with pytest.raises(TreeError, match=f"^{named} was changed"):
        require_unchanged(replace(_MATERIAL, checks={"base": checks}), [_planned(b"{}", b"pass")])
