"""KMS as the SDK knows it, as moto has it where moto is right, and as it could lie.

Moto hashes a digest once more, which KMS does not; so what is signed comes from a script, and the SDK's own model of
the service checks what is asked.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws

from fakes.timing import FakeTime
from hubwright.errors import AwsRefusedError, SigningError
from hubwright.proof.attach import sign
from hubwright.proof.envelope import PAYLOAD_TYPE, is_signed_by, pre_authentication_encoding, read_bundle
from hubwright.proof.kms import KmsSigner
from hubwright.proof.statement import write_statement
from hubwright.registries.ecr_calls import AwsCaller
from proofs import claim, signer

KEY = "alias/proofs"
LONG = claim(notebooks={f"notebooks/smoke/{number}.ipynb": "a" * 64 for number in range(100)})
MESSAGE = pre_authentication_encoding(PAYLOAD_TYPE, write_statement(LONG))


def client() -> Any:
    return boto3.client("kms", region_name="us-west-2", aws_access_key_id="planted", aws_secret_access_key="planted")


def caller() -> AwsCaller:
    return AwsCaller(timing=FakeTime().timing(), deadline_s=10)


@pytest.fixture
def moto() -> Iterator[Any]:
    with mock_aws():
        yield client()


def scripted(signature: bytes) -> Any:
    """Return the SDK's client, which is asked for the public half and for one signature over the hash."""
    kms = client()
    stub = Stubber(kms)
    stub.add_response("get_public_key", {"PublicKey": signer("ours").public_key}, {"KeyId": KEY})
    asked = {"KeyId": KEY, "MessageType": "DIGEST", "SigningAlgorithm": "ECDSA_SHA_256"}
    stub.add_response("sign", {"Signature": signature}, {**asked, "Message": hashlib.sha256(MESSAGE).digest()})
    stub.activate()
    return kms


def test_the_hash_is_signed_so_that_statements_may_be_long() -> None:
    ours = KmsSigner(scripted(signer("ours").sign(MESSAGE)), KEY, caller=caller())

    bundle = sign(LONG, ours)

    assert len(MESSAGE) > 4096
    assert is_signed_by(read_bundle(bundle), ours.public_key)


def test_a_signature_that_does_not_verify_is_not_used() -> None:
    lying = KmsSigner(scripted(signer("stranger").sign(MESSAGE)), KEY, caller=caller())

    with pytest.raises(SigningError, match="does not verify with its own public half; nothing was attached"):
        sign(LONG, lying)


@pytest.mark.parametrize("spec", ["ECC_NIST_P384", "RSA_2048"])
def test_a_key_of_another_kind_is_refused_at_once(moto: Any, spec: str) -> None:
    made = moto.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]

    with pytest.raises(SigningError, match="is a key of another kind; proofs are signed with ECC_NIST_P256"):
        KmsSigner(moto, made, caller=caller())


def test_the_right_kind_is_taken(moto: Any) -> None:
    made = moto.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]

    assert KmsSigner(moto, made, caller=caller()).public_key == moto.get_public_key(KeyId=made)["PublicKey"]


def test_a_key_that_is_not_there_is_told(moto: Any) -> None:
    told = r"cannot get the public half of alias/none: .*\. Check which key is named to sign with"
    with pytest.raises(AwsRefusedError, match=told):
        KmsSigner(moto, "alias/none", caller=caller())
