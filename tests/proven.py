"""Proofs as those who choose among them see them."""

from hubwright.offering import Proven


def proven(digest: str, on: str, *, hardware: bool = True, smoke_set: str = "5" * 64) -> Proven:
    """Return a proof of an image that was made on a day."""
    return Proven(
        digest=digest,
        fingerprint="f" * 64,
        proof=f"sha256:{'e' * 64}",
        key="ours",
        on=f"{on}T12:00:00Z",
        hardware=hardware,
        smoke_set=smoke_set,
    )
