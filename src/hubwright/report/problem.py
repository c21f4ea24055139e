"""Errors as people see them: the place, the line it stands on, what was expected."""

from hubwright.errors import ENOUGH_PROBLEMS, FileError, HubwrightError, Problem
from hubwright.words import escape

_MAX_SHOWN = 20
_MAX_EXCERPT = 100


def error_text(error: HubwrightError) -> str:
    """Return the whole message for standard error, without anything that could steer a terminal."""
    if not isinstance(error, FileError):
        return f"error: {_lines(str(error))}"
    shown = "".join(_problem(problem) for problem in error.problems[:_MAX_SHOWN])
    count = len(error.problems)
    if count > _MAX_SHOWN:
        shown += f"{count - _MAX_SHOWN} more of these are not shown\n"
    more = " or more" * (count >= ENOUGH_PROBLEMS)
    notes = "".join(map(_lines, getattr(error, "__notes__", ())))
    return f"{shown}{count}{more} problem{'s' * (count != 1)} in {error.file}; nothing was done\n{notes}"


def _lines(text: str) -> str:
    return "".join(f"{escape(line)}\n" for line in text.split("\n"))


def _problem(problem: Problem) -> str:
    subject = f"{escape(problem.subject)}: " if problem.subject else ""
    first = f"{problem.position}: {subject}{escape(problem.message)}\n"
    if not problem.excerpt.strip() or problem.position.column > _MAX_EXCERPT:
        return first
    number = str(problem.position.line)
    before = escape(problem.excerpt[: problem.position.column - 1])
    line = escape(problem.excerpt[:_MAX_EXCERPT])
    return f"{first}  {number} | {line}\n  {' ' * len(number)} | {' ' * len(before)}^\n"
