"""What holds of every frozen dataclass holds of ours: each test runs on Python's own, too."""

import copy
import dataclasses
import inspect
from collections.abc import Callable
from dataclasses import FrozenInstanceError, asdict, field, fields, replace
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright import frozen
from hubwright.frozen import _dataclass as own
from hubwright.written.nodes import Sequence

Maker = Callable[..., Any]
BOTH = pytest.mark.parametrize("dataclass", [dataclasses.dataclass, own], ids=["Python's", "ours"])


def point(dataclass: Maker) -> Any:
    @dataclass(frozen=True, kw_only=True, slots=True)
    class Point:
        """A place."""

        x: int
        y: int = 2
        tags: list[str] = field(default_factory=list)
        secret: str = field(default="s", repr=False)
        noise: int = field(default=0, compare=False)

    return Point


def pair(dataclass: Maker) -> Any:
    @dataclass(frozen=True, slots=True)
    class Pair:
        left: str
        right: str = "r"

    return Pair


@BOTH
def test_a_value_has_what_it_was_given_and_defaults_for_the_rest(dataclass: Maker) -> None:
    value = point(dataclass)(x=1)
    assert (value.x, value.y, value.tags, value.secret) == (1, 2, [], "s")
    assert value.tags is not point(dataclass)(x=1).tags
    given_all = point(dataclass)(x=1, y=3, tags=["a"], secret="t", noise=4)
    assert asdict(given_all) == {"x": 1, "y": 3, "tags": ["a"], "secret": "t", "noise": 4}


@BOTH
@pytest.mark.parametrize(
    "args, named", [((), {}), ((1,), {}), ((), {"x": 1, "z": 2})], ids=["too little", "by position", "unknown"]
)
def test_a_value_is_not_made_of_anything_else(dataclass: Maker, args: tuple[int, ...], named: dict[str, int]) -> None:
    with pytest.raises(TypeError, match=r"__init__\(\)"):
        point(dataclass)(*args, **named)


@BOTH
def test_what_may_be_given_by_position_may_be_matched_by_it(dataclass: Maker) -> None:
    kind = pair(dataclass)
    assert kind("l") == kind(left="l", right="r")
    assert kind.__match_args__ == ("left", "right")
    assert point(dataclass).__match_args__ == ()


@BOTH
def test_a_value_stays_as_it_is(dataclass: Maker) -> None:
    value = point(dataclass)(x=1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        value.x = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'x'"):
        del value.x
    with pytest.raises((FrozenInstanceError, TypeError)):
        value.more = 2
    assert not hasattr(value, "__dict__")
    assert replace(value, x=5) == type(value)(x=5)
    assert value.x == 1


@BOTH
def test_values_are_equal_where_all_that_counts_is(dataclass: Maker) -> None:
    kind, other = pair(dataclass), pair(dataclass)
    assert kind("a") == kind("a")
    assert hash(kind("a")) == hash(kind("a"))
    assert kind("a") != kind("b")
    assert kind("a") != other("a")
    assert kind("a") != ("a", "r")
    assert len({kind("a"), kind("a"), kind("b")}) == 2
    place = point(dataclass)
    assert place(x=1, noise=1) == place(x=1, noise=2)
    assert place(x=1) != place(x=1, secret="t")
    with pytest.raises(TypeError, match="unhashable"):
        hash(place(x=1))


@BOTH
@pytest.mark.parametrize("named", [{}, {"one": 1}], ids=["nothing", "one thing"])
def test_values_of_little_are_compared_as_well(dataclass: Maker, named: dict[str, int]) -> None:
    kind = dataclass(frozen=True, kw_only=True, slots=True)(
        type("Little", (), {"__annotations__": dict.fromkeys(named, int)})
    )
    assert kind(**named) == kind(**named)
    assert hash(kind(**named)) == hash(tuple(named.values()))
    # The same thing is equal to itself even where it says that it is not.
    odd = dict.fromkeys(named, float("nan"))
    assert kind(**odd) == kind(**odd)


@BOTH
def test_a_value_tells_what_it_is_but_no_secrets(dataclass: Maker) -> None:
    told = repr(point(dataclass)(x=1, secret="hunter2"))
    assert told == f"{point.__name__}.<locals>.Point(x=1, y=2, tags=[], noise=0)"


@BOTH
def test_a_value_is_checked_once_it_is_whole(dataclass: Maker) -> None:
    @dataclass(frozen=True, kw_only=True, slots=True)
    class Checked:
        low: int
        high: int

        def __post_init__(self) -> None:
            if self.low > self.high:
                raise ValueError(self.low)

    assert Checked(low=1, high=2).high == 2
    with pytest.raises(ValueError, match="3"):
        Checked(low=3, high=2)


@BOTH
def test_one_kind_of_value_may_be_made_of_another(dataclass: Maker) -> None:
    @dataclass(frozen=True, kw_only=True, slots=True)
    class Lower:
        x: int
        y: int = 1

    @dataclass(frozen=True, kw_only=True, slots=True)
    class Upper(Lower):
        y: int = 2
        z: int = 3

    assert [each.name for each in fields(Upper)] == ["x", "y", "z"]
    assert (Upper(x=0).y, Upper(x=0).z) == (2, 3)
    assert Upper(x=0, y=1) != Lower(x=0)


@BOTH
def test_a_value_can_be_copied_and_kept(dataclass: Maker) -> None:
    value = point(dataclass)(x=1, tags=["a"])
    again = copy.deepcopy(value)
    assert (again, copy.copy(value)) == (value, value)
    assert again.tags is not value.tags


@BOTH
def test_a_class_says_how_it_is_called(dataclass: Maker) -> None:
    kind = point(dataclass)
    assert kind.__doc__ == "A place."
    assert kind.__init__.__qualname__ == f"{kind.__qualname__}.__init__"
    assert kind.__init__.__annotations__ == {
        "x": int,
        "y": int,
        "tags": list[str],
        "secret": str,
        "noise": int,
        "return": None,
    }
    parameters = inspect.signature(kind).parameters.values()
    assert [(each.name, each.kind) for each in parameters] == [
        (name, inspect.Parameter.KEYWORD_ONLY) for name in ("x", "y", "tags", "secret", "noise")
    ]
    assert inspect.signature(pair(dataclass)).parameters["right"].default == "r"


@BOTH
@given(st.data())
def test_what_others_make_of_its_types_is_a_value(dataclass: Maker, data: st.DataObject) -> None:
    kind = point(dataclass)
    value = data.draw(st.builds(kind))
    assert isinstance(value, kind)
    assert isinstance(value.x, int)


def test_ours_says_nothing_of_a_class_that_says_nothing_of_itself() -> None:
    assert pair(own).__doc__ is None


@pytest.mark.parametrize("asked", [{"frozen": False, "slots": True}, {"frozen": True, "slots": False}])
def test_ours_makes_frozen_values_with_slots_and_nothing_else(asked: dict[str, bool]) -> None:
    with pytest.raises(TypeError, match=r"Loose is not frozen, has no slots, or .*: take Python's dataclass for it"):
        own(**asked)(type("Loose", (), {}))


@pytest.mark.parametrize("method", ["__init__", "__eq__", "__hash__", "__repr__", "__setattr__", "__getstate__"])
def test_ours_does_not_take_away_what_a_class_says_itself(method: str) -> None:
    with pytest.raises(TypeError, match=rf"has its own .*'{method}'.*: take Python's dataclass for it"):
        own(frozen=True, slots=True)(type("Special", (), {method: lambda *_: None}))


@pytest.mark.parametrize(
    "odd", [field(init=False, default=1), field(hash=False), field(kw_only=True)], ids=["init", "hash", "kw_only"]
)
def test_ours_does_not_guess_at_odd_fields(odd: Any) -> None:
    with pytest.raises(TypeError, match="Odd has fields that are not like each other"):
        own(frozen=True, slots=True)(type("Odd", (), {"__annotations__": {"plain": int, "odd": int}, "odd": odd}))


def test_a_class_tells_types_in_words_of_its_module() -> None:
    assert get_type_hints(Sequence.__init__)["return"] is type(None)


def test_what_others_import_is_ours() -> None:
    assert vars(frozen)["dataclass"] is own
