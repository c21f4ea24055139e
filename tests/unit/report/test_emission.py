from dataclasses import replace
from datetime import date

import pytest

from hubwright.model import Offer
from hubwright.offering import Basis, ProfileEntry, Proven, Start, Withheld
from hubwright.report.emission import emission_closing, emission_table
from values import SHAPE, profile

_TODAY = date(2026, 11, 21)
_DIGEST, _OLD = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
_PROVEN = Proven(
    digest=_DIGEST,
    fingerprint="f" * 64,
    proof="sha256:p",
    key="ours",
    on="2026-11-21T01:00:00Z",
    hardware=True,
    smoke_set="5" * 64,
)
_PROFILE = profile("lab", "base")


def _start(basis: Basis = Basis.TODAY, reason: str = "", proven: Proven = _PROVEN) -> Start:
    offer = Offer(profile="lab", choices={}, variant="base", shape=SHAPE)
    return Start(offer=offer, repository="team/base", basis=basis, proven=proven, reason=reason)


def _entry(shown: Start | Withheld) -> ProfileEntry:
    return ProfileEntry(
        profile=_PROFILE,
        starts=(shown,) if isinstance(shown, Start) else (),
        withheld=(shown,) if isinstance(shown, Withheld) else (),
    )


def _row(shown: Start | Withheld, before: str | None = None) -> tuple[str, ...]:
    (row,) = emission_table([_entry(shown)], {"lab": before} if before else {}, _TODAY).rows
    return row


def test_a_row_says_what_is_offered_since_when_and_what_changed() -> None:
    assert _row(_start()) == ("lab", "proven", _DIGEST[:19], "today", "new", "")
    assert _row(_start(), _DIGEST)[4] == ""
    assert _row(_start(), _OLD)[4] == f"was {_OLD[:19]}"
    assert _row(_start(proven=replace(_PROVEN, hardware=False)))[1] == "proven without hardware"


@pytest.mark.parametrize("basis, word", [(Basis.LAST_GOOD, "last good"), (Basis.PINNED, "pinned")])
def test_what_is_not_today_s_says_so_and_why(basis: Basis, word: str) -> None:
    row = _row(_start(basis, "it did not build"))
    assert (row[1], row[5]) == (word, "it did not build")


@pytest.mark.parametrize("before, change", [(_OLD, "taken out"), (None, "")])
def test_what_is_withheld_says_why(before: str | None, change: str) -> None:
    row = _row(Withheld(offer=_start().offer, reason="no source"), before)
    assert row == ("lab", "withheld", "", "", change, "no source")


@pytest.mark.parametrize(
    "day, told",
    [
        ("2026-11-21", "today"),
        ("2026-11-20", "yesterday"),
        ("2026-11-01", "2026-11-01, 20 days ago"),
        ("2026-11-25", "2026-11-25"),
    ],
)
def test_the_age_of_a_proof_is_told_in_days(day: str, told: str) -> None:
    assert _row(_start(proven=replace(_PROVEN, on=f"{day}T01:00:00Z")))[3] == told


def test_the_closing_counts_and_says_where_it_was_written() -> None:
    entries = [_entry(_start()), _entry(_start(Basis.LAST_GOOD)), _entry(_start(Basis.PINNED))]
    entries.append(_entry(Withheld(offer=_start().offer, reason="no source")))
    told = "1 proven, 1 on the last good, 1 pinned, 1 withheld in 2.0 s\n"
    assert emission_closing(entries, ["out/a", "out/b"], changed=True, seconds=2.0) == told + "wrote out/a, out/b"
    assert emission_closing(entries, ["out/a"], changed=False, seconds=2.0) == told + "nothing changed in out/a"
