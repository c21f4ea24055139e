"""The container engine that a command works with."""

import os

import click

from hubwright.cli.folders import cache_folder
from hubwright.engines.interface import Engine
from hubwright.schedule import Once


def engine_when_asked() -> Once[Engine]:
    """Return what finds an engine, or sets one up, when it is asked for first."""
    return Once(_engine)


def _engine() -> Engine:
    # Whoever finds everything done pays for no engine.
    from hubwright.engines.choose import choose, sources  # noqa: PLC0415 - see above

    return choose(sources(environment=os.environ, cache=cache_folder(os.environ), uid=os.geteuid()), say)


def say(line: str) -> None:
    """Tell the person at the terminal one line of progress."""
    click.echo(line, err=True)
