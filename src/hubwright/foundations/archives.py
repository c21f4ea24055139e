"""The archives of exactly the packages that are locked, kept by their hashes."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from hubwright.apt import private_apt
from hubwright.errors import StaleLockError
from hubwright.roots import BootstrappedRoot, LockedPackage
from hubwright.vanishing import vanishing_folder

_ANEW = "`hubwright lock` locks what is offered today"


def fetch_archives(
    root: BootstrappedRoot,
    architecture: str,
    *,
    cache: Path,
    environment: Mapping[str, str],
    etc: Path = Path("/etc"),
) -> tuple[Path, ...]:
    """Return the archive of each package, in the order of the lock, fetching those that were never fetched.

    StaleLockError says which packages can no longer be had as they are locked.
    """
    store = cache / "packages"
    store.mkdir(parents=True, exist_ok=True)
    paths = {package: store / f"{package.sha256}.deb" for package in root.packages}
    missing = [package for package, path in paths.items() if not path.exists()]
    if missing:
        # In the same folder, so that what was checked is moved into place in one step.
        with (
            private_apt(root.suite, architecture, environment=environment, etc=etc) as apt,
            vanishing_folder([store]) as folder,
        ):
            if complaint := apt.download(missing, folder):
                msg = (
                    f"{root.suite} ({architecture}) no longer offers what is locked, and its archive cannot be had "
                    f"either. {_ANEW}. apt says: {complaint}"
                )
                raise StaleLockError(msg)
            _keep(missing, folder, paths)
    return tuple(paths.values())


def _keep(wanted: Sequence[LockedPackage], fetched: Path, paths: Mapping[LockedPackage, Path]) -> None:
    by_hash = {_sha256(path): path for path in fetched.glob("*.deb")}
    for package in wanted:
        if package.sha256 not in by_hash:
            msg = (
                f"{package.name} {package.version} ({package.architecture}) is not what it was when it was locked: "
                f"nothing that was fetched has the sha256 {package.sha256}. {_ANEW}"
            )
            raise StaleLockError(msg)
        by_hash[package.sha256].replace(paths[package])


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
