"""Small files of fixed keys, read strictly: whatever is wrong in one is told with its place."""

from collections.abc import Collection
from typing import NoReturn

from hubwright.errors import Problem
from hubwright.words import did_you_mean, listed, shorten
from hubwright.written.nodes import Location, Mapping, Node, Scalar, dotted, locate
from hubwright.written.read import Kind, decode_leniently, excerpt, read_yaml


class Form:
    """A file with its version and one mapping of entries; each method raises the kind's error where it cannot."""

    def __init__(self, data: bytes, file: str, kind: Kind) -> None:
        self._kind = kind
        self._root = read_yaml(data, file, kind)
        self._text = decode_leniently(data)

    def entries(self, name: str) -> dict[str, Node]:
        """Return what stands under the one name beside the version, by its key."""
        top = self._mapping(self._root, ())
        self._expect(top, (), required=("version", name), known=("version", name))
        if self._word(top, (), "version") != "1":
            self.fail(("version",), "expected 1, the version of this format")
        below = self._mapping(top.entries[name][1], (name,))
        return {key: value for key, (_, value) in below.entries.items()}

    def fields(
        self, node: Node, place: Location, *, required: tuple[str, ...], known: tuple[str, ...]
    ) -> dict[str, str]:
        """Return the texts of a mapping that has all the required keys, and none but the known ones."""
        entry = self._mapping(node, place)
        self._expect(entry, place, required=required, known=known)
        return {field: self._word(entry, place, field) for field in entry.entries}

    def fail(self, place: Location, message: str, *, on_key: bool = False) -> NoReturn:
        position, there = locate(self._root, place, key=on_key)
        shown = excerpt(self._text, position.line)
        raise self._kind.error([Problem(position=position, subject=dotted(there), message=message, excerpt=shown)])

    def _mapping(self, node: Node, place: Location) -> Mapping:
        if not isinstance(node, Mapping):
            self.fail(place, "expected a mapping")
        return node

    def _word(self, mapping: Mapping, place: Location, field: str) -> str:
        node = mapping.entries[field][1]
        if not isinstance(node, Scalar):
            self.fail((*place, field), "expected text")
        return node.text

    def _expect(self, mapping: Mapping, place: Location, *, required: Collection[str], known: Collection[str]) -> None:
        for field in mapping.entries:
            if field not in known:
                hint = did_you_mean(field, known) or f" The keys are {listed(known, conjunction='and')}"
                self.fail((*place, field), f"`{shorten(field)}` is not a key here.{hint}", on_key=True)
        for field in required:
            if field not in mapping.entries:
                self.fail(place, f"`{field}` is missing here", on_key=True)
