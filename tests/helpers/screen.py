"""What a person sees in the end on a terminal that a program wrote to, and above it."""

import re

_PIECE = re.compile(
    r"\x1b\[(?P<number>[0-9]*)(?P<verb>[A-Za-z])|\x1b\[\?25[lh]|(?P<text>[^\x1b\r\n]+)|(?P<move>[\r\n])"
)


def screen(written: str) -> list[str]:
    """Return the rows down to the last that anything stands on; what moves up, erases or colours is understood."""
    rows, row, column = [""], 0, 0
    at = 0
    while at < len(written):
        piece = _PIECE.match(written, at)
        assert piece, written[at : at + 20]
        at = piece.end()
        if text := piece["text"]:
            rows[row] = rows[row][:column].ljust(column) + text + rows[row][column + len(text) :]
            column += len(text)
        elif piece["move"] == "\r":
            column = 0
        elif piece["move"] == "\n":
            row += 1
            rows += [""] * (row == len(rows))
        elif piece["verb"] == "A":
            row = max(row - int(piece["number"] or 1), 0)
        elif piece["verb"] == "K":
            rows[row] = ""
    return "\n".join(each.rstrip() for each in rows).rstrip("\n").split("\n")
