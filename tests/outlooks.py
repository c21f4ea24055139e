"""Runs to watch, made of names."""

from hubwright.report.course import Course, course_of
from hubwright.report.tasks import Earlier, Kind, Outlook, Task


def build(name: str, on: str | None = None, *, held: str = "", certain: bool = True) -> Task:
    return Task(name=name, kind=Kind.IMAGE, under=on, waits_for=on if certain else None, held=held, certain=certain)


def start(name: str, of: str | None = None, *, certain: bool = True) -> Task:
    return Task(name=name, kind=Kind.START, under=of, waits_for=of, certain=certain)


def outlook(*tasks: Task, builders: int = 2, rehearsals: int = 2, took: dict[str, float] | None = None) -> Outlook:
    return Outlook(
        tasks=tasks,
        places={Kind.IMAGE: builders, Kind.START: rehearsals},
        earlier=Earlier(seconds=took or {}, sources={"proofs": "2026-11-20"} if took else {}),
    )


def course(*tasks: Task, builders: int = 2, rehearsals: int = 2, took: dict[str, float] | None = None) -> Course:
    return course_of(outlook(*tasks, builders=builders, rehearsals=rehearsals, took=took), 0.0)
