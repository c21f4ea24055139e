import itertools

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from hubwright.report.board import Paper, board
from hubwright.report.course import Course, begun, ended, moved
from outlooks import build, course, start
from strategies import STEADY

_WIDE = Paper(height=40, width=120)
_FAMILY = (
    build("base"),
    start("profile lab", "base"),
    build("pyspark", "base"),
    start("profile spark", "pyspark"),
    build("cuda", "base"),
    build("neuron", held="withheld: its source is unreachable"),
)


def _text(run: Course, now: float = 0.0, paper: Paper = _WIDE) -> list[str]:
    return [line.plain.rstrip() for line in board(run, now, paper)]


def _under_way(took: dict[str, float] | None = None) -> Course:
    run = ended(begun(course(*_FAMILY, took=took), "base", "not there", 0.0), "base", "built in 41 s", 41.0, well=True)
    run = moved(begun(run, "pyspark", "not there", 41.0), "pyspark", "[7/12] RUN pip install", (6, 12), 50.0)
    return moved(begun(run, "profile lab", "it is there", 42.0), "profile lab", "notebook home", (3, 9), 60.0)


def test_a_run_is_shown_with_what_runs_and_what_waits_and_why() -> None:
    assert _text(_under_way({"profile lab": 15.0, "pyspark": 130.0}), 64.0) == [
        "1 min 04 s: 2 running, 1 waiting for a place, 1 waiting for others, 1 not begun, 1 done",
        "at least 2 min left (2 of 4 were never timed), by the proofs of 2026-11-20",
        "base                 built in 41 s",
        "├─ profile lab       rehearses, step 4 of 9, 22 s, longer than last time (15 s): notebook home",
        "├─ pyspark           builds, step 7 of 12, 23 s: [7/12] RUN pip install",
        "│  └─ profile spark  waits for pyspark",
        "└─ cuda              waits for a free place",
        "neuron               not begun: withheld: its source is unreachable",
    ]


def test_what_failed_and_what_stood_on_it_is_shown() -> None:
    run = ended(_under_way(), "pyspark", "failed: no space left", 70.0, well=False)
    assert "├─ pyspark           failed: no space left" in _text(run, 70.0)
    assert "│  └─ profile spark  not begun: it stands on pyspark" in _text(run, 70.0)


def test_names_and_reasons_cannot_write_over_anything() -> None:
    hostile = "a\x1b[2J\nb\u202e"
    lines = _text(course(build(hostile), start("lab", hostile), build("c", held=f"withheld: {hostile}")))
    assert all(line.isprintable() for line in lines)
    assert lines[2:] == [
        "└─ lab             waits for a\\x1b[2J b\\u202e",
        "c                  not begun: withheld: a\\x1b[2J b\\u202e",
    ]


def test_nothing_is_shown_once_everything_is_over() -> None:
    run = _under_way()
    for name in ("pyspark", "profile lab", "profile spark", "cuda"):
        run = ended(run, name, "done", 100.0, well=True)
    assert _text(run, 100.0) == []


def test_a_build_that_has_no_steps_yet_says_why_it_is_built() -> None:
    run = begun(course(build("base")), "base", "the registry does not have it", 0.0)
    assert _text(run, 3.0)[1] == "base  builds, 3 s: the registry does not have it"


def test_a_small_terminal_has_first_what_runs_and_the_rest_in_numbers() -> None:
    builds = [build(f"image-{number}") for number in range(40)]
    run = course(*builds)
    for task in builds[:14]:
        run = ended(run, task.name, "built in 3 s", 10.0, well=True)
    run = ended(run, "image-14", "failed: no", 10.0, well=False)
    for task in builds[30:33]:
        run = begun(run, task.name, "not there", 11.0)
    shown = _text(run, 12.0, Paper(height=23, width=80))
    assert len(shown) == 23
    assert shown[0] == "12 s: 3 running, 1 failed, 22 waiting for a place, 14 done"
    assert [line.split()[0] for line in shown[1:6]] == ["image-30", "image-31", "image-32", "image-14", "image-15"]
    assert shown[-1] == "and 5 waiting for a place, 14 done"


def test_a_terminal_of_one_row_has_the_counts() -> None:
    assert _text(course(*_FAMILY), 0.0, Paper(height=1, width=80)) == [
        "0 s: 1 waiting for a place, 4 waiting for others, 1 not begun"
    ]


def test_a_terminal_that_takes_ascii_gets_nothing_else() -> None:
    lines = _text(_under_way(), 64.0, Paper(height=40, width=30, ascii_only=True))
    assert all(line.isascii() for line in lines)
    assert lines[2].startswith("|- profile l")


_NAMES = st.lists(st.text("ab漢字é", min_size=1, max_size=30), min_size=1, max_size=30, unique=True)
_PAPER = st.builds(Paper, height=st.integers(1, 40), width=st.integers(1, 100), ascii_only=st.booleans())


@STEADY
@given(_NAMES, st.lists(st.integers(0, 2), min_size=30, max_size=30), _PAPER)
def test_it_always_fits(names: list[str], stages: list[int], paper: Paper) -> None:
    parents = [None, *names]
    run = course(*(build(name, parents[at // 2]) for at, name in enumerate(names)), took={names[0]: 3.0})
    for name, stage in zip(names, stages, strict=False):
        run = moved(run, name, "一步 " * 40, (1, 3), 5.0) if stage else run
        run = ended(run, name, "built", 9.0, well=True) if stage == 2 else run
    lines = board(run, 10.0, paper)
    assert len(lines) <= paper.height
    assert all(cell_len(line.plain) <= paper.width for line in lines)
    assert not any("\n" in line.plain for line in lines)


def test_each_task_has_one_row_where_there_is_room() -> None:
    names = ["".join(pair) for pair in itertools.product("abc", "xyz")]
    run = course(*(build(name, names[0] if name != names[0] else None) for name in names))
    rows = _text(run)[1:]
    assert sorted(row.split("  ")[0].strip("├└─ ") for row in rows) == sorted(names)
