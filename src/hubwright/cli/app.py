"""The group of commands, and the program that runs one of them."""

import gc
import importlib
import io
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from hubwright import __version__
from hubwright.cli.ending import Terminated, explain
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
_EPILOG = "Start with `hubwright plan`; docs/matrix.md explains the matrix by task, docs/reference.md lists every key."


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


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise Terminated


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; the only way out for every error."""
    signal.signal(signal.SIGTERM, _terminate)
    _open_streams()
    try:
        group.main(args=list(argv) if argv is not None else None, prog_name="hubwright", standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - whatever happens ends as a message and an exit code
        return explain(error)
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
