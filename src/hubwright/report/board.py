"""The live view of a run: the graph, what runs, what waits and why, and how long it may take. A function of values."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from hubwright.frozen import dataclass
from hubwright.report.course import OVER, Course, Seen, State, Work, seen
from hubwright.report.estimate import estimate, late_by, left_in_words
from hubwright.report.tasks import Kind
from hubwright.words import escape, in_minutes, one_line

_STYLES = {
    State.RUNS: "bold",
    State.FAILED: "red",
    State.READY: "",
    State.WAITS: "dim",
    State.NOT_BEGUN: "red",
    State.DONE: "green",
}
# Where not all fit, what a person looks for comes first.
_FIRST = list(State)
# Names may take this part of the width, and what is said of them has the rest.
_NAMES = 0.4
_GUIDES = {True: ("|- ", "`- ", "|  ", "   "), False: ("├─ ", "└─ ", "│  ", "   ")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """What there is to write on: rows, columns, and whether it takes no more than ASCII."""

    height: int
    width: int
    ascii_only: bool = False


def board(course: Course, now: float, paper: Paper) -> list[Text]:
    """Return the lines of the view, at most as many and as wide as the paper; none once everything is over."""
    all_seen = seen(course)
    if all(each.state in OVER for each in all_seen):
        return []
    lines = _head(all_seen, course, now)[: max(paper.height - 1, 1)]
    room = paper.height - len(lines)
    if len(all_seen) <= room:
        lines += _rows(_guided(all_seen, _GUIDES[paper.ascii_only]), course, now, paper)
    elif room:
        lines += _folded(all_seen, room - 1, course, now, paper)
    for line in lines:
        _cut(line, paper.width, paper)
    return lines


def _head(all_seen: Sequence[Seen], course: Course, now: float) -> list[Text]:
    left = left_in_words(estimate(all_seen, course, now), course.earlier)
    told = [f"{in_minutes(int(now - course.began_s))}: {_counts(all_seen)}", *([left] if left else [])]
    return [Text(line, style="bold", no_wrap=True) for line in told]


def _counts(some: Sequence[Seen]) -> str:
    counts = Counter(each.state for each in some)
    return ", ".join(f"{counts[state]} {state.value}" for state in State if counts[state])


def _folded(all_seen: Sequence[Seen], room: int, course: Course, now: float, paper: Paper) -> list[Text]:
    """Return as many tasks as there is room for, what runs first, and a line with the rest in numbers."""
    first = sorted(all_seen, key=lambda each: _FIRST.index(each.state))
    worth_a_row = [each for each in first if each.state not in {State.NOT_BEGUN, State.DONE}]
    shown = worth_a_row[:room]
    rest = Text(f"and {_counts(first[len(shown) :])}", style="dim", no_wrap=True)
    return [*_rows([(each.task.name, each) for each in shown], course, now, paper), rest]


def _rows(named: Sequence[tuple[str, Seen]], course: Course, now: float, paper: Paper) -> list[Text]:
    safe = [(escape(name), each) for name, each in named]
    column = min(max((cell_len(name) for name, _ in safe), default=0), int(paper.width * _NAMES))
    rows = []
    for name, each in safe:
        row = Text(name, no_wrap=True)
        _cut(row, column, paper)
        row.pad_right(column - row.cell_len + 2)
        rows.append(row.append(one_line(_told(each, course, now)), style=_STYLES[each.state]))
    return rows


def _cut(line: Text, width: int, paper: Paper) -> None:
    line.truncate(width, overflow="crop" if paper.ascii_only else "ellipsis")


def _told(each: Seen, course: Course, now: float) -> str:
    """Return what is said of one task."""
    match each.state:
        case State.READY:
            return "waits for a free place"
        case State.WAITS:
            return f"waits for {each.because_of}"
        case State.NOT_BEGUN:
            return f"not begun: {each.task.held or f'it stands on {each.because_of}'}"
        case _:
            return _of_work(each, each.work, course, now) if each.work else ""


def _of_work(each: Seen, work: Work, course: Course, now: float) -> str:
    if work.outcome:
        return work.outcome
    verb = "builds" if each.task.kind is Kind.IMAGE else "rehearses"
    step = f", step {min(work.done + 1, work.total)} of {work.total}" if work.total else ""
    late = late_by(each, course, now)
    longer = f", longer than last time ({in_minutes(int(late))})" if late is not None else ""
    return f"{verb}{step}, {in_minutes(int(now - work.began_s))}{longer}: {work.doing}"


def _guided(all_seen: Sequence[Seen], guides: tuple[str, str, str, str]) -> list[tuple[str, Seen]]:
    """Return every task below what it stands on, its name behind the lines that lead to it."""
    names = {each.task.name for each in all_seen}
    below: dict[str, list[Seen]] = {}
    for each in all_seen:
        below.setdefault(each.task.under if each.task.under in names else "", []).append(each)
    branch, last_branch, line, blank = guides

    def walk(parent: str, indent: str) -> Iterator[tuple[str, Seen]]:
        children = below.get(parent, [])
        for each in children:
            last = each is children[-1]
            name = each.task.name
            yield (f"{indent}{last_branch if last else branch}{name}" if parent else name), each
            yield from walk(name, indent + (blank if last else line) if parent else "")

    return list(walk("", ""))
