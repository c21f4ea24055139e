"""What apt would install of another suite, for another architecture, on top of a given set; nothing is installed.

apt runs with the host's sources, keys, proxies and certificates, and with lists, cache and state in a folder that is
thrown away.
"""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote

from hubwright.aptsources import private_sources
from hubwright.debian import codename, private_configuration
from hubwright.errors import PackageError, ProcessError
from hubwright.process import Completed, run
from hubwright.roots import LockedPackage, SignedRelease
from hubwright.vanishing import vanishing_folder

_UPDATE_S = 300
_RESOLVE_S = 120
_DOWNLOAD_S = 900
# apt-get's exit code for everything that it says no to.
_REFUSED = 100

_CONFIGURATION = """
#clear APT::Architectures;
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Install-Recommends "false";
APT::Install-Suggests "false";
Acquire::ForceHash "SHA256";
Acquire::Retries "3";
"""
# 'address' name_version_architecture.deb size SHA256:hash
_PLANNED = re.compile(
    r"'[^']*' (?P<name>[^ _]+)_(?P<version>[^ _]+)_(?P<architecture>[^ _]+)\.deb \d+ SHA256:(?P<sha256>[0-9a-f]{64})"
)
# What apt's resolver looks at in a package that is installed.
_STATUS_FIELDS = (
    *("Package", "Architecture", "Multi-Arch", "Essential", "Priority", "Installed-Size"),
    *("Provides", "Pre-Depends", "Depends", "Conflicts", "Breaks", "Replaces"),
)


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
        done = self._apt("-qq", "--print-uris", "install", "--", *wanted, timeout_s=_RESOLVE_S)
        if done.exit_code:
            return _complaint(done)
        planned = read_planned(done.stdout.decode("utf-8", "replace"))
        # The same version from two places may look like two to apt.
        return tuple(package for package in planned if (package.name, package.version) not in there)

    def _status(self, packages: Sequence[tuple[str, str]]) -> str:
        if not packages:
            return ""
        argv = ("apt-cache", "-c", str(self.home / "private.conf"), "show", "--", *(name for name, _ in packages))
        done = run(argv, environment=self._plain(), timeout_s=_RESOLVE_S, allowed_exit_codes=frozenset({0, _REFUSED}))
        return status_file(packages, done.stdout.decode("utf-8", "replace"), self.architecture)

    def download(self, packages: Sequence[LockedPackage], folder: Path) -> str | None:
        """Fetch the packages' archives into the folder, or return what apt says where it cannot.

        What was fetched is what the archive's signature vouches for; whether it is what was locked is for the
        caller to look at.
        """
        # A package for all architectures goes by the name of the one that it is for here.
        names = [f"{package.name}:{self.architecture}={package.version}" for package in packages]
        done = self._apt("-q", "download", "--", *names, timeout_s=_DOWNLOAD_S, cwd=folder)
        return _complaint(done) if done.exit_code else None

    def releases(self) -> tuple[SignedRelease, ...]:
        """Return the signed statements that the lists were checked against."""
        found = [_release(path.read_bytes()) for path in (self.home / "state" / "lists").glob("*Release")]
        # Of a suite that several mirrors offer, one.
        return tuple(sorted({release.name: release for release in sorted(found)}.values()))

    def update(self) -> None:
        done = self._apt("-q", "update", timeout_s=_UPDATE_S)
        if done.exit_code:
            msg = (
                f"cannot ask for the packages of {self.suite} ({self.architecture}). Does `apt-get update` work on "
                f"this machine (network, proxy, clock)? apt says: {_complaint(done)}"
            )
            raise PackageError(msg)

    def _apt(self, *arguments: str, timeout_s: float, cwd: Path | None = None) -> Completed:
        argv = ("apt-get", "-c", str(self.home / "private.conf"), *arguments)
        allowed = frozenset({0, _REFUSED})
        try:
            return run(argv, environment=self._plain(), timeout_s=timeout_s, cwd=cwd, allowed_exit_codes=allowed)
        except ProcessError as error:
            msg = f"cannot ask for the packages of {self.suite}: {error}"
            raise PackageError(msg) from error

    def _plain(self) -> dict[str, str]:
        return {**self.environment, "LC_ALL": "C"}


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
    with vanishing_folder([Path(tempfile.gettempdir())]) as home:
        sources = private_sources(etc, release=codename(etc), suite=suite)
        # A source may be meant for the host's architecture only; the mirror behind it has them all.
        plain = re.sub(r"^Architectures:.*\n", "", sources, flags=re.MULTILINE)
        configuration = private_configuration(home, "\n".join([plain, *repositories]))
        with configuration.open("a", encoding="utf-8") as file:
            file.write(_CONFIGURATION.format(architecture=architecture))
        apt = Apt(home=home, suite=suite, architecture=architecture, environment=environment)
        apt.update()
        yield apt


def read_planned(printed: str) -> tuple[LockedPackage, ...]:
    """Return the packages of what `--print-uris` printed, without a word of where they come from."""
    found = [
        LockedPackage(
            name=match["name"],
            version=unquote(match["version"]),
            architecture=match["architecture"],
            sha256=match["sha256"],
        )
        for match in _PLANNED.finditer(printed)
    ]
    if len(found) != len(printed.splitlines()):
        msg = (
            f"apt-get printed {len(printed.splitlines())} lines, of which only {len(found)} name a package with a hash"
        )
        raise PackageError(msg)
    return tuple(sorted(found))


def status_file(packages: Iterable[tuple[str, str]], shown: str, architecture: str) -> str:
    """Return a dpkg status file of the packages, described as `apt-cache show` showed them."""
    known: dict[str, dict[str, dict[str, str]]] = {}
    for stanza in re.split(r"\n\s*\n", shown):
        fields = dict(re.findall(r"^([A-Za-z-]+): (.*(?:\n[ \t].*)*)", stanza, re.MULTILINE))
        if "Package" in fields:
            known.setdefault(fields["Package"], {})[fields.get("Version", "")] = fields
    stanzas = []
    for name, version in packages:
        versions = known.get(name, {})
        fallback = next(iter(versions.values()), {"Package": name, "Architecture": architecture})
        fields = versions.get(version, fallback)
        lines = [f"{field}: {fields[field]}" for field in _STATUS_FIELDS if field in fields]
        stanzas.append("\n".join([*lines, f"Version: {version}", "Status: install ok installed"]) + "\n")
    return "\n".join(stanzas)


def _release(signed: bytes) -> SignedRelease:
    text = signed.decode("utf-8", "replace")
    fields = dict(re.findall(r"^(Codename|Suite|Date): (.*)$", text, re.MULTILINE))
    date = parsedate_to_datetime(fields["Date"]).strftime("%Y-%m-%dT%H:%M:%SZ")
    return SignedRelease(name=fields["Codename"], date=date, sha256=hashlib.sha256(signed).hexdigest())


def _complaint(done: Completed) -> str:
    """Return apt's errors in one line, without its letters."""
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    # A signature that is not good is an error only in its consequences.
    errors = [line.partition(": ")[2].strip() for line in lines if line.startswith(("E: ", "W: GPG error: "))]
    # What cannot be installed together is told on standard output, and only summed up as an error.
    why = re.findall(r"^ +\S+ : .*$", done.stdout.decode("utf-8", "replace"), re.MULTILINE)
    return "; ".join([*errors, *(" ".join(line.split()) for line in why)]) or "nothing"
