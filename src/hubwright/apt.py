"""What apt would install of another suite, for another architecture, on top of a given set; nothing is installed.

apt runs with the host's sources, keys, proxies and certificates, and with lists, cache and state in a folder that is
thrown away.
"""

import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from hubwright.aptoutput import read_offered, read_planned, read_release, status_file
from hubwright.aptsources import private_sources
from hubwright.debian import codename, private_configuration
from hubwright.disks import temporary_folder
from hubwright.errors import PackageError, ProcessError
from hubwright.frozen import dataclass
from hubwright.process import Completed, run
from hubwright.roots import LockedPackage, SignedRelease
from hubwright.vanishing import vanishing_folder

_UPDATE_S = 300
_RESOLVE_S = 120
_DOWNLOAD_S = 900
# apt-get's exit code for everything that it says no to.
_REFUSED = 100
_HELPER = "/usr/lib/apt/apt-helper"

_CONFIGURATION = """
#clear APT::Architectures;
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Install-Recommends "false";
APT::Install-Suggests "false";
Acquire::ForceHash "SHA256";
Acquire::Retries "3";
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Apt:
    """apt for one suite and architecture; made by `private_apt`."""

    home: Path
    suite: str
    architecture: str
    environment: Mapping[str, str]

    def resolve(
        self, wanted: Sequence[str], *, installed: Iterable[tuple[str, str]] = ()
    ) -> tuple[LockedPackage, ...] | str:
        """Return what would be installed, sorted, or what apt says where that cannot be.

        `wanted` is what apt-get takes: names, versions, patterns. `installed` is what is there already, by name
        and version; a version that the suite no longer has is taken for what it has now.
        """
        there = frozenset(installed)
        (self.home / "status").write_text(self._status(sorted(there)), encoding="utf-8")
        done = self._run("apt-get", "-qq", "--print-uris", "install", "--", *wanted, timeout_s=_RESOLVE_S)
        if done.exit_code:
            return _complaint(done)
        planned = read_planned(done.stdout.decode("utf-8", "replace"), self._roots())
        # The same version from two places may look like two to apt.
        return tuple(package for package in planned if (package.name, package.version) not in there)

    def _status(self, packages: Sequence[tuple[str, str]]) -> str:
        if not packages:
            return ""
        done = self._run("apt-cache", "show", "--", *(name for name, _ in packages), timeout_s=_RESOLVE_S)
        return status_file(packages, done.stdout.decode("utf-8", "replace"), self.architecture)

    def download(self, packages: Sequence[LockedPackage], folder: Path) -> str | None:
        """Fetch the packages' archives into the folder, or return what apt says where it cannot.

        What was fetched is what the archive's signature vouches for; whether it is what was locked is for the
        caller to look at. What the lists no longer offer is fetched by its path, and only with its locked hash.
        """
        names = (package.name for package in packages)
        printed = self._run("apt-cache", "madison", "--", *names, timeout_s=_RESOLVE_S).stdout
        offered = read_offered(printed.decode("utf-8", "replace"))
        gone = [package for package in packages if (package.name, package.version) not in offered]
        # A package for all architectures goes by the name of the one that it is for here.
        listed = [f"{p.name}:{self.architecture}={p.version}" for p in packages if p not in gone]
        if listed:
            done = self._run("apt-get", "-q", "download", "--", *listed, timeout_s=_DOWNLOAD_S, cwd=folder)
            if done.exit_code:
                return _complaint(done)
        return self._download_by_path(gone, folder)

    def _download_by_path(self, packages: Sequence[LockedPackage], folder: Path) -> str | None:
        """Fetch what is in no list from whichever repository still has it: a pool keeps files longer than a list."""
        left = {package: folder / f"{package.sha256}.deb" for package in packages}
        complaints = []
        for root in self._roots():
            words = [(root + each.path, str(file), f"SHA256:{each.sha256}") for each, file in left.items()]
            if words:
                done = self._run(_HELPER, "download-file", *chain.from_iterable(words), timeout_s=_DOWNLOAD_S)
                complaints.append(_complaint(done))
            left = {package: file for package, file in left.items() if not file.exists()}
        return "; ".join(complaints) if left else None

    def _roots(self) -> tuple[str, ...]:
        """Return the roots of the repositories, which paths are below."""
        done = self._run("apt-get", "indextargets", "--format", "$(REPO_URI)", timeout_s=_RESOLVE_S)
        return tuple(dict.fromkeys(done.stdout.decode("utf-8", "replace").split()))

    def releases(self) -> tuple[SignedRelease, ...]:
        """Return the signed statements that the lists were checked against."""
        found = [read_release(path.read_bytes()) for path in (self.home / "state" / "lists").glob("*Release")]
        # Of a suite that several mirrors offer, one.
        return tuple(sorted({release.name: release for release in sorted(found)}.values()))

    def update(self) -> None:
        done = self._run("apt-get", "-q", "update", timeout_s=_UPDATE_S)
        if done.exit_code:
            msg = (
                f"cannot ask for the packages of {self.suite} ({self.architecture}). Does `apt-get update` work on "
                f"this machine (network, proxy, clock)? apt says: {_complaint(done)}"
            )
            raise PackageError(msg)

    def _run(self, program: str, *arguments: str, timeout_s: float, cwd: Path | None = None) -> Completed:
        argv = (program, "-c", str(self.home / "private.conf"), *arguments)
        plain, allowed = {**self.environment, "LC_ALL": "C"}, frozenset({0, _REFUSED})
        try:
            return run(argv, environment=plain, timeout_s=timeout_s, cwd=cwd, allowed_exit_codes=allowed)
        except ProcessError as error:
            msg = f"cannot ask for the packages of {self.suite}: {error}"
            raise PackageError(msg) from error


@contextmanager
def private_apt(
    suite: str,
    architecture: str,
    *,
    environment: Mapping[str, str],
    etc: Path = Path("/etc"),
    repositories: Sequence[str] = (),
) -> Iterator[Apt]:
    """Give an apt that knows what the suite offers today; PackageError where it cannot be asked.

    `repositories` are asked beside it, each a stanza as apt reads it.
    """
    if shutil.which("apt-get", path=environment.get("PATH")) is None:
        msg = (
            f"the packages of {suite} are asked for through apt-get, which is not here; use a Debian or Ubuntu machine"
        )
        raise PackageError(msg)
    with vanishing_folder([temporary_folder()]) as home:
        sources = private_sources(etc, release=codename(etc), suite=suite)
        # A source may be meant for the host's architecture only; the mirror behind it has them all.
        plain = re.sub(r"^Architectures:.*\n", "", sources, flags=re.MULTILINE)
        configuration = private_configuration(home, "\n".join([plain, *repositories]))
        with configuration.open("a", encoding="utf-8") as file:
            file.write(_CONFIGURATION.format(architecture=architecture))
        apt = Apt(home=home, suite=suite, architecture=architecture, environment=environment)
        apt.update()
        yield apt


def _complaint(done: Completed) -> str:
    """Return apt's errors in one line, without its letters."""
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    # A signature that is not good is an error only in its consequences.
    errors = [line.partition(": ")[2].strip() for line in lines if line.startswith(("E: ", "W: GPG error: "))]
    # What cannot be installed together is told on standard output, and only summed up as an error.
    why = re.findall(r"^ +\S+ : .*$", done.stdout.decode("utf-8", "replace"), re.MULTILINE)
    return "; ".join([*errors, *(" ".join(line.split()) for line in why)]) or "nothing"
