"""How long a run still takes, from what the same work took before. What was never timed is said, and never guessed."""

from collections.abc import Iterable, Mapping, Sequence

from hubwright.account import Became, Stretch
from hubwright.frozen import dataclass
from hubwright.progress import name_of_start
from hubwright.report.course import OVER, Course, Seen, State
from hubwright.report.tasks import Earlier, Kind
from hubwright.verdicts import Standing
from hubwright.words import day_of, listed

_MINUTE_S = 60
_HOUR_S = 3600
# Below this, ten seconds more or less are worth telling.
_FINE_S = 55


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What is left of one task, in seconds; `after` names the one that it comes after."""

    name: str
    kind: Kind
    seconds: float
    after: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """No run is over before `seconds` if everything takes as long as the last time.

    `of` tasks are left, of which `untimed` were never timed and `late` have taken longer than the last time already;
    `undecided` are not among them: they may be done already.
    """

    seconds: float
    of: int
    untimed: int
    late: int
    undecided: int


def earlier_from(stretches: Iterable[Stretch], on: str) -> Earlier:
    """Return what a run's account says that things took; `on` is when it was.

    What took no step was there already, and what failed may have been cut short: neither says anything.
    """
    whole = {Became.BUILT.value, Standing.PROVEN.value, Standing.WITHOUT_HARDWARE.value}
    seconds = {
        each.name if each.kind == Kind.IMAGE.value else name_of_start(each.name): each.ended_s - each.began_s
        for each in stretches
        if each.outcome in whole and each.moments and each.ended_s > each.began_s
    }
    return Earlier(seconds=seconds, sources={"run": day_of(on)} if seconds else {})


def estimate(tasks: Sequence[Seen], course: Course, now: float) -> Estimate:
    """Return what is left of the run at this time; `tasks` are all of the course's, as they stand."""
    still_open = [each for each in tasks if each.state not in OVER]
    counted = [each for each in still_open if each.task.certain or (each.work and each.work.moved)]
    left = [
        Left(name=each.task.name, kind=each.task.kind, seconds=_left(each, course, now), after=each.task.waits_for)
        for each in counted
    ]
    return Estimate(
        seconds=shortest(left, course.places),
        of=len(counted),
        untimed=sum(each.task.name not in course.earlier.seconds for each in counted),
        late=sum(late_by(each, course, now) is not None for each in counted),
        undecided=len(still_open) - len(counted),
    )


def late_by(each: Seen, course: Course, now: float) -> float | None:
    """Return what the task took the last time, if it has taken longer already."""
    took = course.earlier.seconds.get(each.task.name)
    if took is None or each.work is None or each.state is not State.RUNS:
        return None
    return took if now - each.work.began_s > took else None


def shortest(left: Sequence[Left], places: Mapping[Kind, int]) -> float:
    """Return the time before which not even the luckiest order is through with everything; those before come first.

    A chain of tasks cannot be shortened, and the work that comes after some moment has to share the places of its kind.
    """
    begins: dict[str, float] = {}
    ends: dict[str, float] = {}
    for each in left:
        begins[each.name] = ends.get(each.after or "", 0.0)
        ends[each.name] = begins[each.name] + max(each.seconds, 0.0)
    bounds = [0.0, *ends.values()]
    for kind in {each.kind for each in left}:
        work = 0.0
        of_kind = (each for each in left if each.kind is kind)
        for each in sorted(of_kind, key=lambda each: begins[each.name], reverse=True):
            work += max(each.seconds, 0.0)
            bounds.append(begins[each.name] + work / max(places.get(kind, 1), 1))
    return max(bounds)


def left_in_words(found: Estimate, earlier: Earlier) -> str:
    """Return what people are told of it; nothing where nothing is known."""
    if found.untimed == found.of:
        return ""
    beside = [f"{found.untimed} of {found.of} were never timed"] if found.untimed else []
    beside += [f"{found.undecided} may be done already"] if found.undecided else []
    rest = f" ({', '.join(beside)})" if beside else ""
    if found.seconds < 1:
        return f"longer than last time{rest}"
    least = found.untimed or found.undecided or found.late
    return f"{'at least' if least else 'about'} {roughly(found.seconds)} left{rest}, by {_sources(earlier)}"


def expected_in_words(found: Estimate, earlier: Earlier) -> str:
    """Return what is told of a run that has not begun, once; nothing where nothing is known."""
    if found.untimed == found.of:
        return ""
    never = f", {found.untimed} of {found.of} were never timed" if found.untimed else ""
    return f"{'at least' if never else 'about'} {roughly(found.seconds)} (from {_sources(earlier)}{never})"


def roughly(seconds: float) -> str:
    """Return a time as one says what one does not know exactly."""
    if seconds < _FINE_S:
        return f"{max(round(seconds / 10), 1) * 10} s"
    minutes = max(round(seconds / _MINUTE_S), 1)
    return f"{minutes} min" if seconds < _HOUR_S else f"{minutes // 60} h {minutes % 60:02} min"


def _left(each: Seen, course: Course, now: float) -> float:
    took = course.earlier.seconds.get(each.task.name, 0.0)
    return max(took - (now - each.work.began_s if each.work else 0.0), 0.0)


def _sources(earlier: Earlier) -> str:
    return listed((f"the {what} of {day}" for what, day in earlier.sources.items()), conjunction="and")
