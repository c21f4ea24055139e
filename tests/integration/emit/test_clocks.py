"""A clock that is ten years wrong changes no decision: only the age of a last good is a matter of days."""

import os
from pathlib import Path

import pytest

from helpers.showroom import LAB, LIST, Showroom
from hubwright.debian import fetch

# As wrong clocks are: the day is another, and seconds go on to be seconds.
_KEEP_SECONDS = {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}
# The command as it is, but for sleep: Debian 12's libfaketime breaks the system call that Python 3.11 makes for it.
_COMMAND = """
import select, sys, time
time.sleep = lambda seconds: select.select([], [], [], seconds)
from hubwright.cli.app import main
sys.exit(main())
"""
SHIFTS = ("-10y", "+0", "+10y")


@pytest.fixture(scope="session")
def faketime(stock: Path) -> Path:
    """Give the library that tells processes another time."""
    unpacked = fetch(("libfaketime",), suite=None, cache=stock, environment=os.environ)
    return next(unpacked.glob("usr/lib/*/faketime/libfaketime.so.1"))


def shifted(showroom: Showroom, faketime: Path, shift: str, *arguments: str) -> tuple[int, str]:
    """Return the exit code of the command at another time, and what it said in the end."""
    variables = {"LD_PRELOAD": str(faketime), "FAKETIME": shift, **_KEEP_SECONDS}
    done = showroom.run(*arguments, program=("-c", _COMMAND), **variables)
    return done.returncode, done.stderr or done.stdout


def test_the_clock_is_really_another_one(showroom: Showroom, faketime: Path) -> None:
    showroom.write(LAB)
    showroom.offer("base", "base", "lab")
    _, late = shifted(showroom, faketime, "+10y", "emit")
    _, early = shifted(showroom, faketime, "-10y", "emit")
    assert "days ago" in late
    assert "days ago" not in early


def test_what_is_proven_today_is_offered_at_any_time_in_the_same_bytes(showroom: Showroom, faketime: Path) -> None:
    showroom.offer("base", "base", "lab", "sized[size=small]")
    written = []
    for shift in SHIFTS:
        showroom.restore({})
        assert shifted(showroom, faketime, shift, "emit")[0] == 0
        written.append(showroom.written())
    assert written[0] == written[1] == written[2]


def test_only_the_age_of_a_last_good_is_told_by_the_clock(showroom: Showroom, faketime: Path) -> None:
    """A clock that is behind keeps a last good; one that is ten years ahead finds it too old, and says so."""
    showroom.write(LAB)
    good = showroom.offer("base", "good", "lab")
    showroom.change("base", "second")
    written = []
    for shift in ("-10y", "+0"):
        showroom.restore({})
        assert shifted(showroom, faketime, shift, "emit")[0] == 0
        written.append(showroom.written())
    assert written[0] == written[1]
    assert good in (showroom.root / LIST).read_text()

    code, said = shifted(showroom, faketime, "+10y", "emit")

    assert (code, showroom.written()) == (16, written[0]), said
    assert "its last good is of" in said
    assert "`max_age` allows 90 days" in said


def test_a_pin_is_honoured_at_any_time(showroom: Showroom, faketime: Path) -> None:
    showroom.write(LAB)
    old = showroom.offer("base", "old", "lab", days_ago=7)
    showroom.change("base", "second")
    showroom.offer("base", "new", "lab")
    assert showroom.run("rollback", "lab", "--because", "it is slow").returncode == 0
    written = []
    for shift in SHIFTS:
        assert shifted(showroom, faketime, shift, "emit")[0] == 0
        written.append(showroom.written())
    assert written[0] == written[1] == written[2]
    assert old in (showroom.root / LIST).read_text()
