import json

import pytest

from hubwright.errors import RegistryUnavailableError
from hubwright.fingerprint import smoke_set
from hubwright.model import Shape, Span
from hubwright.plan import make_plan
from hubwright.planned import Absent, Plan, Present, Unknown
from hubwright.report.plan import plan_closing, plan_json, plan_tables, shape_in_words
from values import SHAPE, matrix, prints, profile, variant

_FAMILY = matrix(
    variant("base", axes={"z": "1", "a": "2"}),
    variant("child", "base"),
    variant("other", sources=("neuron",)),
    variant("lost"),
    profiles=(profile("lab", "child"),),
)


def _plan() -> Plan:
    return make_plan(
        _FAMILY,
        chosen=frozenset(_FAMILY.variants),
        fingerprints=prints(_FAMILY),
        smoke_sets={"lab": smoke_set(SHAPE, [], "4.4.0")},
        presence={
            "base": Present(digest="sha256:1"),
            "child": Absent(),
            "other": Absent(),
            "lost": Unknown(error=RegistryUnavailableError("500")),
        },
        unreachable={"neuron": "no address"},
    )


def test_the_tables_show_what_happens_and_what_a_user_could_start() -> None:
    variants, offers = plan_tables(_plan())
    assert [(row[0], row[1], row[3]) for row in variants.rows] == [
        ("base", "trixie", "reuse"),
        ("child", "base", "build"),
        ("other", "trixie", "withheld"),
        ("lost", "trixie", "blocked"),
    ]
    assert [(row[0], row[1], row[3]) for row in offers.rows] == [("lab", "child", "no limits")]


def test_the_closing_line_counts() -> None:
    assert plan_closing(_plan()) == (
        "1 to build, 1 to reuse, 1 withheld, 1 blocked; 1 start to prove under chart 4.4.0 "
        "(jupyterhub 5.5.0, kubespawner 7.0.0)"
    )


def test_json_is_complete_and_the_same_twice() -> None:
    assert plan_json(_plan()) == plan_json(_plan())
    document = json.loads(plan_json(_plan()))
    assert list(document) == ["schema", "chart", "nodes", "offers"]
    assert list(document["nodes"][0]) == [
        *("variant", "image", "platform", "axes", "parent", "level", "foundation", "accelerator", "runs_on", "sources"),
        *("smoke", "fingerprint", "tag", "action", "reason", "digest"),
    ]
    assert list(document["nodes"][0]["axes"]) == ["a", "z"]
    assert [node["digest"] for node in document["nodes"]] == ["sha256:1", None, None, None]
    assert [(offer["offer"], offer["variant"]) for offer in document["offers"]] == [("lab", "child")]


@pytest.mark.parametrize(
    "cpu, memory, resources, words",
    [
        (None, None, {}, "no limits"),
        (Span(guarantee=500, limit=2000), None, {}, "0.5-2 cpu"),
        (Span(guarantee=2000, limit=2000), Span(guarantee=1024**3, limit=2 * 1024**4), {}, "2 cpu, 1G-2T"),
        (None, Span(guarantee=512 * 1024, limit=1536 * 1024**2), {"b/x": 2, "a/x": 1}, "512K-1536M, 1 a/x, 2 b/x"),
    ],
)
def test_a_shape_in_words(cpu: Span | None, memory: Span | None, resources: dict[str, int], words: str) -> None:
    fields = {"uid": 1, "gid": 1, "fs_gid": 1, "home": "/h"}
    shape = Shape(
        **fields,  # type: ignore[arg-type] # four plain fields
        cpu=cpu, memory=memory, resources=resources, node_selector={}, tolerations=(), environment={}, shared=(),
    )  # fmt: skip
    assert shape_in_words(shape) == words
