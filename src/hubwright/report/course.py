"""How far a run has come: a value that each event makes a new one of, and what it says about every task.

Events come from many threads, so their order is no one's promise: whatever comes, nothing is raised, and what has
ended stays ended.
"""

from collections.abc import Mapping
from dataclasses import field, replace
from enum import StrEnum

from hubwright.frozen import dataclass
from hubwright.report.tasks import Earlier, Kind, Outlook, Task
from hubwright.words import one_line, shorten

# A step may be a whole program in a Dockerfile; no terminal is wider than this.
_STEP = 400


class State(StrEnum):
    RUNS = "running"
    FAILED = "failed"
    READY = "waiting for a place"
    WAITS = "waiting for others"
    NOT_BEGUN = "not begun"
    DONE = "done"


OVER = frozenset({State.FAILED, State.NOT_BEGUN, State.DONE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What was heard of a task; `moved` says that it did something, and was not done already.

    `outcome` is empty until it has ended, and `well` says whether it did so well.
    """

    began_s: float
    doing: str = ""
    done: int = 0
    total: int = 0
    moved: bool = False
    outcome: str = ""
    well: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """A run under way, on the clock that `began_s` is from."""

    tasks: tuple[Task, ...]
    places: Mapping[Kind, int]
    earlier: Earlier
    began_s: float
    work: Mapping[str, Work] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """Where a task stands; `because_of` names the task that it waits for, or was not begun because of."""

    task: Task
    state: State
    because_of: str = ""
    work: Work | None = None


def course_of(outlook: Outlook, now: float) -> Course:
    """Return the run as it begins."""
    return Course(tasks=outlook.tasks, places=outlook.places, earlier=outlook.earlier, began_s=now)


def begun(course: Course, name: str, reason: str, now: float) -> Course:
    """Return the course once the task has begun."""
    if name in course.work:
        return course
    return _with(course, name, Work(began_s=now, doing=_safe(reason)))


def moved(course: Course, name: str, step: str, counts: tuple[int, int], now: float) -> Course:
    """Return the course once the task has come to this step; one that it knows no name for says nothing new."""
    work = course.work.get(name) or Work(began_s=now)
    if work.outcome:
        return course
    done, total = counts
    return _with(course, name, replace(work, doing=_safe(step) or work.doing, done=done, total=total, moved=True))


def ended(course: Course, name: str, outcome: str, now: float, *, well: bool) -> Course:
    """Return the course once the task is over; `outcome` says in a few words how it ended."""
    work = course.work.get(name) or Work(began_s=now)
    if work.outcome:
        return course
    return _with(course, name, replace(work, outcome=_safe(outcome) or "ended", well=well))


def seen(course: Course) -> tuple[Seen, ...]:
    """Return where each task stands, in the order of the tasks."""
    by_name: dict[str, Seen] = {}
    for task in course.tasks:
        by_name[task.name] = _seen(task, course.work.get(task.name), by_name)
    return tuple(by_name.values())


def to_ask_about(course: Course) -> frozenset[str]:
    """Return the starts of which it helps to know what they took: none where everything is proven already.

    One that is rehearsed although its image was there means that the smoke notebooks are new, and the others' too.
    """
    still_open = [each for each in seen(course) if each.task.kind is Kind.START and each.state not in OVER]
    surprising = any(each.work and each.work.moved and not each.task.certain for each in still_open)
    return frozenset(each.task.name for each in still_open if each.task.certain or surprising)


def _with(course: Course, name: str, work: Work) -> Course:
    foreseen = any(task.name == name for task in course.tasks)
    tasks = course.tasks if foreseen else (*course.tasks, Task(name=name, kind=Kind.START))
    return replace(course, tasks=tasks, work={**course.work, name: work})


def _seen(task: Task, work: Work | None, before: Mapping[str, Seen]) -> Seen:
    if work and work.outcome:
        return Seen(task=task, state=State.DONE if work.well else State.FAILED, work=work)
    if work:
        return Seen(task=task, state=State.RUNS, work=work)
    if task.held:
        return Seen(task=task, state=State.NOT_BEGUN)
    awaited = before.get(task.waits_for or "")
    if awaited is None or awaited.state is State.DONE:
        return Seen(task=task, state=State.READY)
    state = State.NOT_BEGUN if awaited.state in OVER else State.WAITS
    return Seen(task=task, state=state, because_of=awaited.task.name)


def _safe(text: str) -> str:
    return shorten(one_line(text[:_STEP]), _STEP)
