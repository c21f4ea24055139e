import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from hubwright.errors import SigningError
from hubwright.proof.attach import sign
from hubwright.proof.envelope import is_signed_by, read_bundle
from hubwright.proof.pem import load_signer, own_signer, public_pem
from proofs import claim


def private(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    said: list[str] = []

    first = own_signer(tmp_path / "keys", say=said.append)
    second = own_signer(tmp_path / "keys", say=said.append)

    assert first.public_key == second.public_key
    assert "".join(said) == (
        f"Made a key to sign proofs with: {tmp_path}/keys/proof-key.pem. Only the registry of this machine trusts it; "
        "proof-key.pub beside it checks what it signed"
    )
    assert stat.S_IMODE((tmp_path / "keys/proof-key.pem").stat().st_mode) == 0o600
    assert (tmp_path / "keys/proof-key.pub").read_bytes() == public_pem(first.public_key)
    assert not list((tmp_path / "keys").glob(".*"))


def test_the_public_half_is_written_again_where_it_is_lost(tmp_path: Path) -> None:
    signer = own_signer(tmp_path, say=lambda _: None)
    (tmp_path / "proof-key.pub").unlink()

    own_signer(tmp_path, say=lambda _: None)

    assert (tmp_path / "proof-key.pub").read_bytes() == public_pem(signer.public_key)


def test_many_at_once_make_one_key(tmp_path: Path) -> None:
    said: list[str] = []

    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: own_signer(tmp_path, say=said.append).public_key, range(8)))

    assert (len(keys), len(said)) == (1, 1)


def test_what_it_signs_verifies(tmp_path: Path) -> None:
    signer = own_signer(tmp_path, say=lambda _: None)

    assert is_signed_by(read_bundle(sign(claim(), signer)), signer.public_key)


def test_a_key_that_others_may_use_is_not_used(tmp_path: Path) -> None:
    own_signer(tmp_path, say=lambda _: None)
    path = tmp_path / "proof-key.pem"
    path.chmod(0o640)

    with pytest.raises(SigningError, match="others than its owner may use this key"):
        load_signer(path)


def encoded(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, password: bytes = b"") -> bytes:
    protection = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "this is no such key"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "this is no such key"),
        (encoded(ec.derive_private_key(7, ec.SECP256R1()), b"secret"), "this is no such key"),
        (encoded(ec.derive_private_key(7, ec.SECP384R1())), "this key is of another kind"),
        (encoded(ed25519.Ed25519PrivateKey.from_private_bytes(b"x" * 32)), "this key is of another kind"),
    ],
)
def test_what_is_no_such_key_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    path = private(tmp_path / "key.pem", content)

    with pytest.raises(SigningError, match=f"{message}; expected a private key in PEM without a password"):
        load_signer(path)


@pytest.mark.parametrize("name", ["missing.pem", "."])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(SigningError, match="expected a private key in PEM"):
        load_signer(tmp_path / name)
