import pytest

from hubwright.aptoutput import read_offered, read_planned, read_release, status_file
from hubwright.errors import PackageError
from hubwright.roots import LockedPackage, SignedRelease

HASH = "2" * 64
MIRROR = "https://mirror.example.com/"
SHOWN = """\
Package: perl
Version: 5.40.1-7
Architecture: amd64
Depends: perl-base (= 5.40.1-7),
 libperl5.40
Description: much
 text

Package: perl
Version: 5.40.1-6
Architecture: amd64
Depends: perl-base (= 5.40.1-6)
"""


def test_what_is_planned_is_read_without_where_it_is() -> None:
    printed = (
        f"'https://u:p@mirror.example.com/debian/pool/l/login_4.16%2breally2_amd64.deb' "
        f"login_1%3a4.16.0-2+really2_amd64.deb 114 SHA256:{HASH}\n"
        f"'https://mirror.example.com/security/./a%7eb.deb' base-files_13.8+deb13u7_all.deb 1 SHA256:{HASH}\n"
    )
    roots = ("https://u:p@mirror.example.com/debian/", "https://mirror.example.com/", f"{MIRROR}security/")
    assert read_planned(printed, roots) == (
        LockedPackage(name="base-files", version="13.8+deb13u7", architecture="all", sha256=HASH, path="./a~b.deb"),
        LockedPackage(
            name="login",
            version="1:4.16.0-2+really2",
            architecture="amd64",
            sha256=HASH,
            path="pool/l/login_4.16+really2_amd64.deb",
        ),
    )


@pytest.mark.parametrize(
    "printed",
    [
        f"'{MIRROR}a.deb' a_1_all.deb 1 MD5Sum:00\n",
        f"'https://other.example.com/a.deb' a_1_all.deb 1 SHA256:{HASH}\n",
        f"'{MIRROR}a%20b.deb' a_1_all.deb 1 SHA256:{HASH}\n",
    ],
)
def test_a_package_without_a_hash_or_a_path_is_not_passed_over(printed: str) -> None:
    with pytest.raises(PackageError, match="printed 1 lines, of which only 0 name a package with a hash and a path"):
        read_planned(printed, (MIRROR,))


def test_what_is_offered_is_read_without_sources() -> None:
    printed = (
        "     login | 1:4.16-2 | https://mirror.example.com/debian trixie/main amd64 Packages\n"
        "less | 668-1 | https://mirror.example.com/debian trixie/main amd64 Packages\n"
        "      less |   669-1 | https://mirror.example.com/debian trixie/main Sources\n"
    )
    assert read_offered(printed) == {("login", "1:4.16-2"), ("less", "668-1")}


@pytest.mark.parametrize(
    "version, depends",
    [
        ("5.40.1-6", "Depends: perl-base (= 5.40.1-6)\n"),
        ("5.40.1-7", "Depends: perl-base (= 5.40.1-7),\n libperl5.40\n"),
        ("5.40.1-5", "Depends: perl-base (= 5.40.1-7),\n libperl5.40\n"),
    ],
)
def test_what_is_installed_is_described_as_it_is_offered(version: str, depends: str) -> None:
    assert status_file([("perl", version)], SHOWN, "amd64") == (
        f"Package: perl\nArchitecture: amd64\n{depends}Version: {version}\nStatus: install ok installed\n"
    )


def test_what_is_offered_no_more_is_still_installed() -> None:
    assert status_file([("gone", "1")], "", "arm64") == (
        "Package: gone\nArchitecture: arm64\nVersion: 1\nStatus: install ok installed\n"
    )


def test_a_release_says_which_it_is_and_when() -> None:
    signed = (
        b"-----BEGIN PGP SIGNED MESSAGE-----\nSuite: stable\nCodename: trixie\nDate: Sat, 12 Sep 2026 07:55:41 UTC\n"
    )
    found = read_release(signed)
    assert found == SignedRelease(name="trixie", date="2026-09-12T07:55:41Z", sha256=found.sha256)
