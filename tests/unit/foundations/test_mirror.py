from pathlib import Path

import pytest

from hubwright.errors import BootstrapError
from hubwright.foundations.mirror import newest_date
from hubwright.foundations.programs import module_folders


def _archive(path: Path, date: bytes) -> Path:
    path.write_bytes(b"!<arch>\n" + b"debian-binary   " + date.ljust(12) + b"0     0     100644  4         `\n2.0\n")
    return path


def test_the_date_is_that_of_the_youngest_archive(tmp_path: Path) -> None:
    archives = [_archive(tmp_path / "a", b"1700000000"), _archive(tmp_path / "b", b"1793626894")]
    assert newest_date(archives) == 1793626894


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"!<arch>\n" + b"x" * 60])
def test_what_is_no_archive_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.deb"
    path.write_bytes(content)
    with pytest.raises(BootstrapError, match=r"a.deb is not a Debian package"):
        newest_date([path])


def test_perl_finds_its_modules_below_the_unpacked_root(tmp_path: Path) -> None:
    for folder in ("usr/share/perl/5.36", "usr/lib/x86_64-linux-gnu/perl/5.36", "usr/share/perl5"):
        (tmp_path / folder).mkdir(parents=True)
    assert [str(path.relative_to(tmp_path)) for path in module_folders(tmp_path)] == [
        "usr/share/perl/5.36",
        "usr/lib/x86_64-linux-gnu/perl/5.36",
        "usr/share/perl5",
    ]
