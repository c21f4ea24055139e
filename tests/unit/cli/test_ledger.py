"""The account that a run leaves, whatever its end is."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.content import push_image
from fakes.registry import FakeRegistry
from hubwright.account import Account, ImageChange
from hubwright.cli.ledger import RUN_FILE, Ledger, open_ledger
from hubwright.cli.today import moment
from hubwright.errors import BuildError, LocalDiskError, UnprovenError
from hubwright.night import ImageDiff
from hubwright.pipeline.destination import Destination
from hubwright.plan import make_plan
from hubwright.planned import Absent, Made, Published
from hubwright.redaction import redaction
from hubwright.report.accounts.document import read_account
from hubwright.report.accounts.run import Run
from hubwright.schedule import Done, Failed, Result
from hubwright.verdicts import Standing, untested
from values import matrix, prints, profile, variant

_MATRIX = matrix(variant("base"), variant("cuda", "base"), profiles=(profile("lab", "base"),))
_OFFERS = {"lab": _MATRIX.profiles[0].offers[0]}


def _run(out: Path) -> Run:
    plan = make_plan(
        _MATRIX,
        chosen=frozenset(_MATRIX.variants),
        fingerprints=prints(_MATRIX),
        smoke_sets=dict.fromkeys(_OFFERS, prints(_MATRIX)["base"]),
        presence=dict.fromkeys(_MATRIX.variants, Absent()),
        unreachable={},
    )
    return Run(
        command="hubwright build",
        registry="host:1",
        prefix="team",
        plan=plan,
        profiles=_MATRIX.profiles,
        variants=_MATRIX.variants,
        out=out,
        began_on=moment(),
        offers=_OFFERS,
    )


def _left(out: Path) -> Account:
    return read_account((out / RUN_FILE).read_bytes(), RUN_FILE)


def test_what_is_different_is_told_of_the_image_and_what_is_not_known_is_not(tmp_path: Path) -> None:
    change = ImageChange(since="sha256:1", size_before=1, moved=(), scanned=False)
    diff = ImageDiff(variant="base", before="sha256:1", after="sha256:2", size=2, change=change, unread=())
    with open_ledger(_run(tmp_path), str) as ledger:
        ledger.changed([diff, replace(diff, variant="cuda", change=None, unread=("it has no list",))])
    assert {each.variant: each.change for each in _left(tmp_path).images} == {"base": change, "cuda": None}


def test_a_run_leaves_what_is_wrong_with_it(tmp_path: Path) -> None:
    out = tmp_path / "a/new/folder"
    with open_ledger(_run(out), str) as ledger:
        ledger.wrong += [UnprovenError("lab failed"), BuildError("cuda failed")]
    left = _left(out)
    assert left.wrong == ("lab failed", "cuda failed")
    assert left.began_on <= left.ended_on
    assert [each.name for each in out.iterdir()] == [RUN_FILE]


def test_an_error_that_ends_a_run_is_told_first_and_goes_on_up(tmp_path: Path) -> None:
    def fail(ledger: Ledger) -> None:
        ledger.wrong.append(UnprovenError("lab failed"))
        msg = "the engine is gone"
        raise BuildError(msg)

    with pytest.raises(BuildError, match="the engine is gone"), open_ledger(_run(tmp_path), str) as ledger:
        fail(ledger)
    assert _left(tmp_path).wrong == ("the engine is gone", "lab failed")


def test_a_run_that_is_broken_off_leaves_the_account_of_the_one_before(tmp_path: Path) -> None:
    (tmp_path / RUN_FILE).write_text("that of yesterday")
    with pytest.raises(KeyboardInterrupt), open_ledger(_run(tmp_path), str):
        raise KeyboardInterrupt
    assert (tmp_path / RUN_FILE).read_text() == "that of yesterday"


def test_where_nothing_can_be_written_that_is_one_more_thing_that_is_wrong(tmp_path: Path) -> None:
    out = tmp_path / "file"
    out.touch()
    with open_ledger(_run(out), str) as ledger:
        ledger.wrong.append(UnprovenError("lab failed"))
    first, second = ledger.wrong
    assert isinstance(first, UnprovenError)
    assert isinstance(second, LocalDiskError)
    assert "file does not take the account of this run" in str(second)


def test_no_secret_is_written(tmp_path: Path) -> None:
    with open_ledger(_run(tmp_path), redaction(["hunter22"])) as ledger:
        ledger.wrong.append(BuildError("pip said: https://user:hunter22@host/ is away, hunter22"))
    assert b"hunter22" not in (tmp_path / RUN_FILE).read_bytes()
    assert _left(tmp_path).wrong == ("pip said: https://(hidden)@host/ is away, (hidden)",)


def test_only_what_was_built_now_is_looked_into(tmp_path: Path) -> None:
    registry = FakeRegistry()
    digest = push_image(registry, "team/base", "tag").digest
    destination = Destination(registry=registry, host="host:1", prefix="team")

    def made(digest: str, *, built: bool) -> Result[Made]:
        return Done(value=Made(published=Published(digest=digest, size=1), built=built, seconds=1.0))

    def looked_into(results: Mapping[str, Result[Made]]) -> Account:
        with open_ledger(_run(tmp_path), str) as ledger:
            ledger.built(results, (), destination)
        return _left(tmp_path)

    built = looked_into({"base": made(digest, built=True), "cuda": Failed(error=BuildError("no"))})
    reused = looked_into({"base": made(digest, built=False)})
    lost = looked_into({"base": made(f"sha256:{'0' * 64}", built=True)})

    assert [len(each.images[0].layers) for each in (built, reused, lost)] == [1, 0, 0]
    assert [each.unread for each in (built, reused)] == [(), ()]
    assert lost.unread[0].startswith("the layers of base: team/base@sha256:0000")


def test_what_a_run_has_seen_is_not_taken_back(tmp_path: Path) -> None:
    with open_ledger(_run(tmp_path), str) as ledger:
        ledger.saw({"lab": untested("lab", "base", "the run's")})
        ledger.saw({"lab": untested("lab", "base", "the registry's")})
    (start,) = _left(tmp_path).starts
    assert (start.standing, start.reason) == (Standing.NOT_TESTED, "the run's")


def test_a_moment_ago_is_before_now() -> None:
    assert moment(since=time.monotonic() - 3600) < moment()
