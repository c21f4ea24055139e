"""Debian's cosign, the second opinion about signatures and subjects."""

from collections.abc import Sequence
from pathlib import Path

from hubwright.process import run
from hubwright.proof.pem import public_pem
from hubwright.proof.statement import PREDICATE_TYPE
from proofs import signer

_TRUSTED_ROOT = '{"mediaType": "application/vnd.dev.sigstore.trustedroot+json;version=0.1"}'
_TIMEOUT_S = 60
_VERDICTS = ("no matching attestations", "no valid bundles exist", "none of the attestations matched")
KEYS = ("ours", "elsewhere", "lookalike", "provenance", "revoked", "twice", "expired", "early", "stranger")


class Cosign:
    """Asks cosign what it makes of what is attached to an image."""

    def __init__(self, program: Path, folder: Path) -> None:
        self._program = program
        self._folder = folder
        (folder / "root.json").write_text(_TRUSTED_ROOT)
        for key in KEYS:
            (folder / f"{key}.pub").write_bytes(public_pem(signer(key).public_key))

    def argv(self, key: str, reference: str) -> Sequence[str]:
        return (
            *(
                str(self._program),
                "verify-attestation",
                "--key",
                str(self._folder / f"{key}.pub"),
                "--new-bundle-format",
            ),
            *("--trusted-root", str(self._folder / "root.json"), "--insecure-ignore-tlog"),
            *("--type", PREDICATE_TYPE, reference),
        )

    def accepts(self, key: str, reference: str) -> bool:
        # A home of its own: cosign reads the user's registry logins and keeps a cache.
        environment = {"HOME": str(self._folder)}
        argv = self.argv(key, reference)
        done = run(argv, environment=environment, timeout_s=_TIMEOUT_S, allowed_exit_codes=frozenset(range(256)))
        said = done.stderr.decode()
        # Whatever else it may fail with is no verdict.
        assert done.exit_code == 0 or any(no in said for no in _VERDICTS), said
        return done.exit_code == 0
