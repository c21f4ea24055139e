"""Secrets in Dockerfiles, found before they are in an image: what ARG and ENV say stays in its history for good."""

import re
from collections.abc import Iterator

from hubwright.redaction import looks_secret

_HEREDOC = re.compile(r"<<-?\s*(['\"]?)([A-Za-z_][A-Za-z0-9_]*)\1")
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
    lines = iter(enumerate(text.splitlines(), start=1))
    for number, line in lines:
        if line.lstrip().startswith("#"):
            continue
        whole = line
        while whole.endswith("\\"):
            _, following = next(lines, (0, ""))
            whole = whole[:-1] + ("\\" if following.lstrip().startswith("#") else following)
        for _, end in _HEREDOC.findall(whole):
            while (body := next(lines, None)) is not None and body[1].lstrip("\t") != end:
                continue
        yield number, whole


def _pairs(word: str, rest: str) -> Iterator[tuple[str, str]]:
    words = [found[0] for found in _WORD.finditer(rest)]
    if word == "ENV" and words and "=" not in words[0]:
        # The old form: one name, and the rest of the line is its value.
        yield words[0], " ".join(words[1:]).strip("\"'")
        return
    for each in words:
        name, _, value = each.partition("=")
        yield name, value.strip("\"'")
