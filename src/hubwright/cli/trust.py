"""Whose proofs count, and who signs: put together from the repository, this machine and the environment."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hubwright.cli.engines import say
from hubwright.cli.folders import cache_folder
from hubwright.pipeline.destination import Destination
from hubwright.proof.attach import Signer
from hubwright.proof.keys import PinnedKey
from hubwright.proof.pem import own_signer
from hubwright.proof.statement import PREDICATE_TYPE


@dataclass(frozen=True, kw_only=True, slots=True)
class Trust:
    keys: tuple[PinnedKey, ...]
    signer: Callable[[], Signer]


def open_trust(kind: str, root: Path, destination: Destination) -> Trust:
    del kind, root
    signer = own_signer(cache_folder(os.environ), say=say)
    key = PinnedKey(
        name="this-machine",
        public_key=signer.public_key,
        predicate=PREDICATE_TYPE,
        repositories=destination.prefix,
        valid_from="2000-01-01",
    )
    return Trust(keys=(key,), signer=lambda: signer)
