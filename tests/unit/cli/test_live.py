"""A run that is watched at a real terminal, from outside of the process."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from accounts import account
from fakes.content import push_image
from fakes.registry import FakeRegistry
from helpers.screen import screen
from hubwright.account import Moment, Stretch
from hubwright.cli.live import ask_proofs, watch
from hubwright.fingerprint import shape_fingerprint
from hubwright.pipeline.destination import Destination
from hubwright.report.accounts.document import account_json
from hubwright.report.tasks import Earlier
from outlooks import build
from proofs import attach, pinned_keys
from values import SHAPE, matrix, profile, variant

BUILT = Stretch(
    name="base",
    kind="image",
    waited_for="",
    ready_s=0.0,
    began_s=1.0,
    ended_s=121.0,
    outcome="built",
    moments=(Moment(at_s=1.0, doing="RUN"),),
)
_RUN = """\
import sys
from pathlib import Path
import click
from hubwright.cli.live import watch
from hubwright.planned import Made, Published
from hubwright.progress import Milestone
from outlooks import build, start

made = Made(published=Published(digest="sha256:" + "a" * 64, size=2_000_000), built=True, seconds=3.0)
tasks = (build("base"), build("spark", "base"), start("profile lab", "base"))
with watch(tasks, builders=2, out=Path("nothing here")) as watcher:
    watcher.begins("base", "the registry does not have it")
    watcher.moves("base", Milestone(doing="RUN \\x1b[2Jevil", done=1, total=4))
    click.echo("fetching the engine from http://127.0.0.1/" + "a" * 100, err=True)
    watcher.ends("base", made)
    watcher.ends("spark", made)
    watcher.ends("profile lab", made)
print("the table", file=sys.stdout)
"""


def _watched(**environment: str) -> tuple[str, str]:
    """Return what came to the terminal, which is standard error alone, and to standard output."""
    terminal, end = pty.openpty()
    wanted = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    wanted |= {"PYTHONPATH": os.pathsep.join(sys.path), "TERM": "xterm", "COLUMNS": "80", "LINES": "24", **environment}
    with subprocess.Popen(
        [sys.executable, "-c", _RUN], env=wanted, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=end
    ) as running:
        os.close(end)
        said = _all_of(terminal)
        output = running.stdout.read() if running.stdout else b""
    os.close(terminal)
    assert running.returncode == 0, said
    return said.decode(), output.decode()


def _all_of(terminal: int) -> bytes:
    said = b""
    while True:
        try:
            said += os.read(terminal, 2**16)
        except OSError:
            # Linux says so when nobody is at the other end any more.
            return said


def test_a_terminal_shows_the_run_and_keeps_what_has_ended() -> None:
    said, output = _watched()
    assert "waits for base" in said
    assert "step 2 of 4" in said
    assert "\x1b[2J" not in said
    assert screen(said) == [
        # Longer than the terminal, and whole: it may be copied.
        "fetching the engine from http://127.0.0.1/" + "a" * 100,
        "base: built in 3 s, 2 MB, sha256:aaaaaaaaaaaa",
        "spark: built in 3 s, 2 MB, sha256:aaaaaaaaaaaa",
        "profile lab: built in 3 s, 2 MB, sha256:aaaaaaaaaaaa",
    ]
    assert output == "the table\n"


def test_a_terminal_without_colours_moves_all_the_same() -> None:
    said, _ = _watched(NO_COLOR="1")
    assert "waits for base" in said
    assert "\x1b[3" not in said
    assert "\x1b[9" not in said


@pytest.mark.parametrize("term", ["dumb", "unknown"])
def test_a_terminal_that_cannot_move_has_plain_lines(term: str) -> None:
    said, _ = _watched(TERM=term)
    assert "\x1b" not in said
    assert [line.partition(" s  ")[2] for line in said.splitlines() if " s  " in line] == [
        "base: the registry does not have it",
        "base: RUN \\x1b[2Jevil",
        "base: built in 3 s, 2 MB, sha256:aaaaaaaaaaaa",
        "spark: built in 3 s, 2 MB, sha256:aaaaaaaaaaaa",
        "profile lab: built in 3 s, 2 MB, sha256:aaaaaaaaaaaa",
    ]


@pytest.mark.parametrize(
    "left, told",
    [
        (account_json(account(stretches=(BUILT,))), "expected: about 2 min (from the run of 2026-01-31)\n"),
        (account_json(account()), ""),
        (b"{", ""),
        (None, ""),
    ],
)
def test_the_last_run_says_what_this_one_may_take(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], left: bytes | None, told: str
) -> None:
    if left is not None:
        (tmp_path / "run.json").write_bytes(left)
    with watch((build("base"),), builders=1, out=tmp_path):
        pass
    assert capsys.readouterr().err.partition(" s  ")[2] == told


def test_the_last_run_is_not_read_for_one_that_may_have_nothing_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run.json").write_bytes(account_json(account(stretches=(BUILT,))))
    with watch((build("base", certain=False),), builders=1, out=tmp_path):
        pass
    assert capsys.readouterr().err == ""


def test_the_proofs_are_asked_about_the_starts_that_are_named() -> None:
    registry = FakeRegistry()
    of = matrix(variant("base"), profiles=(profile("lab", "base"), profile("spare", "base")))
    image = push_image(registry, "hubwright/base", "fp-" + "1" * 64, b"an image")
    shape = shape_fingerprint(SHAPE).hex
    attach(registry, image, "2026-11-20", shape=shape, started_on="2026-11-19T23:58:00Z")
    destination = Destination(registry=registry, host="host:1", prefix="hubwright")
    ask = ask_proofs([each.offers[0] for each in of.profiles], of, destination, pinned_keys())
    names = frozenset({"profile lab", "profile of another matrix"})
    assert ask(names, lambda: False) == Earlier(seconds={"profile lab": 120.0}, sources={"proofs": "2026-11-20"})
    assert ask(names, lambda: True) == Earlier()
