import pytest

from hubwright.locks.moves import describe, lock_moves
from hubwright.locks.run import LockFile

BEFORE = b"# head\na==1.0 \\\n    --hash=sha256:00\nb==2\ngone==1\n"
TEN = b"".join(b"p%d==1\n" % number for number in range(10))


@pytest.mark.parametrize(
    "before, after, told",
    [
        (None, BEFORE, "x.lock: new, 3 packages"),
        (BEFORE, BEFORE, "x.lock: as it was"),
        (BEFORE, BEFORE.replace(b"00", b"01"), "x.lock: the same versions, other hashes or notes"),
        (BEFORE, b"a==1.1\nb==2\nnew==3\n", "x.lock: a 1.0 -> 1.1, -gone, +new 3"),
        (b"git:amd64=1:2.1\n", b"git:amd64=1:2.2\n", "x.lock: git:amd64 1:2.1 -> 1:2.2"),
        (b"        - apt=3.0 amd64 sha256:1\n", b"        - apt=3.1 amd64 sha256:2\n", "x.lock: apt 3.0 -> 3.1"),
        (b"      digest: sha256:1\n", b"      digest: sha256:2\n", "x.lock: digest sha256:1 -> sha256:2"),
        (b"", TEN, f"x.lock: {', '.join(f'+p{number} 1' for number in range(8))} and 2 more"),
    ],
)  # fmt: skip
def test_what_moved_is_told_in_a_line(before: bytes | None, after: bytes, told: str) -> None:
    assert describe(LockFile(path="x.lock", before=before, after=after)) == told


ROOTS = b"""\
version: 1
foundations:
  bookworm:
    linux/amd64:
      bootstrap: bookworm
      packages:
        - apt=2.6 amd64 sha256:1
  trixie:
    linux/amd64:
      bootstrap: trixie
      packages:
        - apt=3.0 amd64 sha256:2
"""


def test_of_several_foundations_each_is_told_apart() -> None:
    file = LockFile(path="foundations.lock", before=ROOTS, after=ROOTS.replace(b"apt=2.6", b"apt=2.7"))
    (move,) = lock_moves(file)
    assert (move.kind, move.name, move.before, move.after) == ("debian", "apt (bookworm, linux/amd64)", "2.6", "2.7")


@pytest.mark.parametrize(
    "path, kind",
    [("images/a/apt.lock", "debian"), ("images/a/requirements.lock", "python"), ("images/a/spark-4.1.lock", "python")],
)
def test_whose_packages_they_are_is_told_by_the_lock(path: str, kind: str) -> None:
    (move,) = lock_moves(LockFile(path=path, before=b"a==1\n", after=b"a==2\n"))
    assert move.kind == kind
