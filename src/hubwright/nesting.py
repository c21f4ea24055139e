"""How deep a document is, found out without descending into it: a stranger's may be deeper than Python can go."""

from collections.abc import Iterable


def is_deeper(value: object, levels: int) -> bool:
    """Return whether mappings and lists stand in each other more often than that."""
    level = [value]
    for _ in range(levels):
        level = [inner for outer in level for inner in _inner(outer)]
    return bool(level)


def _inner(value: object) -> Iterable[object]:
    match value:
        case dict():
            return value.values()
        case list():
            return value
        case _:
            return ()
