"""The group of commands, and the one place where errors become exit codes."""

import gc
import importlib
import io
import os
import platform
import signal
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

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
from hubwright.words import did_you_mean

# Each command's module is imported when it is asked for: `plan` must not pay for what `build` needs.
COMMANDS: Mapping[str, str] = {
    "build": "Go the whole way: build, push, rehearse, prove, and write the profile list that a hub reads.",
    "ci": "Write the workflows that build, prove and release by themselves, and the policies of their roles.",
    "doctor": "Look at everything that a build needs of its surroundings.",
    "emit": "Write the profile list that a hub reads, of what is proven and of nothing else.",
    "engine": "Look after the container engine that images are built and rehearsed with.",
    "explain": "Show what a variant's fingerprint is made of, and what moved it.",
    "history": "Show what was ever proven of a profile, and what of it is offered.",
    "lock": "Resolve what images are made of, and write it down.",
    "nightly": "Lock what there is today, go the whole way with it, and leave what moved as a branch.",
    "plan": "Show what would be built, and why.",
    "report": "Tell what the last run came to and what is offered, for people, reviewers and programs.",
    "rollback": "Offer a profile with an earlier image, until that is taken back.",
    "verify": "Rehearse a user's start of each profile that is not proven yet, and sign what was seen.",
    "status": "Show what the registry holds of what the matrix asks for.",
}
_ALLOCATED = 100_000
_EPILOG = "Start with `hubwright plan`; docs/matrix.md explains every key of the matrix."


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"hubwright.cli.{cmd_name}")
        command: click.Command = module.command
        _keep_lines(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands from the table, without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            ctx.fail(f"there is no command {args[0]!r}.{did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)


def _keep_lines(command: click.Command) -> None:
    """Let the examples keep their lines: click wants a backspace before them, and a docstring can only spell one."""
    command.help = (command.help or "").replace("\\b\n", "\b\n")
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _keep_lines(below)


@click.group(
    cls=_Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def group() -> None:
    """Build notebook images, rehearse a user's start of each, and offer a hub only what was proven."""


class _Terminated(BaseException):
    """SIGTERM, made an exception so that everything open is closed on the way out."""


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise _Terminated


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; the only way out for every error."""
    signal.signal(signal.SIGTERM, _terminate)
    _open_streams()
    try:
        group.main(args=list(argv) if argv is not None else None, prog_name="hubwright", standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - whatever happens ends as a message and an exit code
        return _explain(error)
    return 0


def run() -> NoReturn:
    """Be the program: run one command, and end with its exit code."""
    # A command that finds everything done is over in half a second, a tenth of which would go into looking for cycles
    # among what it has loaded. One that builds for hours still looks, and less often.
    gc.set_threshold(_ALLOCATED)
    exit_code = main()
    # The system takes back everything at once.
    gc.disable()
    sys.exit(exit_code)


def _open_streams() -> None:
    """Have both streams to speak to, in UTF-8 as in every file: programs read it, and a locale cannot spell it all."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            # Whoever started us closed it.
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - open to the very end
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _explain(error: BaseException) -> int:
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
        case _Terminated():
            message, code = _told("terminated", error), EXIT_TERMINATED
        case RuntimeError() if (signalled := _signal_behind(error)) is not None:
            return _explain(signalled)
        case BrokenPipeError() | SystemExit():
            # The reader went away (`| head`) and has what it wanted. Python would complain once more at exit. Nothing
            # of ours exits by itself; click does, where it comes upon the broken pipe first.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            message, code = "", EXIT_BROKEN_PIPE
        case OSError() if disk_error := disk_failure(error, disks(os.environ)):
            return _explain(disk_error)
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
    while behind is not None and not isinstance(behind, KeyboardInterrupt | _Terminated):
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
