from hubwright.errors import BuildError
from hubwright.plan import make_plan
from hubwright.planned import Absent, Made, Plan, Published
from hubwright.report.build import build_closing, build_table
from hubwright.schedule import Aborted, Done, Failed, Result
from values import matrix, prints, variant

_FAMILY = matrix(
    variant("base"),
    variant("spark", "base"),
    variant("extra", "spark"),
    variant("old"),
    variant("n", sources=("neuron",)),
)
_MADE = Made(published=Published(digest="sha256:1", size=150_400_000), built=True, seconds=12.4)
_RESULTS: dict[str, Result[Made]] = {
    "base": Done(value=_MADE),
    "spark": Failed(error=BuildError("spark: [2/3] RUN x\nand the rest")),
    "extra": Aborted(because_of="spark"),
    "old": Done(value=Made(published=Published(digest="sha256:2", size=1500), built=False, seconds=0.1)),
}


def _plan() -> Plan:
    return make_plan(
        _FAMILY,
        chosen=frozenset(_FAMILY.variants),
        fingerprints=prints(_FAMILY),
        smoke_sets={},
        presence=dict.fromkeys(_FAMILY.variants, Absent()),
        unreachable={"neuron": "no address"},
    )


def test_every_variant_has_a_row_that_says_what_became_of_it() -> None:
    assert build_table(_plan(), _RESULTS, "127.0.0.1:5000", "hubwright").rows == (
        ("base", "built", "150 MB", "12 s", "127.0.0.1:5000/hubwright/base@sha256:1"),
        ("spark", "failed", "", "", "spark: [2/3] RUN x"),
        ("extra", "not begun", "", "", "it stands on spark"),
        ("old", "reused", "2 kB", "", "127.0.0.1:5000/hubwright/old@sha256:2"),
        ("n", "withheld", "", "", "source neuron is unreachable: no address"),
    )


def test_the_closing_line_counts() -> None:
    assert build_closing(_plan(), _RESULTS, 13.21) == "1 built, 1 reused, 1 withheld, 2 failed in 13.2 s"
