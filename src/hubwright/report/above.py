"""Where people are told things while a live view moves below: a stream that puts whole lines above it."""

import io
from threading import Lock

from rich.console import Console
from rich.text import Text


class Above(io.TextIOBase):
    """Takes the place of a stream; a line that is longer than the terminal is not broken: it may be an address."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun = ""
        self._lock = Lock()

    @property
    def encoding(self) -> str:  # type: ignore[override] # an attribute there, and never set here
        return self._console.encoding

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._console.is_terminal

    def write(self, text: str) -> int:
        with self._lock:
            *lines, self._begun = (self._begun + text).split("\n")
        self._print(lines)
        return len(text)

    def end(self) -> None:
        """Show a line that was begun and never ended."""
        with self._lock:
            rest, self._begun = self._begun, ""
        self._print([rest] if rest else [])

    def _print(self, lines: list[str]) -> None:
        for line in lines:
            self._console.print(Text(line), soft_wrap=True)
