"""One table, two ways to show it: aligned text for pipes and logs, colours and lines for a terminal."""

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hubwright.frozen import dataclass

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows of text under headings; `styles` colours a cell by what it says, where colours are to be had."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    styles: Mapping[str, str]


def plain(tables: Sequence[Table], closing: str) -> str:
    """Return the tables as aligned text that `grep` and `awk` can work with."""
    blocks = []
    for table in tables:
        lines = [tuple(heading.upper() for heading in table.headings), *table.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(table.headings))]
        aligned = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
        blocks.append("\n".join(line.rstrip() for line in aligned))
    return "\n\n".join([*blocks, closing]) + "\n"


def print_tables(tables: Sequence[Table], closing: str) -> None:
    """Print the tables to standard output, as whoever reads it there needs them."""
    if sys.stdout.isatty():
        show(tables, closing)
    else:
        sys.stdout.write(plain(tables, closing))


def show(tables: Sequence[Table], closing: str, console: "Console | None" = None) -> None:
    """Print the tables to the terminal with rich, or to the console given."""
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for rich
    from rich.table import Table as RichTable  # noqa: PLC0415 - the same
    from rich.text import Text  # noqa: PLC0415 - the same

    console = console or Console(highlight=False)
    for table in tables:
        rich_table = RichTable(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
        for index, heading in enumerate(table.headings):
            last = index == len(table.headings) - 1
            rich_table.add_column(heading, overflow="fold" if last else "ellipsis", no_wrap=not last)
        for row in table.rows:
            rich_table.add_row(*(Text(cell, style=table.styles.get(cell, "")) for cell in row))
        console.print(rich_table)
        console.print()
    console.print(closing, markup=False)
