"""A signing key that never leaves AWS KMS.

This module loads the AWS SDK, so it is imported where such a key is used.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from hubwright.errors import SigningError
from hubwright.proof.envelope import public_key_of
from hubwright.registries.ecr_calls import AwsCaller

_ALGORITHM = "ECDSA_SHA_256"


class Kms(Protocol):
    """What is asked of boto3's client for KMS."""

    def get_public_key(self, *, KeyId: str) -> Mapping[str, Any]: ...  # noqa: N803 - AWS's own name

    def sign(
        self,
        *,
        KeyId: str,  # noqa: N803 - the same
        Message: bytes,  # noqa: N803 - the same
        MessageType: str,  # noqa: N803 - the same
        SigningAlgorithm: str,  # noqa: N803 - the same
    ) -> Mapping[str, Any]: ...


class KmsSigner:
    """`attach.Signer` with a key of KMS, by its ARN or alias. AWS is asked for the public half at once."""

    def __init__(self, kms: Kms, key_id: str, *, caller: AwsCaller) -> None:
        self._kms = kms
        self._key_id = key_id
        self._caller = caller
        answer = caller.ask(f"get the public half of {key_id}", lambda: kms.get_public_key(KeyId=key_id), "PublicKey")
        key = public_key_of(answer["PublicKey"])
        if key is None:
            msg = f"{key_id} is a key of another kind; proofs are signed with ECC_NIST_P256"
            raise SigningError(msg)
        self._key = key
        self.public_key: bytes = answer["PublicKey"]

    def sign(self, message: bytes) -> bytes:
        # Its hash is sent, because a message may have no more than 4,096 bytes.
        digest = hashlib.sha256(message).digest()
        answer = self._caller.ask(
            f"sign with {self._key_id}",
            lambda: self._kms.sign(
                KeyId=self._key_id, Message=digest, MessageType="DIGEST", SigningAlgorithm=_ALGORITHM
            ),
            "Signature",
        )
        signature: bytes = answer["Signature"]
        try:
            self._key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            msg = f"what {self._key_id} signed does not verify with its own public half; nothing was attached"
            raise SigningError(msg) from error
        return signature
