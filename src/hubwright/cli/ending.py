"""The one place where errors become messages and exit codes."""

import os
import platform
import sys
import tempfile
import traceback

import click

from hubwright import __version__
from hubwright.cli.folders import disks
from hubwright.disks import disk_failure
from hubwright.errors import (
    EXIT_BROKEN_PIPE,
    EXIT_INTERNAL,
    EXIT_INTERRUPTED,
    EXIT_TERMINATED,
    HubwrightError,
)
from hubwright.redaction import redaction, secrets_of_environment


class Terminated(BaseException):
    """SIGTERM, made an exception so that everything open is closed on the way out."""


def explain(error: BaseException) -> int:
    """Say what happened on standard error and return the exit code for it."""
    match error:
        case HubwrightError():
            from hubwright.report.problem import error_text  # noqa: PLC0415 - only a failure needs it

            message, code = error_text(error), error.exit_code
        case click.ClickException():
            error.show()
            message, code = "", error.exit_code
        case KeyboardInterrupt() | click.Abort():
            message, code = _told("interrupted", error), EXIT_INTERRUPTED
        case Terminated():
            message, code = _told("terminated", error), EXIT_TERMINATED
        case RuntimeError() if (signalled := _signal_behind(error)) is not None:
            return explain(signalled)
        case BrokenPipeError() | SystemExit():
            # The reader went away (`| head`) and has what it wanted. Python would complain once more at exit. Nothing
            # of ours exits by itself; click does, where it comes upon the broken pipe first.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            message, code = "", EXIT_BROKEN_PIPE
        case OSError() if disk_error := disk_failure(error, disks(os.environ)):
            return explain(disk_error)
        case _:
            message, code = _report_bug(error), EXIT_INTERNAL
    sys.stderr.write(_hidden(message))
    return code


def _signal_behind(error: RuntimeError) -> BaseException | None:
    """Return the signal that a thread's lock complains in the place of, if it does.

    A signal is raised between any two steps, also those of a wait for a thread. Its lock may be open then, and says so
    on the way out.
    """
    behind = error.__context__
    while behind is not None and not isinstance(behind, KeyboardInterrupt | Terminated):
        behind = behind.__context__
    if behind is not None:
        behind.__notes__ = getattr(error, "__notes__", [])
    return behind


def _told(word: str, error: BaseException) -> str:
    """Return the last line of a run that was broken off: the word, and how far it had come if somebody noted that."""
    # click puts an exception of its own in front of an interrupt.
    notes = getattr(error.__cause__ or error, "__notes__", ())
    return "; ".join([word, *notes]) + "\n"


def _hidden(message: str) -> str:
    """Return the message without what is secret in the environment: programs that fail quote what they were given."""
    return redaction(secrets_of_environment(os.environ))(message)


def _report_bug(error: BaseException) -> str:
    head = f"hubwright {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
    report = head + _hidden("".join(traceback.format_exception(error)))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="hubwright-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
        ) as log:
            log.write(report)
        where = f"{log.name}\n"
    except OSError:
        where = f"this:\n{report}"
    return f"error: hubwright has a bug: {type(error).__name__}: {error}\nplease report it with {where}"
