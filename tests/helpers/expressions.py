"""GitHub's expressions, as many of them as the workflows here use; anything else is an error and no empty text."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w.-]*)|(?P<sign>&&|\|\||==|!=|[!()]))")
_PLACE = re.compile(r"\$\{\{(.*?)\}\}")


@dataclass
class Expressions:
    """What names and functions stand for; `asked` are the names that were looked up."""

    contexts: Mapping[str, Any]
    functions: Mapping[str, Callable[..., Any]]
    asked: list[str] = field(default_factory=list)

    def fill(self, text: Any) -> Any:
        """Return the value with every expression in it evaluated; one that stands alone keeps its type."""
        if not isinstance(text, str):
            return text
        if whole := re.fullmatch(r"\$\{\{(.*?)\}\}", text):
            return self.value(whole[1])
        return _PLACE.sub(lambda match: spelled(self.value(match[1])), text)

    def condition(self, written: str | None) -> bool:
        """Return whether a job or a step runs: without a word about how others went, only after success."""
        text = "success()" if written is None else re.sub(r"^\$\{\{|\}\}$", "", written.strip())
        if not re.search(r"\b(?:success|failure|cancelled|always)\(\)", text):
            text = f"success() && ({text})"
        return bool(self.value(text))

    def value(self, text: str) -> Any:
        return _Reader(self, text.strip()).whole()

    def look_up(self, name: str) -> Any:
        self.asked.append(name)
        first, *others = name.split(".")
        value = self.contexts[first]
        for part in others:
            value = value.get(part, "") if isinstance(value, Mapping) else ""
        return value


def spelled(value: Any) -> str:
    """Return the value as GitHub puts it into a text."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)


class _Reader:
    def __init__(self, expressions: Expressions, text: str) -> None:
        self._expressions = expressions
        self._tokens = list(_tokens(text))

    def whole(self) -> Any:
        value = self._either()
        assert not self._tokens, self._tokens
        return value

    def _either(self) -> Any:
        value = self._both()
        while self._next("||"):
            other = self._both()
            value = value or other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._next("&&"):
            other = self._compared()
            value = value and other
        return value

    def _compared(self) -> Any:
        value = self._single()
        for sign in ("==", "!="):
            if self._next(sign):
                return (value == self._single()) == (sign == "==")
        return value

    def _single(self) -> Any:
        if self._next("!"):
            return not self._single()
        if self._next("("):
            value = self._either()
            assert self._next(")")
            return value
        kind, token = self._tokens.pop(0)
        if kind == "text":
            return token[1:-1].replace("''", "'")
        assert kind == "name", token
        if not self._next("("):
            return self._expressions.look_up(token)
        given = [] if self._tokens[0][1] == ")" else [self._either()]
        assert self._next(")")
        return self._expressions.functions[token](*given)

    def _next(self, sign: str) -> bool:
        if self._tokens and self._tokens[0] == ("sign", sign):
            self._tokens.pop(0)
            return True
        return False


def _tokens(text: str) -> Any:
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        assert match, text[position:]
        yield match.lastgroup, match[match.lastgroup or 0]
        position = match.end()
