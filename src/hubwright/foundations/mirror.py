"""A mirror on this machine that holds the locked packages and nothing else, so that apt has no other choice."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from hubwright.errors import BootstrapError
from hubwright.process import run
from hubwright.roots import LockedPackage

_READ_S = 60
_AR_MAGIC = b"!<arch>\n"
_AR_DATE = slice(24, 36)


def make_mirror(
    folder: Path,
    suite: str,
    architecture: str,
    archives: Sequence[tuple[LockedPackage, Path]],
    *,
    environment: Mapping[str, str],
) -> None:
    """Fill the folder, which everybody may read, with a mirror of these archives."""
    index = folder / "dists" / suite / "main" / f"binary-{architecture}"
    index.mkdir(parents=True)
    (folder / "pool").mkdir()
    stanzas = []
    for package, archive in archives:
        # The colon of an epoch would be taken for a part of an address.
        path = f"pool/{package.name}_{package.version.replace(':', '_')}_{package.architecture}.deb"
        shutil.copyfile(archive, folder / path)
        control = run(("dpkg-deb", "-f", str(archive)), environment=environment, timeout_s=_READ_S).stdout
        size = archive.stat().st_size
        where = f"Filename: {path}\nSize: {size}\nSHA256: {package.sha256}\n"
        stanzas.append(control.decode("utf-8").rstrip("\n") + "\n" + where)
    (index / "Packages").write_text("\n".join(stanzas), encoding="utf-8")
    release = f"Suite: {suite}\nCodename: {suite}\nArchitectures: {architecture}\nComponents: main\n"
    (folder / "dists" / suite / "Release").write_text(release, encoding="utf-8")
    for each in (folder, *folder.rglob("*")):
        each.chmod(0o755 if each.is_dir() else 0o644)


def newest_date(archives: Sequence[Path]) -> int:
    """Return when the youngest of the archives was built, in seconds since 1970.

    It is written in the archives themselves, so that the same packages always have the same date.
    """
    return max(_date(archive) for archive in archives)


def _date(archive: Path) -> int:
    with archive.open("rb") as opened:
        head = opened.read(_AR_DATE.stop)
    if not head.startswith(_AR_MAGIC) or not head[_AR_DATE].strip().isdigit():
        msg = f"{archive} is not a Debian package, although its hash is the one that is locked"
        raise BootstrapError(msg)
    return int(head[_AR_DATE])
