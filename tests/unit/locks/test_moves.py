import pytest

from hubwright.locks.moves import describe
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
