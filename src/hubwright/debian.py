"""Programs out of Debian's signed packages, unpacked into a cache folder; nothing is installed on the host.

apt itself fetches and checks signatures, with the host's mirrors, keys and proxies, but with its lists, cache and
state in a folder that is thrown away.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from hubwright.aptsources import private_sources
from hubwright.errors import PackageError, ProcessError
from hubwright.locking import locked
from hubwright.process import run
from hubwright.vanishing import vanishing_folder

_UPDATE_S = 300
_DOWNLOAD_S = 900
_UNPACK_S = 300

# The host's hooks act on the host; its default release is not among the private sources; its pins are about what
# is installed. Everything else of its configuration (proxies, certificates, mirrors' passwords) stays in force.
_CONFIGURATION = """\
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear APT::Default-Release;
APT::Get::AllowUnauthenticated "false";
APT::Update::Error-Mode "any";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
Acquire::Languages "none";
Dir::Etc::SourceList "{home}/private.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State "{home}/state";
Dir::State::Status "{home}/status";
Dir::Cache "{home}/cache";
"""


def fetch(
    packages: Sequence[str],
    *,
    suite: str | None,
    cache: Path,
    environment: Mapping[str, str],
    etc: Path = Path("/etc"),
) -> Path:
    """Return a folder with these packages unpacked into it, and not what they depend on.

    `suite` is a release such as `trixie`, None for the host's own. A package may ask for a version as apt-get
    does (`runc=1.1.5`). What was fetched once is returned again without looking at the network; the folder is
    named after its content, is complete, and is never changed.
    """
    release = codename(etc)
    wanted = "\n".join([suite or release, os.uname().machine, *sorted(packages)])
    known = cache / "debian" / f"request-{hashlib.sha256(wanted.encode()).hexdigest()[:24]}"
    with locked(known.with_suffix(".lock")):
        if not known.exists():
            sources = private_sources(etc, release=release, suite=suite or release)
            folder = _fetch(packages, sources=sources, store=known.parent, environment=environment)
            _point(known, folder.name)
        return known.resolve()


def _fetch(packages: Sequence[str], *, sources: str, store: Path, environment: Mapping[str, str]) -> Path:
    if shutil.which("apt-get", path=environment.get("PATH")) is None:
        msg = (
            f"{' '.join(packages)} would come from Debian's packages, and there is no apt-get on this machine; "
            "install these programs by hand and start them, or use a Debian or Ubuntu machine"
        )
        raise PackageError(msg)
    with vanishing_folder([store]) as home:
        try:
            archives = _download(packages, sources=sources, home=home, environment=environment)
            for archive in archives:
                argv = ("dpkg-deb", "-x", str(archive), str(home / "root"))
                run(argv, environment=environment, timeout_s=_UNPACK_S)
        except ProcessError as error:
            msg = (
                f"cannot fetch {' '.join(packages)} from Debian's packages. Does `apt-get update` work on this "
                f"machine (network, proxy, clock)? {error}"
            )
            raise PackageError(msg) from error
        return _keep(home / "root", store / _content_name(archives))


def _download(packages: Sequence[str], *, sources: str, home: Path, environment: Mapping[str, str]) -> list[Path]:
    apt = ("apt-get", "-q", "-c", str(private_configuration(home, sources)))
    for folder in ("archives", "root"):
        (home / folder).mkdir()
    plain = {**environment, "LC_ALL": "C"}
    run((*apt, "update"), environment=plain, timeout_s=_UPDATE_S)
    run((*apt, "download", "--", *packages), environment=plain, timeout_s=_DOWNLOAD_S, cwd=home / "archives")
    return sorted((home / "archives").glob("*.deb"))


def private_configuration(home: Path, sources: str) -> Path:
    """Return a configuration under which apt keeps everything of its own in the folder, which is filled for it."""
    for folder in ("state/lists/partial", "cache/archives/partial"):
        (home / folder).mkdir(parents=True)
    (home / "status").touch()
    (home / "private.sources").write_text(sources, encoding="utf-8")
    configuration = home / "private.conf"
    configuration.write_text(_CONFIGURATION.format(home=home), encoding="utf-8")
    return configuration


def _content_name(archives: Iterable[Path]) -> str:
    """Return a name that says which packages these are, byte by byte."""
    whole = hashlib.sha256()
    for archive in archives:
        with archive.open("rb") as opened:
            whole.update(hashlib.file_digest(opened, "sha256").digest())
    return f"content-{whole.hexdigest()[:24]}"


def _keep(unpacked: Path, folder: Path) -> Path:
    """Move the folder into place in one step; where the same content is there already, that stays."""
    try:
        unpacked.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    return folder


def _point(link: Path, target: str) -> None:
    fresh = link.with_suffix(".fresh")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.rename(link)


def codename(etc: Path) -> str:
    """Return the release of this machine, such as `trixie`."""
    found = _os_release(etc).get("VERSION_CODENAME")
    if not found:
        msg = f"{etc / 'os-release'} names no release of Debian or Ubuntu, so their packages cannot be used here"
        raise PackageError(msg)
    return found


def debian_release(etc: Path) -> str | None:
    """Return the release of this machine if it is Debian itself and has one, else None."""
    system = _os_release(etc)
    return system.get("VERSION_CODENAME") if system.get("ID") == "debian" else None


def _os_release(etc: Path) -> dict[str, str]:
    try:
        text = (etc / "os-release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    return dict(re.findall(r"^(ID|VERSION_CODENAME)=\"?([a-z]+)\"?$", text, re.MULTILINE))
