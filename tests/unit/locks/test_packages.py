import pytest

from fakes.apt import package
from hubwright.errors import LockFileError
from hubwright.locks.packages import complaint_with_places, read_apt_lock, read_wanted, write_apt_lock


def test_words_keep_their_places() -> None:
    wanted = read_wanted("# a comment\ngit less\n\n  tool=2.33.10.0*\n", "apt.txt")
    assert [(each.word, str(each.position)) for each in wanted] == [
        ("git", "apt.txt:2:1"),
        ("less", "apt.txt:2:5"),
        ("tool=2.33.10.0*", "apt.txt:4:3"),
    ]


def test_every_word_that_is_no_package_is_told() -> None:
    with pytest.raises(LockFileError) as caught:
        read_wanted("git --force\n-o APT::x=y\n", "apt.txt")
    assert [str(problem.position) for problem in caught.value.problems] == ["apt.txt:1:5", "apt.txt:2:1", "apt.txt:2:4"]


def test_what_is_written_is_read_back_for_each_architecture() -> None:
    lock = write_apt_lock(
        {
            "amd64": [package("git", "1:2.47"), package("tzdata", architecture="all")],
            "arm64": [package("git", "1:2.47+b1", "arm64")],
        }
    ).decode()
    git, tzdata = (f"sha256:{package(name).sha256} pool/{name}" for name in ("git", "tzdata"))
    assert lock.splitlines()[1:] == [
        f"git:amd64=1:2.47 {git}_1:2.47_amd64.deb",
        f"git:arm64=1:2.47+b1 {git}_1:2.47+b1_arm64.deb",
        f"tzdata:amd64=1.0 {tzdata}_1.0_all.deb",
    ]
    assert read_apt_lock(lock, "apt.lock", "amd64") == {"git": "1:2.47", "tzdata": "1.0"}
    assert read_apt_lock(lock, "apt.lock", "arm64") == {"git": "1:2.47+b1"}


@pytest.mark.parametrize("line", ["git=1", "git:amd64=1", f"git:amd64=1 sha256:{'0' * 64} pool/'git'.deb"])
def test_a_damaged_or_older_lock_is_told_with_its_place(line: str) -> None:
    with pytest.raises(LockFileError, match="`hubwright lock` makes this file anew") as caught:
        read_apt_lock(f"# head\n{line}\n", "images/a/apt.lock", "amd64")
    assert str(caught.value.problems[0].position) == "images/a/apt.lock:2:1"


def test_a_complaint_names_the_places_that_asked() -> None:
    wanted = read_wanted("git\ntool=1.*\n", "apt.txt")
    said = "Version '1.*' for 'tool' was not found"
    assert complaint_with_places(said, wanted) == f"apt.txt:2:1: apt says: {said}"
    assert complaint_with_places("held", wanted) == "apt says: held"
