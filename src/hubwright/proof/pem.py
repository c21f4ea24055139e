"""A signing key in a file: for the registry of this machine, and for sites that have no key service."""

from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_public_key,
    load_pem_private_key,
)

from hubwright.errors import SigningError
from hubwright.files import write_atomically
from hubwright.locking import locked

PRIVATE_NAME = "proof-key.pem"
PUBLIC_NAME = "proof-key.pub"

_OWNER_ONLY = 0o600
_OTHERS = 0o077
_LIMIT = 64 * 2**10


class PemSigner:
    """`attach.Signer` with a private key in memory."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message, ec.ECDSA(hashes.SHA256()))


def load_signer(path: Path) -> PemSigner:
    """Return the signer with the key in this file, which nobody but its owner may read."""
    expected = "expected a private key in PEM without a password, of ECDSA on the curve P-256"
    try:
        with path.open("rb") as file:
            content = file.read(_LIMIT)
        mode = path.stat().st_mode
    except OSError as error:
        msg = f"{path}: {error.strerror}; {expected}"
        raise SigningError(msg) from error
    if mode & _OTHERS:
        msg = f"{path}: others than its owner may use this key to sign; run `chmod 600` on it, or make a new one"
        raise SigningError(msg)
    try:
        key = load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        msg = f"{path}: this is no such key; {expected}"
        raise SigningError(msg) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        msg = f"{path}: this key is of another kind; {expected}"
        raise SigningError(msg)
    return PemSigner(key)


def own_signer(folder: Path, *, say: Callable[[str], None]) -> PemSigner:
    """Return the signer of this machine, whose key is made in the folder at its first use.

    The public half lies beside it, for cosign.
    """
    private, public = folder / PRIVATE_NAME, folder / PUBLIC_NAME
    with locked(folder / "proof-key.lock"):
        if not private.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            write_atomically(private, pem, mode=_OWNER_ONLY)
            say(
                f"Made a key to sign proofs with: {private}. Only the registry of this machine trusts it; "
                f"{public.name} beside it checks what it signed"
            )
        signer = load_signer(private)
        if not public.exists():
            write_atomically(public, public_pem(signer.public_key))
    return signer


def public_pem(public_key: bytes) -> bytes:
    """Return a public key, given as DER, in the form that `proof-keys.yaml` and cosign take."""
    return load_der_public_key(public_key).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
