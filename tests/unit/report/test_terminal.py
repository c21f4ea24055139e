import io
import re
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import pytest
from rich.console import Console

from helpers.screen import screen
from hubwright.errors import BuildError
from hubwright.planned import Made, Published
from hubwright.progress import Milestone
from hubwright.report.tasks import Earlier
from hubwright.report.terminal import TerminalWatcher
from outlooks import build, outlook, start

_SOON_S = 60
_MADE = Made(published=Published(digest="sha256:" + "a" * 64, size=2_000_000), built=True, seconds=3.0)
_RUN = outlook(build("base"), build("spark", "base"), start("profile lab", "base"))
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def _console(width: int = 120, height: int = 24, **environment: str) -> tuple[io.StringIO, Console]:
    stream = io.StringIO()
    environment = {"TERM": "xterm-256color", **environment}
    return stream, Console(file=stream, force_terminal=True, width=width, height=height, _environ=environment)


def _frame(watcher: TerminalWatcher, console: Console) -> list[str]:
    with console.capture() as capture:
        console.print(watcher)
    return [line.rstrip() for line in _CONTROL.sub("", capture.get()).split("\n")]


def test_what_has_ended_stays_and_the_view_goes() -> None:
    stream, console = _console()
    with TerminalWatcher(_RUN, console=console, clock=lambda: 0.0) as watcher:
        watcher.begins("base", "not there")
        watcher.moves("base", Milestone(doing="RUN a", done=1, total=4))
        watcher.ends("base", _MADE)
        watcher.ends("spark", BuildError("no\nmore"))
        watcher.ends("profile lab", BuildError("no"))
    shown = _CONTROL.sub("", stream.getvalue())
    assert "base: built in 3 s, 2 MB, sha256:aaaaaaaaaaaa" in shown
    assert "waits for a free place" in shown
    assert shown.rstrip().endswith("profile lab: failed: no")


def test_a_view_is_as_large_as_the_terminal_is_now() -> None:
    _, console = _console()
    watcher = TerminalWatcher(_RUN, console=console, clock=lambda: 0.0)
    assert len(_frame(watcher, console)) == 5
    console.size = (30, 3)
    assert _frame(watcher, console) == ["0 s: 1 waiting for a place, 2…", "and 1 waiting for a place, 2 …", ""]


def test_colours_are_only_for_who_wants_them() -> None:
    coloured, plain = _console(), _console(NO_COLOR="1")
    for _, console in (coloured, plain):
        watcher = TerminalWatcher(_RUN, console=console, clock=lambda: 0.0)
        watcher.ends("spark", BuildError("no"))
        console.print(watcher)
    assert "\x1b[31m" in coloured[0].getvalue()
    assert "\x1b[31m" not in plain[0].getvalue()


def test_what_rehearsals_took_is_asked_once_and_beside_the_run() -> None:
    answered: SimpleQueue[frozenset[str]] = SimpleQueue()

    def ask(names: frozenset[str], stopped: Callable[[], bool]) -> Earlier:
        del stopped
        answered.put(names)
        return Earlier(seconds=dict.fromkeys(names, 120.0), sources={"proofs": "2026-11-20"})

    _, console = _console()
    with TerminalWatcher(_RUN, console=console, ask=ask, clock=lambda: 0.0) as watcher:
        assert answered.get(timeout=_SOON_S) == {"profile lab"}
        watcher.moves("profile lab", Milestone(doing="fetching the image", done=0, total=4))
        watcher.moves("profile lab", Milestone(doing="waiting for a server", done=1, total=4))
    assert answered.empty()
    assert "at least 2 min left (2 of 3 were never timed), by the proofs of 2026-11-20" in _frame(watcher, console)[1]


def test_nobody_is_asked_where_everything_is_proven() -> None:
    asked: list[frozenset[str]] = []

    def ask(names: frozenset[str], stopped: Callable[[], bool]) -> Earlier:
        del stopped
        asked.append(names)
        return Earlier()

    settled = outlook(build("base", certain=False), start("profile lab", "base", certain=False))
    with TerminalWatcher(settled, console=_console()[1], ask=ask, clock=lambda: 0.0) as watcher:
        watcher.begins("base", "in the registry")
        watcher.ends("base", _MADE)
        watcher.begins("profile lab", "its image is in the registry")
    assert asked == []


def test_a_run_that_is_broken_off_leaves_the_terminal_as_it_was() -> None:
    stream, console = _console()
    before = sys.stderr

    def broken_off() -> None:
        with TerminalWatcher(_RUN, console=console, clock=lambda: 0.0) as watcher:
            watcher.ends("base", _MADE)
            sys.stderr.write("what was begun to be said")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert sys.stderr is before
    shown, hidden = (stream.getvalue().rindex(f"\x1b[?25{each}") for each in "hl")
    assert shown > hidden
    assert screen(stream.getvalue()) == ["base: built in 3 s, 2 MB, sha256:aaaaaaaaaaaa", "what was begun to be said"]


def test_many_threads_may_tell_it_at_once() -> None:
    names = [f"image-{number}" for number in range(40)]
    stream, console = _console()

    def run(watcher: TerminalWatcher, name: str) -> None:
        watcher.begins(name, "not there")
        for step in range(20):
            watcher.moves(name, Milestone(doing=f"step {step}", done=step, total=20))
        watcher.ends(name, _MADE)

    with (
        TerminalWatcher(outlook(*map(build, names)), console=console, clock=lambda: 0.0) as watcher,
        ThreadPoolExecutor(16) as pool,
    ):
        for done in [pool.submit(run, watcher, name) for name in names]:
            done.result(_SOON_S)
        assert _frame(watcher, console) == [""]
    shown = _CONTROL.sub("", stream.getvalue())
    assert all(f"{name}: built in 3 s" in shown for name in names)
