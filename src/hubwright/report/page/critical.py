"""Why a run took as long as it did: the chain of work that nothing could have overtaken."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from hubwright.account import Stretch
from hubwright.frozen import dataclass
from hubwright.report.tasks import Kind

# What is done about each kind of thing.
WORK: Mapping[str, str] = {Kind.IMAGE.value: "build", Kind.START.value: "rehearsal"}
# Clocks are read one after the other: what is this close together happened at once.
_AT_ONCE_S = 0.05


class Cause(StrEnum):
    """Why a piece of work did not begin earlier."""

    NOTHING = "nothing"
    PARENT = "parent"
    PLACE = "free place"


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """One piece of work on the path; `cause` says how it hangs on the link before."""

    stretch: Stretch
    cause: Cause


def critical_path(stretches: Iterable[Stretch]) -> tuple[Link, ...]:
    """Return the work that decided when the run ended, the first of it first; empty where there was none.

    It is followed from what ended last: each began when what it waited for was there, or when another one of its
    kind left the place that it needed.
    """
    every = tuple(stretches)
    if not every:
        return ()
    backwards: list[Link] = []
    passed: set[int] = set()
    here: int | None = max(range(len(every)), key=lambda index: (every[index].ended_s, -index))
    while here is not None:
        passed.add(here)
        cause, before = _cause(every, here, passed)
        backwards.append(Link(stretch=every[here], cause=cause))
        here = before
    return tuple(reversed(backwards))


def told(path: Sequence[Link]) -> str:
    """Return the path in a sentence, its parts in the order in which they happened."""
    if not path:
        return "Nothing ran."
    parts = [_part(link) for link in path]
    last = path[-1].stretch
    return f"What the {last.ended_s:.0f} s were made of: {', then '.join(parts)}. The rest went on beside it."


def _part(link: Link) -> str:
    stretch = link.stretch
    words = (
        f"{WORK.get(stretch.kind, stretch.kind)} of {stretch.name} ({max(stretch.ended_s - stretch.began_s, 0):.0f} s"
    )
    waited = stretch.began_s - stretch.ready_s
    if link.cause is Cause.PLACE:
        words += f", after {waited:.0f} s of waiting for a free place"
    elif waited > 1:
        words += f", {waited:.0f} s after it could have begun"
    return f"{words})"


def _cause(every: Sequence[Stretch], here: int, passed: set[int]) -> tuple[Cause, int | None]:
    this = every[here]
    earlier = [
        index
        for index, other in enumerate(every)
        if index not in passed and other.ended_s <= this.began_s + _AT_ONCE_S and other.began_s <= this.began_s
    ]
    if this.began_s - this.ready_s > _AT_ONCE_S:
        left = [index for index in earlier if every[index].kind == this.kind and every[index].ended_s > this.ready_s]
        if left:
            return Cause.PLACE, _latest(every, left)
    awaited = [index for index in earlier if every[index].name == this.waited_for]
    return (Cause.PARENT, _latest(every, awaited)) if awaited else (Cause.NOTHING, None)


def _latest(every: Sequence[Stretch], among: Iterable[int]) -> int:
    return max(among, key=lambda index: (every[index].ended_s, -index))
