"""Amounts with a unit: CPUs, memory and days, and the spans of a guarantee and a limit."""

import re
from decimal import ROUND_CEILING, Decimal
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, WithJsonSchema

from hubwright.matrix.scalars import Kind, found, refuse
from hubwright.written.nodes import Written


class Cpus(Kind):
    """A number of CPUs, held in thousandths and rounded up as Kubernetes does."""

    expected = "a number of CPUs such as 2 or 0.5, at most 1024"
    _grammar: ClassVar = re.compile(r"(?:0|[1-9][0-9]{0,3})(?:\.[0-9]{1,9})?")
    _most: ClassVar = 1024

    def accept(self, written: Written) -> object:
        if millis := re.fullmatch(r"([1-9][0-9]{0,5})m", written):
            better = str(Decimal(millis[1]) / 1000)
            refuse(
                "KubeSpawner takes CPUs as a number; write {better} for {found}", better=better, found=found(written)
            )
        if written.quoted or not self._grammar.fullmatch(written):
            return None
        thousandths = int((Decimal(written) * 1000).to_integral_value(ROUND_CEILING))
        return thousandths if 0 < thousandths <= self._most * 1000 else None

    def json_schema(self) -> dict[str, Any]:
        return {"type": "number", "exclusiveMinimum": 0, "maximum": self._most}


class Bytes(Kind):
    """An amount of memory in the one notation that KubeSpawner takes, held in bytes."""

    expected = "an amount of memory such as 512M or 16G, at most 999T"
    # More would have no exact form as a JSON number.
    _grammar: ClassVar = re.compile(r"(?:[1-9][0-9]{0,4}[KMG]|[1-9][0-9]{0,2}T)")
    _near_miss: ClassVar = re.compile(r"([1-9][0-9]{0,4})\s*([kKmMgGtT])(?:i|i?[bB])?")
    _powers: ClassVar = {"K": 1, "M": 2, "G": 3, "T": 4}

    def accept(self, written: Written) -> object:
        if self._grammar.fullmatch(written):
            return int(written[:-1]) * 1024 ** self._powers[written[-1]]
        near = self._near_miss.fullmatch(written)
        if near and self._grammar.fullmatch(near[1] + near[2].upper()):
            refuse(
                "KubeSpawner takes K, M, G and T, each 1024 times the one before; write {better} for {found}",
                better=near[1] + near[2].upper(),
                found=found(written),
            )
        return None

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^{self._grammar.pattern}$(?!\n)", "description": self.expected}


class Days(Kind):
    """A number of days, written with its unit."""

    expected = "a number of days such as 30d, at most 3650d"
    _grammar: ClassVar = re.compile(r"(?:[1-9][0-9]{0,2}|[1-2][0-9]{3}|3[0-5][0-9]{2}|36[0-4][0-9]|3650)d")

    def accept(self, written: Written) -> object:
        return int(written[:-1]) if self._grammar.fullmatch(written) else None

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^{self._grammar.pattern}$(?!\n)", "description": self.expected}


def _pair(value: object) -> object:
    if isinstance(value, list):
        if len(value) != 2:  # noqa: PLR2004 - a span has two ends
            refuse("expected [guarantee, limit]; found a list of {count}", count=len(value))
        return value
    return [value, value]


def _pair_schema(unit: Kind) -> dict[str, Any]:
    end = unit.json_schema()
    pair = {"type": "array", "prefixItems": [end, end], "items": False, "minItems": 2}
    return {"anyOf": [end, pair], "description": "the guarantee and the limit, or one value for both"}


CpuCount = Annotated[int, Cpus()]
MemoryBytes = Annotated[int, Bytes()]
CpuSpan = Annotated[tuple[CpuCount, CpuCount], BeforeValidator(_pair), WithJsonSchema(_pair_schema(Cpus()))]
MemorySpan = Annotated[tuple[MemoryBytes, MemoryBytes], BeforeValidator(_pair), WithJsonSchema(_pair_schema(Bytes()))]
DayCount = Annotated[int, Days()]
