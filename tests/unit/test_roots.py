from dataclasses import replace

import pytest

from fakes.apt import package
from hubwright.roots import BootstrappedRoot, PulledRoot, Root, SignedRelease, root_parts, root_sha256, why_not_locked
from values import FOUNDATION

PULLED = PulledRoot(reference="docker.io/library/debian:trixie-slim", digest=f"sha256:{'a' * 64}")
RELEASE = SignedRelease(name="trixie", date="2026-09-12T07:55:41Z", sha256="b" * 64)
MADE = BootstrappedRoot(suite="trixie", releases=(RELEASE,), packages=(package("apt"), package("libc6")))


def test_the_hash_of_a_root_is_fixed_for_ever() -> None:
    """A change here makes every foundation and every image anew: raise RECIPE, and mean it."""
    assert root_sha256(MADE) == "0c5b1499a455840b9ce40131059559cb98c42ccc44449eabe6558c8e01521a20"
    assert root_parts(PULLED) == {"digest": PULLED.digest}


@pytest.mark.parametrize(
    "changed",
    [
        replace(MADE, suite="bookworm"),
        replace(MADE, packages=MADE.packages[:1]),
        replace(MADE, packages=(package("apt", "1.1"), package("libc6"))),
        replace(MADE, packages=(replace(package("apt"), sha256="c" * 64), package("libc6"))),
        PULLED,
    ],
)
def test_what_is_in_a_root_moves_it(changed: Root) -> None:
    assert root_sha256(changed) != root_sha256(MADE)


def test_when_it_was_looked_up_does_not_move_it() -> None:
    assert root_sha256(replace(MADE, releases=())) == root_sha256(MADE)


@pytest.mark.parametrize(
    "root, reason",
    [
        (None, "foundation trixie is not locked for linux/amd64 yet"),
        (MADE, None),
        (PULLED, None),
        (replace(MADE, suite="bookworm"), "is locked as suite bookworm, which is not what the matrix says"),
        (replace(PULLED, reference="quay.io/other:1"), "is locked as quay.io/other:1, which is not what"),
    ],
)
def test_a_root_counts_where_it_is_what_the_matrix_says(root: Root | None, reason: str | None) -> None:
    found = why_not_locked(FOUNDATION, "linux/amd64", {("trixie", "linux/amd64"): root} if root else {})
    assert found is None if reason is None else reason in (found or "")
