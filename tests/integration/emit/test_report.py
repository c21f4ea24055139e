"""`hubwright report` as people run it, with and without a run, beside the registry of this machine."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from jsonschema import Draft202012Validator

from accounts import account, failed_start, image
from helpers.showroom import LAB, SIZED, Showroom
from hubwright.account import Account
from hubwright.report.accounts.document import account_json, read_account
from hubwright.report.schema import schema_text
from hubwright.verdicts import Standing


def report(showroom: Showroom) -> Account:
    """Return what was written, once it is as its schema says."""
    content = (showroom.root / "out/report.json").read_bytes()
    Draft202012Validator(json.loads(schema_text())).validate(json.loads(content))
    return read_account(content, "report.json")


def cases(showroom: Showroom) -> dict[str, set[str]]:
    """Return for each suite what its cases came to."""
    root = ET.parse(showroom.root / "out/junit.xml").getroot()  # noqa: S314 - written by the command under test
    return {
        suite.get("name", ""): {child.tag for case in suite for child in case if child.tag != "system-out"}
        for suite in root
    }


def leave(showroom: Showroom, **changes: Any) -> None:
    """Have a run of this registry lie there."""
    made = account(registry=f"{showroom.host}/hubwright", **changes)
    (showroom.root / "out").mkdir(exist_ok=True)
    (showroom.root / "out/run.json").write_bytes(account_json(made))


def test_without_a_run_it_tells_what_the_registry_knows(showroom: Showroom) -> None:
    first = showroom.offer("base", "first", "lab", days_ago=7)
    showroom.change("base", "second")
    second = showroom.push("base", "second, and larger")
    showroom.prove("lab", second)
    showroom.prove("sized[size=small]", second, standing=Standing.FAILED)

    done = showroom.run("report")

    assert (done.returncode, done.stderr) == (0, "")
    wrong = [
        "1 of 3 starts failed",
        "2 of 3 starts withheld",
        "2 images are not built yet",
    ]
    assert done.stdout.splitlines() == [
        f"Not fine: {'; '.join(wrong)}",
        "wrote out/junit.xml, out/report.html, out/report.json, out/report.md",
    ]
    told = report(showroom)
    assert (told.command, told.unread, told.wrong, told.stretches) == ("", (), (), ())
    base = told.images[0]
    assert (base.digest, [layer.size for layer in base.layers]) == (second.digest, [len("second, and larger")])
    lab, small, large = told.starts
    assert lab.offered is not None
    assert (lab.standing, lab.offered.digest, lab.offered.before) == (Standing.PROVEN, second.digest, second.digest)
    assert [(each.digest, each.standing) for each in lab.history] == [
        (second.digest, Standing.PROVEN),
        (first, Standing.PROVEN),
    ]
    newest, oldest = (each.size for each in lab.history)
    assert newest is not None
    assert oldest is not None
    assert newest == base.size == oldest + len("second, and larger") - len("first")
    assert (small.standing, small.history[0].standing) == (Standing.FAILED, Standing.FAILED)
    assert (large.standing, large.withheld) == (
        Standing.NOT_TESTED,
        "nothing is proven about its image yet; `hubwright verify` rehearses it",
    )
    assert cases(showroom) == {
        "hubwright": {"skipped"},
        "images": {"skipped"},
        "lab": set(),
        "sized[size=small]": {"failure"},
        "sized[size=large]": {"skipped"},
    }
    assert "No run is at hand" in (showroom.root / "out/report.md").read_text()


def test_a_run_that_finds_everything_proven_leaves_its_account(showroom: Showroom) -> None:
    showroom.write(LAB)
    digest = showroom.offer("base", "base", "lab")
    for variant in ("spark-spark4.0.1", "spark-spark4.1.1"):
        showroom.push(variant, variant)

    built = showroom.run("build")
    run = read_account((showroom.root / "out/run.json").read_bytes(), "run.json")
    told = showroom.run("report")

    assert built.returncode == 0, built.stderr
    assert (run.command, run.emitted, run.wrong, run.unread) == ("hubwright build", True, (), ())
    assert {each.became.value for each in run.images} == {"reused"}
    assert all(each.size for each in run.images)
    assert [(each.layers, each.error) for each in run.images] == [((), "")] * 3
    (start,) = run.starts
    assert start.offered is not None
    assert (start.standing, start.rehearsed, start.offered.digest, start.offered.before) == (
        Standing.PROVEN,
        False,
        digest,
        "",
    )
    assert {(each.kind, each.name, each.outcome) for each in run.stretches} == {
        ("image", "base", "reused"),
        ("image", "spark-spark4.0.1", "reused"),
        ("image", "spark-spark4.1.1", "reused"),
        ("start", "lab", "proven"),
    }
    (shown,) = (each for each in run.stretches if each.kind == "start")
    assert shown.waited_for == "base"
    assert 0 < shown.ready_s <= shown.began_s <= shown.ended_s
    assert told.returncode == 0, told.stderr
    (since,) = report(showroom).starts
    assert since.offered == start.offered
    assert len(since.history) == 1
    assert cases(showroom) == {"hubwright": set(), "images": set(), "lab": set()}
    assert (showroom.root / "out/report.md").read_text().startswith("**Fine: the start is offered and proven")


def test_a_verify_that_finds_nothing_to_rehearse_leaves_its_account(showroom: Showroom) -> None:
    showroom.write(LAB + SIZED)
    showroom.offer("base", "base", "lab", "sized[size=small]", "sized[size=large]")
    image = showroom.push("base", "base")

    done = showroom.run("verify", "--strict")

    assert done.returncode == 0, done.stderr
    assert showroom.registry.resolve("hubwright/base", "proven") == image
    run = read_account((showroom.root / "out/run.json").read_bytes(), "run.json")
    assert (run.command, run.emitted) == ("hubwright verify", False)
    assert [(each.name, each.standing, each.digest, each.offered) for each in run.starts] == [
        (name, Standing.PROVEN, image.digest, None) for name in ("lab", "sized[size=small]", "sized[size=large]")
    ]
    assert len(run.stretches) == 3


def test_a_run_that_fails_leaves_its_account_too(showroom: Showroom) -> None:
    showroom.write(LAB)

    done = showroom.run("verify", "--strict")

    assert done.returncode == 11
    run = read_account((showroom.root / "out/run.json").read_bytes(), "run.json")
    assert run.wrong == ("lab: its image is not in the registry; `hubwright build` builds it",)
    assert [each.became.value for each in run.images] == ["not begun"] * 3


def test_what_a_run_saw_is_told_beside_what_is_offered_now(showroom: Showroom) -> None:
    showroom.write(LAB)
    digest = showroom.offer("base", "base", "lab")
    leave(showroom, starts=(failed_start(), failed_start("gone", offered=None)), images=(image("gone"),))

    done = showroom.run("report", "--json")

    assert (done.returncode, done.stderr) == (0, "")
    told = report(showroom)
    assert json.loads(done.stdout) == json.loads((showroom.root / "out/report.json").read_bytes())
    lab, gone = told.starts
    assert lab.offered is not None
    assert (lab.standing, lab.offered.digest, lab.trials) == (Standing.FAILED, digest, failed_start().trials)
    assert (gone.standing, gone.history) == (Standing.FAILED, ())
    assert [each.variant for each in told.images] == ["gone", "base", "spark-spark4.0.1", "spark-spark4.1.1"]
    assert "- in home, cell 2\n  - expected: a home" in (showroom.root / "out/report.md").read_text()


@pytest.mark.parametrize(
    "content, message",
    [
        (b"{", "out/run.json is no account of a run"),
        (b'{"schema": 99}', "out/run.json has schema 99 and was written by a newer hubwright"),
        (account_json(account()), "the run at hand was with the registry registry.example.org/jupyter, and 127.0.0.1:"),
    ],
)
def test_a_run_that_cannot_be_told_is_an_error_and_nothing_is_written(
    showroom: Showroom, content: bytes, message: str
) -> None:
    (showroom.root / "out").mkdir()
    (showroom.root / "out/run.json").write_bytes(content)

    done = showroom.run("report")

    assert (done.returncode, done.stdout) == (19, "")
    assert f"error: {message}" in done.stderr
    assert [path.name for path in (showroom.root / "out").iterdir()] == ["run.json"]


def test_an_unreadable_run_is_an_error(showroom: Showroom) -> None:
    (showroom.root / "out/run.json").mkdir(parents=True)
    done = showroom.run("report")
    assert done.returncode == 19
    assert "out/run.json cannot be read" in done.stderr


def tear(showroom: Showroom, digest: str) -> None:
    """Have the registry hold something else than the manifest that it is asked for."""
    blobs = showroom.cache / "hubwright/registry/storage/docker/registry/v2/blobs/sha256"
    data = blobs / digest[7:9] / digest[7:] / "data"
    data.write_bytes(data.read_bytes().replace(b"layers", b"relays"))


def test_what_cannot_be_found_out_is_told_as_that(showroom: Showroom) -> None:
    showroom.write(LAB)
    torn = showroom.offer("base", "first", "lab", days_ago=7)
    showroom.change("base", "second")
    showroom.offer("base", "second", "lab")
    tear(showroom, torn)

    done = showroom.run("report")

    assert done.returncode == 63
    assert "error: not everything could be told, and the report says so; run it again:" in done.stderr
    told = report(showroom)
    assert any(torn in each for each in told.unread)
    assert told.starts[0].offered is not None
    assert cases(showroom)["hubwright"] == {"failure"}


def test_a_run_is_told_also_where_the_registry_gives_no_answer(showroom: Showroom) -> None:
    showroom.write(LAB)
    torn = showroom.offer("base", "base", "lab")
    tear(showroom, torn)

    alone = showroom.run("report")
    leave(showroom, starts=(failed_start(),))
    done = showroom.run("report")

    assert (alone.returncode, alone.stdout) == (22, "")
    assert done.returncode == 63
    assert "wrote out/junit.xml, out/report.html, out/report.json, out/report.md" in done.stdout
    told = report(showroom)
    assert told.starts == (failed_start(),)
    assert torn in told.unread[0]


def test_a_folder_that_takes_nothing_is_a_clear_error(showroom: Showroom, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = showroom.run("report", "--out", str(tmp_path / "file/out"))
    assert done.returncode in {9, 19}
    assert "file" in done.stderr
