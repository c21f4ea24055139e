import hashlib
import json
from dataclasses import replace
from typing import Any

from hubwright.emit.choose import choose
from hubwright.fingerprint import smoke_set
from hubwright.model import Profile
from hubwright.offering import Evidence, Pin, ProfileEntry, Proven
from hubwright.plan import make_plan
from hubwright.planned import Plan, Present
from hubwright.proof.decide import Reason
from hubwright.proof.examine import Proof
from hubwright.proof.record import Record
from hubwright.proof.statement import Result
from hubwright.report.history import history_closing, history_json, history_table
from proofs import claim
from values import SHAPE, matrix, prints, profile, variant

NEW, OLD = (f"sha256:{letter * 64}" for letter in "ab")
TODAYS = smoke_set(SHAPE, [], "4.4.0")
LAB = profile("lab", "base")
FAMILY = matrix(variant("base"), profiles=(LAB,))
REPOSITORIES = {"lab": "hubwright/base"}
PIN = Pin(digest=OLD, because="slow")


def proof(digest: str, on: str, **changes: Any) -> Proof:
    said = {"digest": digest, "finished_on": f"{on}T12:00:00Z", "smoke_set": "5" * 64, **changes}
    name = hashlib.sha256(repr(sorted(said.items(), key=str)).encode()).hexdigest()
    return Proof(where="tag", digest=f"sha256:{name}", key="ours", claim=claim(**said))


FRESH = proof(NEW, "2026-11-20", smoke_set=TODAYS.hex)
FORMER = proof(OLD, "2026-11-01", hardware=False)
FAILED = proof(
    NEW,
    "2026-11-10",
    result=Result.FAILED,
    passed=frozenset(),
    failed=frozenset({"home", "server"}),
    canaries={"bash": False},
)
RECORDS = {"lab": Record(proven=(FRESH, FORMER), failed=(FAILED,), unknown=())}


def plan() -> Plan:
    return make_plan(
        FAMILY,
        chosen=frozenset(FAMILY.variants),
        fingerprints=prints(FAMILY),
        smoke_sets={"lab": TODAYS},
        presence={"base": Present(digest=NEW)},
        unreachable={},
    )


def as_proven(of: Proof) -> Proven:
    said = of.claim
    return Proven(
        digest=said.digest,
        fingerprint=said.fingerprint,
        proof=of.digest,
        key=of.key,
        on=said.finished_on,
        hardware=said.hardware,
        smoke_set=said.smoke_set,
    )


def offered(*past: Proof, pin: Pin | None = None, of: Profile = LAB) -> ProfileEntry:
    evidence = Evidence(
        offer=of.offers[0],
        repository="hubwright/base",
        digest=NEW,
        today=as_proven(FRESH) if FRESH in past else None,
        reason="it failed",
        past=tuple(map(as_proven, past)),
    )
    return choose(of, [evidence], pin=pin, today="2026-11-21")


def test_everything_that_was_said_is_told_the_newest_first() -> None:
    table = history_table(plan(), RECORDS, offered(FRESH, FORMER))

    assert table.headings == ("profile", "day", "image", "smoke set", "key", "offered", "verdict")
    assert table.rows == (
        ("lab", "2026-11-20", f"{NEW[:19]} today's", f"{TODAYS.hex[:12]} today's", "ours", "today's image", "proven"),
        (
            "lab",
            "2026-11-10",
            f"{NEW[:19]} today's",
            "5" * 12,
            "ours",
            "",
            "failed: home, server and the canary of bash",
        ),
        ("lab", "2026-11-01", OLD[:19], "5" * 12, "ours", "", "proven without hardware"),
    )


def test_a_pin_and_an_earlier_image_are_told_where_they_are_offered() -> None:
    def marks(entry: ProfileEntry | None) -> list[str]:
        return [row[5] for row in history_table(plan(), RECORDS, entry).rows]

    assert marks(offered(FRESH, FORMER, pin=PIN)) == ["", "", "pinned"]
    assert marks(offered(FORMER)) == ["", "", "last good"]
    assert marks(None) == ["", "", ""]


def test_a_start_of_which_nothing_is_known_has_its_row() -> None:
    nothing = {"lab": Record(proven=(), failed=(), unknown=())}

    assert history_table(plan(), nothing, offered()).rows == (("lab", "", "", "", "", "", "nothing was ever proven"),)


def test_the_closing_lines_say_what_is_offered_and_what_keeps_the_rest() -> None:
    count = "of 1 starts are offered by the rules of today"
    undo = "`hubwright rollback lab --undo` takes that back"

    assert history_closing("lab", offered(FRESH), None) == f"1 {count}"
    assert history_closing("lab", offered(), None) == f"lab is withheld: it failed\n0 {count}"
    assert history_closing("lab", offered(FORMER, pin=PIN), PIN) == f"pinned to {OLD}: slow; {undo}\n1 {count}"
    assert history_closing("lab", None, None) == (
        "what is offered cannot be told, because not everything could be read"
    )


def test_json_has_it_in_full() -> None:
    made = json.loads(
        history_json(plan(), RECORDS, offered(FRESH, FORMER, pin=PIN), pin=PIN, repositories=REPOSITORIES)
    )
    [start] = made["starts"]

    assert (made["pin"], made["complete"]) == ({"digest": OLD, "because": "slow"}, True)
    assert (start["start"], start["repository"], start["smoke_set"]) == ("lab", "hubwright/base", TODAYS.hex)
    assert start["offered"] == {"digest": OLD, "basis": "pinned", "reason": "slow"}
    assert (start["withheld"], start["unread"]) == (None, [])
    assert [(each["digest"], each["verdict"], each["offered"]) for each in start["said"]] == [
        (NEW, "proven", False),
        (NEW, "failed", False),
        (OLD, "proven without hardware", True),
    ]
    assert start["said"][1]["failed"] == ["home", "server", "the canary of bash"]
    assert start["said"][0]["proof"] == FRESH.digest


def test_json_tells_a_no_from_what_nobody_knows() -> None:
    withheld = json.loads(history_json(plan(), RECORDS, offered(), pin=None, repositories=REPOSITORIES))
    torn = {"lab": replace(RECORDS["lab"], unknown=(Reason(where="tag", why="it answered 500"),))}
    unknown = json.loads(history_json(plan(), torn, None, pin=None, repositories=REPOSITORIES))

    assert (withheld["complete"], withheld["starts"][0]["withheld"]) == (True, "it failed")
    assert (unknown["complete"], unknown["starts"][0]["withheld"], unknown["starts"][0]["offered"]) == (
        False,
        None,
        None,
    )
    assert unknown["starts"][0]["unread"] == ["tag: it answered 500"]
