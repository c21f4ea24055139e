"""Whose proofs count for a registry, and with what new ones are signed."""

import os
from collections.abc import Callable, Collection
from pathlib import Path

from hubwright.cli.engines import say
from hubwright.cli.folders import cache_folder
from hubwright.cli.today import moment
from hubwright.errors import Position, Problem, ProofKeysError, SigningError
from hubwright.frozen import dataclass
from hubwright.model import EcrRegistry
from hubwright.pipeline.destination import Destination
from hubwright.proof.attach import Signer, require_counting
from hubwright.proof.keys import PinnedKey
from hubwright.proof.pem import load_signer, own_signer
from hubwright.proof.statement import PREDICATE_TYPE
from hubwright.registries.timing import Timing
from hubwright.schedule import Once
from hubwright.tree import DiskTree
from hubwright.variables import KMS, SIGNING_KEY
from hubwright.words import escape

KEYS_FILE = "proof-keys.yaml"

_PARTS_OF_ARN = 6
_AWS_CALL_S = 30.0
# Before any image was proven.
_ALWAYS = "2000-01-01"


@dataclass(frozen=True, kw_only=True, slots=True)
class Trust:
    """The keys whose word counts, and who signs: looked for when it is called for first."""

    keys: tuple[PinnedKey, ...]
    signer: Callable[[], Signer]


def open_trust(kind: str, root: Path, destination: Destination, ecr: EcrRegistry | None) -> Trust:
    """Return whom to trust at a registry of this kind; `root` is the folder of the matrix.

    The registry of this machine trusts a key of its own, which is made at its first use, and any registry the keys of
    the list in the root. All others have nothing but that list, so it has to be there.
    """
    if kind == "embedded":
        own = own_signer(cache_folder(os.environ), say=say)
        pinned = PinnedKey(
            name="this-machine",
            public_key=own.public_key,
            predicate=PREDICATE_TYPE,
            repositories=destination.prefix,
            valid_from=_ALWAYS,
        )
        return Trust(keys=(pinned, *(listed_keys(root) or ())), signer=lambda: own)
    keys = listed_keys(root)
    if keys is None:
        raise _no_list()
    return Trust(keys=keys, signer=Once(lambda: named_signer(os.environ.get(SIGNING_KEY, ""), ecr)))


def require_signer(trust: Trust, images: Collection[str]) -> None:
    """Raise what keeps proofs of these images from being signed, or from counting; without images nobody is asked."""
    for image in sorted(images):
        require_counting(trust.signer().public_key, image=image, keys=trust.keys, on=moment())


def listed_keys(root: Path) -> tuple[PinnedKey, ...] | None:
    """Return the keys of the list beside the matrix, None where there is no list."""
    with DiskTree(root) as tree:
        if not tree.holds(KEYS_FILE):
            return None
        # The registry of this machine needs none, and what reads a file of people takes a while to load.
        from hubwright.proof.keys_file import read_keys  # noqa: PLC0415 - see above
        from hubwright.written.read import MAX_BYTES  # noqa: PLC0415 - see above

        return read_keys(tree.read(KEYS_FILE, MAX_BYTES), KEYS_FILE)


def _no_list() -> ProofKeysError:
    message = (
        "there is no such file beside the matrix, so no proof counts; list the public half of the key that signs in "
        "it. docs/proof.md shows how a key is made, and how it is listed"
    )
    return ProofKeysError([Problem(position=Position(file=KEYS_FILE, line=1, column=1), subject="", message=message)])


def named_signer(named: str, ecr: EcrRegistry | None) -> Signer:
    """Return the signer that the environment names; SigningError where it names none, or none that can be had."""
    if not named:
        msg = (
            f"{SIGNING_KEY} is not set, so nothing can be signed; set it to the path of a private key in PEM, or to "
            f"{KMS} and the ARN or the alias of a key of AWS KMS. docs/proof.md shows how to make either"
        )
        raise SigningError(msg)
    if named.startswith(KMS):
        return _kms_signer(named.removeprefix(KMS), ecr)
    if "://" in named:
        msg = f"{SIGNING_KEY} is {escape(named)}; expected the path of a file, or an address that begins with {KMS}"
        raise SigningError(msg)
    return load_signer(Path(named))


def _kms_signer(key_id: str, ecr: EcrRegistry | None) -> Signer:
    # The SDK takes longer to load than a plan takes to make; only this needs it.
    import boto3  # noqa: PLC0415

    from hubwright.proof.kms import KmsSigner  # noqa: PLC0415
    from hubwright.registries.ecr_calls import AwsCaller, open_client  # noqa: PLC0415

    parts = key_id.split(":")
    # An ARN names its key's region; an alias is looked for where the registry is.
    region = parts[3] if parts[0] == "arn" and len(parts) == _PARTS_OF_ARN else (ecr.region if ecr else None)
    caller = AwsCaller(timing=Timing(), deadline_s=_AWS_CALL_S)
    session = caller.call("read the configuration of AWS", boto3.Session)
    client = caller.call("set up kms", lambda: open_client(session, "kms", region=region))
    return KmsSigner(client, key_id, caller=caller)
