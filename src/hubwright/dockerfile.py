"""Secrets in Dockerfiles, found before they are in an image: what ARG and ENV say stays in its history for good."""

import re
from collections.abc import Iterator

from hubwright.redaction import looks_secret

# A word of its own: `<<<x` and `$((1<<x))` are the shell's, and what stands in quotes is text.
_HEREDOC = re.compile(r"[0-9]*<<-?(['\"]?)([A-Za-z_][A-Za-z0-9_]*)\1")
_INSTRUCTION = re.compile(r"\s*(ARG|ENV)\s+(.*)", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"""(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+""", re.DOTALL)
# These say where a secret is, and not what it is.
_PLACE = re.compile(r"_(?:FILE|PATH|DIR)$", re.IGNORECASE)


def secret_names(dockerfile: str) -> Iterator[tuple[int, str, str]]:
    """Yield the line, the instruction and the name of every ARG and ENV that looks as if it held a secret.

    An ENV that is set to nothing holds none.
    """
    for number, text in _instructions(dockerfile):
        if match := _INSTRUCTION.fullmatch(text):
            word = match[1].upper()
            for name, value in _pairs(word, match[2]):
                if looks_secret(name) and not _PLACE.search(name) and (word == "ARG" or value):
                    yield number, word, name


def _instructions(text: str) -> Iterator[tuple[int, str]]:
    """Yield each instruction and the line that it begins on, without comments and the bodies of heredocs."""
    lines = iter(enumerate(text.removeprefix("\ufeff").splitlines(), start=1))
    for number, line in lines:
        if _is_left_out(line):
            continue
        pieces = [line]
        while (last := pieces[-1].rstrip(" \t")).endswith("\\") and (following := next(lines, None)):
            if not _is_left_out(following[1]):
                pieces[-1:] = [last[:-1], following[1]]
        whole = "".join(pieces)
        for end in [found[2] for word in _WORD.finditer(whole) if (found := _HEREDOC.fullmatch(word[0]))]:
            while (body := next(lines, None)) is not None and body[1].lstrip("\t") != end:
                continue
        yield number, whole


def _is_left_out(line: str) -> bool:
    """Say whether the line counts for nothing, also in the midst of an instruction."""
    return not line.strip() or line.lstrip().startswith("#")


def _pairs(word: str, rest: str) -> Iterator[tuple[str, str]]:
    words = [found[0] for found in _WORD.finditer(rest)]
    if word == "ENV" and words and "=" not in words[0]:
        # The old form: one name, and the rest of the line is its value.
        yield words[0], " ".join(words[1:]).strip("\"'")
        return
    for each in words:
        name, _, value = each.partition("=")
        yield name, value.strip("\"'")
