"""The command line: one file for each command, loaded when it is asked for."""

from hubwright.cli.app import main, run

__all__ = ["main", "run"]
