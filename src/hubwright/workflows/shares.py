"""Who does what: the work of a release, shared out among machines."""

from collections.abc import Iterable

from hubwright.frozen import dataclass
from hubwright.model import Ci, Machine, Matrix, Variant


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """What one machine does: these variants, or everything where none is named, on a runner with these labels."""

    names: tuple[str, ...]
    runs_on: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wave:
    """Shares that are done side by side; `level` is that of their variants, None where all levels are in them."""

    level: int | None
    publish: tuple[Share, ...]
    prove: tuple[Share, ...]


def waves(matrix: Matrix, ci: Ci) -> tuple[Wave, ...]:
    """Return what is published and proven, in the order in which images stand on each other.

    Only what somebody can start is proven, each on the runner that its image asks for.
    """
    offered = {offer.variant for profile in matrix.profiles for offer in profile.offers}
    if ci.machine is Machine.ONE:
        everything = Share(names=(), runs_on=ci.runs_on)
        wanted = [variant for variant in matrix.variants.values() if variant.name in offered]
        return (Wave(level=None, publish=(everything,), prove=_by_runner(wanted, ci)),)
    levels = sorted({variant.level for variant in matrix.variants.values()})
    return tuple(_wave(matrix, ci, level, offered) for level in levels)


def special(matrix: Matrix, ci: Ci) -> tuple[Share, ...]:
    """Return what can be started and asks for a runner of its own."""
    offered = {offer.variant for profile in matrix.profiles for offer in profile.offers}
    return _by_runner([each for each in matrix.variants.values() if each.name in offered and each.runs_on], ci)


def _wave(matrix: Matrix, ci: Ci, level: int, offered: set[str]) -> Wave:
    variants = [variant for variant in matrix.variants.values() if variant.level == level]
    return Wave(
        level=level,
        publish=tuple(Share(names=(each.name,), runs_on=ci.runs_on) for each in variants),
        prove=tuple(
            Share(names=(each.name,), runs_on=each.runs_on or ci.runs_on) for each in variants if each.name in offered
        ),
    )


def _by_runner(variants: Iterable[Variant], ci: Ci) -> tuple[Share, ...]:
    names: dict[tuple[str, ...], list[str]] = {}
    for variant in variants:
        names.setdefault(variant.runs_on or ci.runs_on, []).append(variant.name)
    return tuple(Share(names=tuple(found), runs_on=labels) for labels, found in names.items())
