"""What `hubwright build` finds out before anything is built."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from fakes.registry import FakeRegistry
from hubwright.cli.build import go_on, run_of
from hubwright.cli.ledger import Ledger
from hubwright.cli.trust import Trust
from hubwright.cli.workshop import Job
from hubwright.errors import HubwrightError, PinsError, ProofNotStandingError, SigningError
from hubwright.offering import PINS_FILE
from hubwright.pipeline.destination import Destination
from hubwright.plan import make_plan
from hubwright.planned import Absent, Present
from hubwright.proof.attach import Signer
from hubwright.schedule import Once
from proofs import pinned_keys, signer
from values import matrix, prints, profile, variant

_MATRIX = matrix(variant("base"), variant("tools", "base"), profiles=(profile("lab", "base"),))


def _never(*_: object) -> NoReturn:
    pytest.fail("nothing is begun")


def _go_on(root: Path, who: Callable[[], Signer], *, there: tuple[str, ...] = ()) -> None:
    """Go the whole way, which ends before anything is built; some images are there already."""
    plan = make_plan(
        _MATRIX,
        chosen=frozenset(_MATRIX.variants),
        fingerprints=prints(_MATRIX),
        smoke_sets={"lab": prints(_MATRIX)["base"]},
        presence={**dict.fromkeys(_MATRIX.variants, Absent()), **dict.fromkeys(there, Present(digest="sha256:d"))},
        unreachable={},
    )
    job = Job(
        started=0.0,
        root=root,
        matrix_file="matrix.yaml",
        matrix=_MATRIX,
        plan=plan,
        destination=Destination(registry=FakeRegistry(), host="host:1", prefix="hubwright"),
        engine=Once(_never),
        building=_never,
        builders=1,
        redact=str,
    )
    trust = Trust(keys=tuple(replace(key, valid_until=None) for key in pinned_keys()[:5]), signer=who)
    # What comes after the key is the list of pins.
    (root / PINS_FILE).write_text("no list")
    ledger = Ledger(run=run_of(job, "emit", root / "out"))
    go_on(job, trust, ledger, "emit", keep=False, strict=False)


@pytest.mark.parametrize(
    "by, error", [("stranger", SigningError), ("elsewhere", SigningError), ("revoked", ProofNotStandingError)]
)
def test_a_key_whose_proofs_would_not_count_ends_a_build_before_it_begins(
    tmp_path: Path, by: str, error: type[HubwrightError]
) -> None:
    with pytest.raises(error, match="hubwright/base"):
        _go_on(tmp_path, lambda: signer(by))


def test_a_key_whose_proofs_count_lets_it_go_on(tmp_path: Path) -> None:
    with pytest.raises(PinsError):
        _go_on(tmp_path, lambda: signer("ours"))


def test_nobody_has_to_sign_for_an_image_that_no_profile_starts(tmp_path: Path) -> None:
    with pytest.raises(PinsError):
        _go_on(tmp_path, _never, there=("base",))
