"""Frozen dataclasses that are quick to make: a command makes some two hundred of them before it does anything.

Python compiles six methods for each class, one after the other, and that was a fifth of a command that finds nothing to
do. Here only the constructor is compiled, and all classes share the rest. Everything else is Python's own: `field`,
`fields`, `replace` and `asdict` are at home in `dataclasses`, and who checks types takes this for the same thing. What
it does not do as Python does, it refuses.
"""

import dataclasses
import sys
from collections.abc import Callable
from dataclasses import MISSING, FrozenInstanceError, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

_Value = TypeVar("_Value")


def _dataclass(*, frozen: bool, slots: bool, kw_only: bool = False) -> Callable[[type[_Value]], type[_Value]]:
    """Make a class one of frozen values, as `dataclasses.dataclass` does with these arguments."""

    def make(cls: type[_Value]) -> type[_Value]:
        own = sorted(_MADE & vars(cls).keys())
        if not (frozen and slots) or own:
            raise TypeError(_not_here(cls, f"is not frozen, has no slots, or has its own {own}"))
        doc = cls.__doc__
        # Without one, Python would spell out the constructor to have something to say.
        cls.__doc__ = doc or cls.__name__
        made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)(cls)
        for name, value in {"__doc__": doc, "__init__": _constructor(made), **_comparison(made), **_SHARED}.items():
            setattr(made, name, value)
        return made

    return make


def _not_here(cls: type[object], why: str) -> str:
    return f"{cls.__qualname__} {why}: take Python's dataclass for it"


def _constructor(cls: type[Any]) -> Callable[..., None]:
    parts = fields(cls)
    if len({part.kw_only for part in parts}) > 1 or not all(part.init and part.hash is None for part in parts):
        raise TypeError(_not_here(cls, "has fields that are not like each other"))
    known: dict[str, object] = {"_set": object.__setattr__, "_unsaid": MISSING}
    parameters = ["self", *(["*"] if any(part.kw_only for part in parts) else [])]
    body = ["pass"]
    for part in parts:
        default, value = "", part.name
        if part.default is not MISSING:
            known[f"_default_{part.name}"] = part.default
            default = f"=_default_{part.name}"
        elif part.default_factory is not MISSING:
            known[f"_make_{part.name}"] = part.default_factory
            default, value = "=_unsaid", f"_make_{part.name}() if {part.name} is _unsaid else {part.name}"
        parameters.append(f"{part.name}{default}")
        body.append(f"_set(self, {part.name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    constructor = _compiled(f"def __init__({', '.join(parameters)}):", body, known, module=cls.__module__)
    constructor.__qualname__ = f"{cls.__qualname__}.__init__"
    constructor.__annotations__ = {**{part.name: part.type for part in parts}, "return": None}
    return constructor


def _compiled(head: str, body: list[str], known: dict[str, object], *, module: str) -> Callable[..., None]:
    """Return the function as if it stood in the module, whose names its types are told with; it knows more names."""
    lines = [f"def make({', '.join(known)}):", f" {head}", *(f"  {line}" for line in body), " return __init__"]
    made: dict[str, Any] = {}
    # Only names go into it, which Python has let be those of fields.
    exec("\n".join(lines), vars(sys.modules[module]), made)  # noqa: S102 - see above
    function: Callable[..., None] = made["make"](**known)
    return function


def _comparison(cls: type[Any]) -> dict[str, Callable[..., object]]:
    names = [part.name for part in fields(cls) if part.compare]
    # Of fewer than two names it would make no tuple, and tuples are what Python compares.
    several: Callable[[object], object] | None = attrgetter(*names) if len(names) > 1 else None
    compared = several or (lambda value: tuple(getattr(value, name) for name in names))

    def eq(self: object, other: object) -> object:
        return compared(self) == compared(other) if type(other) is type(self) else NotImplemented

    def hash_(self: object) -> int:
        return hash(compared(self))

    return {"__eq__": eq, "__hash__": hash_}


def _repr(self: Any) -> str:
    shown = ", ".join(f"{part.name}={getattr(self, part.name)!r}" for part in fields(self) if part.repr)
    return f"{type(self).__qualname__}({shown})"


def _refuse_set(self: object, name: str, value: object) -> NoReturn:
    del self, value
    msg = f"cannot assign to field {name!r}"
    raise FrozenInstanceError(msg)


def _refuse_delete(self: object, name: str) -> NoReturn:
    del self
    msg = f"cannot delete field {name!r}"
    raise FrozenInstanceError(msg)


def _get_state(self: Any) -> list[object]:
    return [getattr(self, part.name) for part in fields(self)]


def _set_state(self: Any, state: list[object]) -> None:
    for part, value in zip(fields(self), state, strict=True):
        object.__setattr__(self, part.name, value)


_SHARED = {
    "__repr__": _repr,
    "__setattr__": _refuse_set,
    "__delattr__": _refuse_delete,
    # Who copies a value would set its parts one by one.
    "__getstate__": _get_state,
    "__setstate__": _set_state,
}
_MADE = {"__init__", "__eq__", "__hash__", *_SHARED}

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - this is how a name is handed on
else:
    dataclass = _dataclass
