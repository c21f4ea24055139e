import json

from hubwright.fingerprint import smoke_set
from hubwright.plan import make_plan
from hubwright.planned import Absent, Plan, Present, Published
from hubwright.report.status import status_closing, status_json, status_table
from values import SHAPE, matrix, prints, profile, variant

_FAMILY = matrix(variant("base"), variant("child", "base"), profiles=(profile("lab", "base"),))
_HELD = {"base": Published(digest="sha256:1", size=145_000_000)}


def _plan() -> Plan:
    return make_plan(
        _FAMILY,
        chosen=frozenset(_FAMILY.variants),
        fingerprints=prints(_FAMILY),
        smoke_sets={"lab": smoke_set(SHAPE, [], "4.4.0")},
        presence={"base": Present(digest="sha256:1"), "child": Absent()},
        unreachable={},
    )


def test_what_is_there_is_told_with_its_digest() -> None:
    short = {name: each.hex[:12] for name, each in prints(_FAMILY).items()}
    assert status_table(_plan(), _HELD, "host:1", "nb").rows == (
        ("base", short["base"], "yes", "145 MB", "host:1/nb/base@sha256:1"),
        ("child", short["child"], "no", "", ""),
    )


def test_the_closing_line_says_what_to_do() -> None:
    both = {**_HELD, "child": _HELD["base"]}
    assert status_closing(_plan(), _HELD) == "1 of 2 are there; `hubwright build` builds the rest"
    assert status_closing(_plan(), both) == "2 of 2 are there"


def test_json_has_null_for_what_is_not_there() -> None:
    variants = json.loads(status_json(_plan(), _HELD, "host:1", "nb"))["variants"]
    assert [(each["variant"], each["digest"], each["size"]) for each in variants] == [
        ("base", "sha256:1", 145_000_000),
        ("child", None, None),
    ]
    assert variants[1]["repository"] == "host:1/nb/child"
