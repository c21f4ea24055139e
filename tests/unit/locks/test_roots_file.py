from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hubwright.errors import LockFileError
from hubwright.locks.roots_file import read_roots, write_roots
from hubwright.roots import BootstrappedRoot, LockedPackage, PulledRoot, SignedRelease

TEXT = f"""\
# Where every image family starts, to the byte. Written by `hubwright lock`: review it, and do not edit it.
version: 1
foundations:
  a:
    linux/amd64:
      bootstrap: trixie
      releases:
        - trixie 2026-09-12T07:55:41Z sha256:{"1" * 64}
      packages:
        - apt=3.0.4 amd64 sha256:{"2" * 64} pool/main/a/apt/apt_3.0.4_amd64.deb
        - login=1:4.16.0-2+really2.41.5-0+deb13u1 amd64 sha256:{"3" * 64} ./login.deb
    linux/arm64:
      pull: docker.io/library/debian:trixie-slim
      digest: sha256:{"4" * 64}
"""


def test_what_is_written_is_read_back() -> None:
    roots = read_roots(TEXT.encode(), "foundations.lock")
    assert write_roots(roots).decode() == TEXT
    made = roots["a", "linux/amd64"]
    assert isinstance(made, BootstrappedRoot)
    assert made.packages[1].version == "1:4.16.0-2+really2.41.5-0+deb13u1"
    assert roots["a", "linux/arm64"] == PulledRoot(
        reference="docker.io/library/debian:trixie-slim", digest=f"sha256:{'4' * 64}"
    )


def test_any_reader_of_yaml_understands_it() -> None:
    loaded: Any = yaml.safe_load(TEXT)
    first = loaded["foundations"]["a"]["linux/amd64"]["packages"][0]
    assert first == f"apt=3.0.4 amd64 sha256:{'2' * 64} pool/main/a/apt/apt_3.0.4_amd64.deb"
    assert loaded["foundations"]["a"]["linux/arm64"]["digest"] == f"sha256:{'4' * 64}"


_names = st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
_hashes = st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}")
_packages = st.builds(
    LockedPackage,
    name=st.from_regex(r"[a-z0-9][a-z0-9+.-]{1,9}", fullmatch=True),
    version=st.from_regex(r"[0-9][A-Za-z0-9.+:~-]{0,9}", fullmatch=True),
    architecture=st.sampled_from(["all", "amd64", "arm64"]),
    sha256=_hashes,
    path=st.from_regex(r"[!#-&(-\[\]-~]{1,9}\.deb", fullmatch=True),
)
_made = st.builds(
    BootstrappedRoot,
    suite=st.sampled_from(["trixie", "bookworm"]),
    releases=st.just((SignedRelease(name="trixie-updates", date="2026-09-12T07:55:41Z", sha256="0" * 64),)),
    packages=st.lists(_packages, min_size=1, unique_by=lambda each: each.name).map(lambda each: tuple(sorted(each))),
)
_pulled = st.builds(PulledRoot, reference=st.just("quay.io/a/b:c"), digest=_hashes.map(lambda each: f"sha256:{each}"))


@settings(max_examples=30)
@given(st.dictionaries(st.tuples(_names, st.sampled_from(["linux/amd64", "linux/arm64"])), _made | _pulled))
def test_every_lock_has_one_text_and_comes_back(roots: dict[tuple[str, str], BootstrappedRoot | PulledRoot]) -> None:
    written = write_roots(roots)
    assert write_roots(dict(reversed(roots.items()))) == written
    if roots:
        assert read_roots(written, "foundations.lock") == roots


HASH = "0" * 64
MADE = "version: 1\nfoundations:\n  a:\n    linux/amd64:\n      bootstrap: trixie\n      releases:\n"
PACKAGE_EXPECTED = (
    "expected `<name>=<version> <architecture> sha256:<hash> <path>`; take this foundation out of the file, and "
    "`hubwright lock` locks it anew"
)
RELEASED = f"{MADE}        - trixie 2026-09-12T07:55:41Z sha256:{HASH}\n      packages:\n"


@pytest.mark.parametrize(
    "text, place, message",
    [
        ("", "1:1", "version is missing here"),
        ("version: 2\nfoundations:\n", "1:1", "version: expected 1, the version of this format"),
        ("version: 1\nfoundations: a\n", "2:1", "foundations: expected something indented below it"),
        ("version: 1\nfoundation:\n", "2:1", "foundation is not known here. Did you mean foundations?"),
        ("version: 1\nzzz:\n", "2:1", "zzz is not known here. Expected version and foundations."),
        ("version: 1\nversion: 1\n", "2:1", "version stands here twice"),
        ("version:\n  a:\nfoundations:\n", "1:1", "version: expected 1"),
        ("version: 1\nfoundations:\n  A_:\n", "3:3", "expected a foundation's name"),
        ("version: 1\nfoundations:\n  a:\n    amd64:\n", "4:5", "expected a platform such as linux/amd64"),
        ("version: 1\nfoundations:\n  a:\n    linux/amd64:\n      pull: q.io/a\n", "4:5", "digest is missing here"),
        (
            "version: 1\nfoundations:\n  a:\n    linux/amd64:\n      pull: q.io/a\n      digest: sha256:12\n",
            "6:7",
            "digest: expected sha256: and 64 hexadecimal digits",
        ),
        ("version: 1\nfoundations:\n  a:\n    linux/amd64:\n      bootstrap: trixie\n", "4:5", "releases is missing"),
        (f"{MADE}      packages:\n", "6:7", "expected a list of `<suite> <date> sha256:<hash>` below this"),
        (f"{RELEASED}        - apt 3\n", "9:9", PACKAGE_EXPECTED),
        (f"{RELEASED}        - apt=3 all sha256:{HASH}\n", "9:9", PACKAGE_EXPECTED),
        (
            f"{RELEASED}        - b2=1 all sha256:{HASH} b.deb\n        - a2=1 all sha256:{HASH} a.deb\n",
            "10:9",
            "a2 has to stand once, and the list in the order of names",
        ),
        (
            "version: 1\n<<<<<<< HEAD\n",
            "2:1",
            "two versions of this lock were merged here; take either one, then run `hubwright lock`",
        ),
        ("version: 1\n   x: 1\n", "2:4", "this line is indented further than what stands above it allows"),
        ("a:\n    b:\n", "2:5", "this line is indented further"),
        ("version: 1\nfoundations\n", "2:1", "expected `name:`, `name: value` or `- value`"),
        ("- a\nb: 1\n", "2:1", "the name b among list items"),
        ("a: 1\n- b\n", "2:1", "a list item among names"),
        ("version: \x1b[2J\n", "1:1", "the character \\x1b is not allowed here"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, place: str, message: str) -> None:
    with pytest.raises(LockFileError) as caught:
        read_roots(text.encode(), "foundations.lock")
    (problem,) = caught.value.problems
    assert str(problem.position) == f"foundations.lock:{place}"
    assert message in problem.message
    assert problem.excerpt == (text.split("\n")[problem.position.line - 1])


@pytest.mark.parametrize(
    "data, message", [(b"\xff", "byte 1 is not UTF-8 text"), (b"#" * (4 * 2**20 + 1), "larger than 4096 KiB")]
)
def test_what_is_no_text_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(LockFileError, match=message):
        read_roots(data, "foundations.lock")
