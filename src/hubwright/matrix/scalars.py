"""The kinds of scalar a matrix has, each with the check it makes and the JSON Schema it stands for.

A scalar reaches these as the text that was written. `3.10` is a version here and a number there because the
schema says so, never because of how it looks. Text of which a number or boolean makes no sense (a path, a label,
a variable) has to look like text to every other reader of YAML too.
"""

import re
from abc import ABC, abstractmethod
from typing import Annotated, Any, ClassVar, NoReturn

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from hubwright.words import did_you_mean, listed, shorten
from hubwright.written.nodes import Written

# What YAML 1.2's core schema, which editors and other tools use, would not leave as text.
_NOT_TEXT_TO_OTHERS = re.compile(
    r"true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
    r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)


def refuse(message: str, **context: str | int) -> NoReturn:
    """Raise the error that pydantic reports at the value being checked."""
    kind = "matrix"
    raise PydanticCustomError(kind, message, dict(context))


def found(value: object) -> str:
    """Return what a person would call the value."""
    match value:
        case None:
            return "nothing"
        case Written():
            return f'"{shorten(value)}"' if value.quoted else shorten(value)
        case dict():
            return "a mapping"
        case _:
            return "a list"


class Kind(ABC):
    """A check of one scalar, used as the metadata of an annotation."""

    expected: str

    @abstractmethod
    def accept(self, written: Written) -> object:
        """Return the value, None for a text that is not of this kind, or call `refuse` with a better hint."""

    @abstractmethod
    def json_schema(self) -> dict[str, Any]: ...

    def check(self, value: object) -> object:
        accepted = self.accept(value) if isinstance(value, Written) else None
        if accepted is None:
            refuse("expected {expected}; found {found}", expected=self.expected, found=found(value))
        return accepted

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self.json_schema()


class Text(Kind):
    """Text that matches the whole pattern, taken as it is written.

    `bare_numbers` says that it may stand without quotes where others read a number (`3.10`): the JSON Schema then
    allows numbers, and booleans where those match too, so that an editor does not ask for quotes that are not
    needed. It cannot see how a number is written, and so allows more of them than the pattern.
    """

    def __init__(self, pattern: str, expected: str, *, bare_numbers: bool = False) -> None:
        self.expected = expected
        self._pattern = re.compile(pattern)
        self._bare_numbers = bare_numbers

    def accept(self, written: Written) -> object:
        if not self._pattern.fullmatch(written):
            return None
        if not (written.quoted or self._bare_numbers) and _NOT_TEXT_TO_OTHERS.fullmatch(written):
            refuse('expected text; others read a number or boolean here, so write "{found}"', found=str(written))
        return str(written)

    def json_schema(self) -> dict[str, Any]:
        # In Python `$` also matches before a last newline; the look-ahead says the same to every engine.
        text = {"type": "string", "pattern": rf"^(?:{self._pattern.pattern})$(?!\n)"}
        if not self._bare_numbers:
            return {**text, "description": self.expected}
        number = {"type": "number"} if self._pattern.fullmatch("-1") else {"type": "number", "minimum": 0}
        boolean = [{"type": "boolean"}] if self._pattern.fullmatch("true") else []
        return {"anyOf": [text, number, *boolean], "description": self.expected}


class OneOf(Kind):
    def __init__(self, *words: str) -> None:
        self.expected = listed(words)
        self._words = words

    def accept(self, written: Written) -> object:
        if written not in self._words and (hint := did_you_mean(written, self._words)):
            refuse("expected {expected}; found {found}.{hint}", expected=self.expected, found=found(written), hint=hint)
        return str(written) if written in self._words else None

    def json_schema(self) -> dict[str, Any]:
        return {"enum": list(self._words)}


class Whole(Kind):
    _grammar: ClassVar = re.compile(r"0|[1-9][0-9]{0,14}")

    def __init__(self, minimum: int, maximum: int) -> None:
        self.expected = f"a whole number from {minimum} to {maximum}"
        self._minimum = minimum
        self._maximum = maximum

    def accept(self, written: Written) -> object:
        if written.quoted or not self._grammar.fullmatch(written):
            return None
        return int(written) if self._minimum <= int(written) <= self._maximum else None

    def json_schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self._minimum, "maximum": self._maximum}


class YesNo(Kind):
    expected = "true or false"

    def accept(self, written: Written) -> object:
        if written.quoted or written not in {"true", "false"}:
            return None
        return written == "true"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


Flag = Annotated[bool, YesNo()]
