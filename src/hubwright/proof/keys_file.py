"""`proof-keys.yaml`: the public keys whose proofs count, in git, where every change of them is reviewed."""

import base64
import re

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hubwright.errors import ProofKeysError
from hubwright.proof.envelope import public_key_of
from hubwright.proof.keys import PinnedKey
from hubwright.proof.statement import PREDICATE_TYPE
from hubwright.registries.interface import checked_repository
from hubwright.written.form import Form
from hubwright.written.nodes import Location, Node
from hubwright.written.read import Kind

_KIND = Kind(name="list of keys", error=ProofKeysError)
_REQUIRED = ("public_key", "predicate", "repositories", "valid_from")
_KNOWN = (*_REQUIRED, "valid_until", "revoked")
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----")
_DAY = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")


def read_keys(data: bytes, file: str) -> tuple[PinnedKey, ...]:
    """Return the keys in the order of the file, or raise ProofKeysError at the first thing that is wrong."""
    return _Reader(Form(data, file, _KIND)).keys()


class _Reader:
    def __init__(self, form: Form) -> None:
        self._form = form

    def keys(self) -> tuple[PinnedKey, ...]:
        entries = self._form.entries("keys")
        return tuple(self._key(name, ("keys", name), value) for name, value in entries.items())

    def _key(self, name: str, place: Location, value: Node) -> PinnedKey:
        fail = self._form.fail
        if not _NAME.fullmatch(name):
            fail(place, "expected a name of small letters, digits and hyphens", on_key=True)
        given = self._form.fields(value, place, required=_REQUIRED, known=_KNOWN)
        if given["predicate"] != PREDICATE_TYPE:
            fail((*place, "predicate"), f"expected {PREDICATE_TYPE}, the one that is proven here")
        for field in {"valid_from", "valid_until"} & given.keys():
            if not _DAY.fullmatch(given[field]):
                fail((*place, field), "expected a day such as 2026-01-31")
        if given.get("valid_until", given["valid_from"]) < given["valid_from"]:
            fail((*place, "valid_until"), f"expected no day before {given['valid_from']}, when it begins")
        if not given.get("revoked", "a reason").strip():
            fail((*place, "revoked"), "expected the reason, for whoever wonders about it")
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
            self._form.fail(
                place, "expected a public key in PEM, of ECDSA on the curve P-256; openssl or cosign make one"
            )
        # A point has several spellings, and what is revoked is the key.
        return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def _repositories(self, prefix: str, place: Location) -> str:
        try:
            return checked_repository(prefix)
        except ValueError:
            self._form.fail(
                place, "expected a repository, or what stands before the slashes in several, such as jupyter"
            )
