"""What people are told of a night, whatever was in it."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright.account import ImageChange, PackageMove
from hubwright.night import ImageDiff, LockDiff, Night, StartDiff, Stayed
from hubwright.report.nightly import TEXT_LIMIT, commit_message, headline, night_text

OLD, NEW = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
MOVED = PackageMove(kind="python", name="numpy", before="2.3.4", after="2.3.5")
ADDED = PackageMove(kind="python", name="new", before="", after="1")
REMOVED = PackageMove(kind="debian", name="gone", before="1", after="")
LOCK = LockDiff(path="images/base/requirements.lock", images=("base",), new=False, moves=(MOVED, ADDED, REMOVED))
START = StartDiff(name="lab", variant="base", before=OLD, after=NEW, today=True, reason="")
CHANGE = ImageChange(
    since=OLD, size_before=143_000_000, moved=(MOVED,), scanned=True, fixed=("CVE-2026-1",), appeared=("CVE-2026-2",)
)
IMAGE = ImageDiff(variant="base", before=OLD, after=NEW, size=144_500_000, change=CHANGE, unread=())
NIGHT = Night(
    day="2026-01-31",
    locks=(LOCK,),
    stayed=(),
    starts=(START,),
    images=(IMAGE,),
    emitted=True,
    wrong=(),
)


def test_a_good_night_in_full() -> None:
    assert night_text(NIGHT, report="# The run\n") == (
        """\
**Fine.** All that is offered is of today: 1 start.

## What moved in the locks

- `images/base/requirements.lock` (`base`): 1 moved, 1 added, 1 removed
  - `numpy` `2.3.4` → `2.3.5`
  - added `new` `1`
  - removed `gone` `1`

## What is offered

- `lab` (`base`): `sha256:aaaaaaaaaaaa` → `sha256:bbbbbbbbbbbb`

## What is different in the images

- `base` `sha256:aaaaaaaaaaaa` → `sha256:bbbbbbbbbbbb`: 144 MB (+2 MB); 1 moved, 0 added, 0 removed; """
        """fixed: `CVE-2026-1`; new: `CVE-2026-2`
  - `numpy` `2.3.4` → `2.3.5`

# The run
"""
    )


WITHHELD = replace(START, after="", today=False, reason="it failed")
OLDER = replace(START, after=OLD, today=False, reason="today's image failed its rehearsal")
STAYED = Stayed(name="spark", reason="apt says: no", answered=True)


@pytest.mark.parametrize(
    "night, told",
    [
        (replace(NIGHT, starts=(WITHHELD,)), "not offered: `lab`."),
        (replace(NIGHT, starts=(OLDER,)), "offered with an image that is not today's: `lab`."),
        (replace(NIGHT, stayed=(STAYED,)), "on the lock of before: `spark`."),
        (
            replace(NIGHT, starts=(), emitted=False, wrong=("x",)),
            "the files for a hub stay as they were.",
        ),
        (replace(NIGHT, wrong=("x",)), "nobody who starts a server is affected, and something went wrong."),
    ],
)
def test_the_first_line_says_who_is_affected(night: Night, told: str) -> None:
    assert headline(night) == f"**Not fine:** {told}"
    assert night_text(night).startswith(headline(night) + "\n")


def test_what_stays_says_whether_anybody_answered() -> None:
    text = night_text(replace(NIGHT, stayed=(STAYED, replace(STAYED, name="cuda", answered=False))))
    assert "`spark`: cannot be resolved\n\n```text\napt says: no\n```" in text
    assert "`cuda`: nobody could be asked, which says nothing about it\n" in text


@pytest.mark.parametrize(
    "start, told",
    [
        (replace(START, before=""), "- `lab` (`base`): nothing → `sha256:bbbbbbbbbbbb`\n"),
        (replace(START, before=NEW), "- `lab` (`base`): `sha256:bbbbbbbbbbbb`, as before\n"),
        (WITHHELD, "- `lab` (`base`): `sha256:aaaaaaaaaaaa` → nothing, **not the image of today**: it failed\n"),
    ],
)
def test_each_start_says_what_it_had_and_what_it_has(start: StartDiff, told: str) -> None:
    assert told in night_text(replace(NIGHT, starts=(start,)))


def test_what_is_not_known_never_passes_for_no_difference() -> None:
    unknown = replace(IMAGE, change=None, unread=("base has no list of its packages beside it",))
    told = "what is different is not known\n  - why: base has no list of its packages beside it\n"
    assert told in night_text(replace(NIGHT, images=(unknown,)))
    unscanned = replace(IMAGE, change=replace(CHANGE, scanned=False))
    assert "no scan of both tells what was fixed" in night_text(replace(NIGHT, images=(unscanned,)))
    same = replace(IMAGE, change=replace(CHANGE, fixed=(), appeared=(), moved=()))
    assert "0 removed; the scans of both found the same\n" in night_text(replace(NIGHT, images=(same,)))


def test_where_nothing_was_written_that_is_said() -> None:
    text = night_text(replace(NIGHT, emitted=False))
    assert "Nothing was written: what was offered before is offered still.\n" in text


@pytest.mark.parametrize(
    "lock, text, line",
    [
        (replace(LOCK, new=True), ": new, 3 packages\n", ": new, 3 packages\n"),
        (
            replace(LOCK, moves=()),
            ": the same versions, other hashes or notes\n",
            ": the same versions, other hashes or notes\n",
        ),
        (
            replace(LOCK, moves=(MOVED,) * 70),
            "  - and 10 more\n",
            "numpy 2.3.4 -> 2.3.5, numpy 2.3.4 -> 2.3.5 and 58 more\n",
        ),
        (LOCK, "added `new` `1`", ": numpy 2.3.4 -> 2.3.5, +new 1, -gone\n"),
        (replace(LOCK, images=()), "- `images/base/requirements.lock`: 1 moved", "gone\n"),
    ],
)
def test_locks_are_told_at_length_and_in_short(lock: LockDiff, text: str, line: str) -> None:
    night = replace(NIGHT, locks=(lock,))
    assert text in night_text(night)
    assert commit_message(night).endswith(line)


@pytest.mark.parametrize(
    "locks, subject",
    [
        ((LOCK,), "Move 3 packages in base"),
        ((LOCK, replace(LOCK, images=("cuda",))), "Move 3 packages in base and cuda"),
        ((replace(LOCK, images=(), moves=(MOVED,)),), "Move 1 package in foundations"),
        ((replace(LOCK, moves=()),), "Lock anew in base"),
        (tuple(replace(LOCK, images=(f"image-{number}",)) for number in range(40)), "Move 3 packages in 40 images"),
        ((), "Offer what is proven on 2026-01-31"),
    ],
)
def test_the_commit_says_what_moved_and_where(locks: tuple[LockDiff, ...], subject: str) -> None:
    message = commit_message(replace(NIGHT, locks=locks))
    assert message.startswith(f"{subject}\n\n")
    assert ("and 10 more locks\n" in message) == (len(locks) == 40)
    assert ("No lock moved" in message) == (not locks)


def _huge(text: str) -> Night:
    move = PackageMove(kind=text, name=text, before=text, after=text)
    lock = LockDiff(path=text, images=(text,) * 50, new=False, moves=(move,) * 500)
    start = StartDiff(name=text, variant=text, before=text, after=text, today=False, reason=text)
    change = replace(CHANGE, moved=(move,) * 500, fixed=(text,) * 500, appeared=(text,) * 500)
    image = ImageDiff(variant=text, before=text, after=text, size=1, change=change, unread=(text,) * 50)
    return Night(
        day=text,
        locks=(lock,) * 300,
        stayed=(Stayed(name=text, reason=text, answered=True),) * 300,
        starts=(start,) * 300,
        images=(image,) * 300,
        emitted=True,
        wrong=(text,) * 300,
    )


@pytest.mark.parametrize("text", ["x", "é" * 3000, "```\n" * 500, "\x1b[31m\n" * 500, "`" * 3000])
@pytest.mark.parametrize("report", ["", "x\n" * 100_000, "```\n" + "é\n" * 100_000])
def test_it_fits_whatever_happened(text: str, report: str) -> None:
    told = night_text(_huge(text), report=report)
    assert len(told.encode()) <= TEXT_LIMIT
    assert told.startswith("**Not fine:** ")


@given(st.text(max_size=40))
def test_nothing_of_others_is_anything_but_code(text: str) -> None:
    """Take all code out of the text: nothing is left that would do anything."""
    hostile = f"<img src=x onerror=alert(1)> @everyone #1 [x](http://x) {text}"
    night = _huge(hostile)
    few = replace(
        night,
        locks=(replace(night.locks[0], images=(hostile,), moves=night.locks[0].moves[:2]),),
        starts=night.starts[:1],
        images=(replace(night.images[0], unread=(hostile,)),),
        stayed=night.stayed[:1],
        wrong=night.wrong[:1],
    )
    rest = _without_code(night_text(few))
    assert not set("<[") & set(rest)
    assert "@everyone" not in rest
    assert not re.search(r"(?<!&)#\d", rest)


def _without_code(markdown: str) -> str:
    """Return the text without blocks and spans of code, as CommonMark delimits them."""
    kept: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        ticks = line[: len(line) - len(line.lstrip("`"))]
        if fence:
            fence = "" if line == fence else fence
        elif len(ticks) >= 3 and "`" not in line[len(ticks) :]:
            fence = ticks
        else:
            kept.append(_without_spans(line))
    return "\n".join(kept)


def _without_spans(line: str) -> str:
    runs: list[str] = []
    for character in line:
        if runs and (character == "`") == (runs[-1][0] == "`"):
            runs[-1] += character
        else:
            runs.append(character)
    kept, position = "", 0
    while position < len(runs):
        run = runs[position]
        end = next((at for at in range(position + 1, len(runs)) if runs[at] == run), None) if run[0] == "`" else None
        kept += run if end is None else ""
        position = position + 1 if end is None else end + 1
    return kept
