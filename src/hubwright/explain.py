"""What a fingerprint is made of, and which part of it moved; plain values, for people and for programs."""

from collections.abc import Iterator, Mapping, Sequence

from hubwright.canonical import Canonical
from hubwright.frozen import dataclass
from hubwright.model import Variant
from hubwright.planned import Fingerprint


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One part that differs between two fingerprints; None where a side does not have it."""

    part: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """A variant's fingerprint, and where another revision was named, how it stands to that."""

    variant: Variant
    fingerprint: Fingerprint
    revision: str | None = None
    before: Fingerprint | None = None
    moves: tuple[Move, ...] = ()


def moves(
    variant: str, before: Mapping[str, Fingerprint], after: Mapping[str, Fingerprint], parents: Mapping[str, str | None]
) -> Iterator[Move]:
    """Yield what moved in a variant and, where its base moved, in the parents it stands on."""
    level: str | None = variant
    while level is not None and level in before and before[level].hex != after[level].hex:
        prefix = "" if level == variant else f"{level}: "
        for move in moved_parts(before[level].parts, after[level].parts):
            yield Move(part=prefix + move.part, before=move.before, after=move.after)
        level = parents[level]


def moved_parts(before: Mapping[str, Canonical], after: Mapping[str, Canonical]) -> Iterator[Move]:
    """Yield the parts that differ by name; of the context, the files."""
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if name == "context":
            old, new = _by_path(old), _by_path(new)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            for move in moved_parts(old, new):
                yield Move(
                    part=f"{name}.{move.part}" if name != "context" else f"context {move.part}",
                    before=move.before,
                    after=move.after,
                )
        elif old != new:
            yield Move(part=name, before=spelled(old), after=spelled(new))


def _by_path(entries: Canonical) -> Canonical:
    """Return the entries of a context by their paths."""
    if not isinstance(entries, Sequence) or isinstance(entries, str):
        return {}
    return {str(entry[0]): list(entry[1:]) for entry in entries if isinstance(entry, Sequence)}


def spelled(value: Canonical) -> str | None:
    """Return a part's value in a few words; a hash is cut to what tells it from others."""
    match value:
        case None:
            return None
        case str():
            return value[:12] if len(value) == 64 else value  # noqa: PLR2004 - the length of a sha256
        case [str(kind), bool(executable), str(content)]:
            return " ".join(filter(None, [kind, "executable" if executable else "", spelled(content)]))
        case Mapping():
            return ", ".join(f"{name}={spelled(item)}" for name, item in value.items()) or "-"
        case Sequence():
            return ", ".join(str(spelled(item)) for item in value) or "-"
        case _:
            return str(value)
