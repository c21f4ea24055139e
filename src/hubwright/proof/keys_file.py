"""`proof-keys.yaml`: the public keys whose proofs count, in git, where every change of them is reviewed."""

import base64
import re
from typing import NoReturn

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hubwright.errors import Problem, ProofKeysError
from hubwright.proof.envelope import public_key_of
from hubwright.proof.keys import PinnedKey
from hubwright.proof.statement import PREDICATE_TYPE
from hubwright.registries.interface import checked_repository
from hubwright.words import did_you_mean, listed, shorten
from hubwright.written.nodes import Location, Mapping, Node, Scalar, dotted, locate
from hubwright.written.read import Kind, decode_leniently, excerpt, read_yaml

_KIND = Kind(name="list of keys", error=ProofKeysError)
_REQUIRED = ("public_key", "predicate", "repositories", "valid_from")
_KNOWN = (*_REQUIRED, "valid_until", "revoked")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----")
_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")


def read_keys(data: bytes, file: str) -> tuple[PinnedKey, ...]:
    """Return the keys in the order of the file, or raise ProofKeysError at the first thing that is wrong."""
    return _Reader(read_yaml(data, file, _KIND), decode_leniently(data)).keys()


class _Reader:
    def __init__(self, root: Node, text: str) -> None:
        self._root = root
        self._text = text

    def keys(self) -> tuple[PinnedKey, ...]:
        top = self._mapping(self._root, ())
        self._expect(top, (), required=("version", "keys"), known=("version", "keys"))
        if self._word(top, (), "version") != "1":
            self._fail(("version",), "expected 1, the version of this format")
        listed_keys = self._mapping(top.entries["keys"][1], ("keys",))
        return tuple(self._key(name, ("keys", name), value) for name, (_, value) in listed_keys.entries.items())

    def _key(self, name: str, place: Location, value: Node) -> PinnedKey:
        if not _NAME.fullmatch(name):
            self._fail(place, "expected a name of small letters, digits and hyphens", on_key=True)
        entry = self._mapping(value, place)
        self._expect(entry, place, required=_REQUIRED, known=_KNOWN)
        given = {field: self._word(entry, place, field) for field in entry.entries}
        if given["predicate"] != PREDICATE_TYPE:
            self._fail((*place, "predicate"), f"expected {PREDICATE_TYPE}, the one that is proven here")
        for field in {"valid_from", "valid_until"} & given.keys():
            if not _DAY.fullmatch(given[field]):
                self._fail((*place, field), "expected a day such as 2026-01-31")
        if given.get("valid_until", given["valid_from"]) < given["valid_from"]:
            self._fail((*place, "valid_until"), f"expected no day before {given['valid_from']}, when it begins")
        if not given.get("revoked", "a reason").strip():
            self._fail((*place, "revoked"), "expected the reason, for whoever wonders about it")
        return PinnedKey(
            name=name,
            public_key=self._public_key(given["public_key"], (*place, "public_key")),
            predicate=given["predicate"],
            repositories=self._repositories(given["repositories"], (*place, "repositories")),
            valid_from=given["valid_from"],
            valid_until=given.get("valid_until"),
            revoked=given.get("revoked"),
        )

    def _public_key(self, pem: str, place: Location) -> bytes:
        found = _PEM.fullmatch(pem.strip())
        try:
            encoded = base64.b64decode("".join(found[1].split()) if found else "", validate=True)
        except ValueError:
            encoded = b""
        key = public_key_of(encoded)
        if key is None:
            self._fail(place, "expected a public key in PEM, of ECDSA on the curve P-256; openssl or cosign make one")
        # A point has several spellings, and what is revoked is the key.
        return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def _repositories(self, prefix: str, place: Location) -> str:
        try:
            return checked_repository(prefix)
        except ValueError:
            self._fail(place, "expected a repository, or what stands before the slashes in several, such as jupyter")

    def _mapping(self, node: Node, place: Location) -> Mapping:
        if not isinstance(node, Mapping):
            self._fail(place, "expected a mapping")
        return node

    def _word(self, mapping: Mapping, place: Location, field: str) -> str:
        node = mapping.entries[field][1]
        if not isinstance(node, Scalar):
            self._fail((*place, field), "expected text")
        return node.text

    def _expect(self, mapping: Mapping, place: Location, *, required: tuple[str, ...], known: tuple[str, ...]) -> None:
        for field in mapping.entries:
            if field not in known:
                hint = did_you_mean(field, known) or f" The keys are {listed(known, conjunction='and')}"
                self._fail((*place, field), f"`{shorten(field)}` is not a key here.{hint}", on_key=True)
        for field in required:
            if field not in mapping.entries:
                self._fail(place, f"`{field}` is missing here", on_key=True)

    def _fail(self, place: Location, message: str, *, on_key: bool = False) -> NoReturn:
        position, there = locate(self._root, place, key=on_key)
        shown = excerpt(self._text, position.line)
        raise ProofKeysError([Problem(position=position, subject=dotted(there), message=message, excerpt=shown)])
