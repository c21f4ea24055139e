"""What apt prints, read: plans, lists of versions, descriptions, signed statements."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from email.utils import parsedate_to_datetime
from urllib.parse import unquote

from hubwright.errors import PackageError
from hubwright.roots import ARCHIVE_PATTERN, LockedPackage, SignedRelease

# 'address' name_version_architecture.deb size SHA256:hash
_PLANNED = re.compile(
    r"'(?P<address>[^']*)' (?P<name>[^ _]+)_(?P<version>[^ _]+)_(?P<architecture>[^ _]+)\.deb \d+ "
    r"SHA256:(?P<sha256>[0-9a-f]{64})"
)
# name | version | repository suite/component architecture Packages
_OFFERED = re.compile(r"^ *(?P<name>\S+) \| +(?P<version>\S+) \| .* Packages$", re.MULTILINE)
# What apt's resolver looks at in a package that is installed.
_STATUS_FIELDS = (
    *("Package", "Architecture", "Multi-Arch", "Essential", "Priority", "Installed-Size"),
    *("Provides", "Pre-Depends", "Depends", "Conflicts", "Breaks", "Replaces"),
)


def read_planned(printed: str, roots: Sequence[str]) -> tuple[LockedPackage, ...]:
    """Return the packages of what `--print-uris` printed; of where they come from only the path below the root."""
    found = [package for match in _PLANNED.finditer(printed) if (package := _planned(match, roots))]
    if len(found) != len(printed.splitlines()):
        msg = (
            f"apt-get printed {len(printed.splitlines())} lines, of which only {len(found)} name a package with a hash "
            "and a path"
        )
        raise PackageError(msg)
    return tuple(sorted(found))


def _planned(match: re.Match[str], roots: Sequence[str]) -> LockedPackage | None:
    address = match["address"]
    # One repository may lie below the root of another.
    root = max((root for root in roots if address.startswith(root)), key=len, default=None)
    # Versions of apt differ in what they quote.
    path = unquote(address.removeprefix(root or ""))
    if root is None or not re.fullmatch(ARCHIVE_PATTERN, f"sha256:{match['sha256']} {path}"):
        return None
    return LockedPackage(
        name=match["name"],
        version=unquote(match["version"]),
        architecture=match["architecture"],
        sha256=match["sha256"],
        path=path,
    )


def read_offered(printed: str) -> frozenset[tuple[str, str]]:
    """Return the names and versions of what `apt-cache madison` printed."""
    return frozenset((match["name"], match["version"]) for match in _OFFERED.finditer(printed))


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


def read_release(signed: bytes) -> SignedRelease:
    """Return what a signed statement says of itself."""
    text = signed.decode("utf-8", "replace")
    fields = dict(re.findall(r"^(Codename|Suite|Date): (.*)$", text, re.MULTILINE))
    date = parsedate_to_datetime(fields["Date"]).strftime("%Y-%m-%dT%H:%M:%SZ")
    return SignedRelease(name=fields["Codename"], date=date, sha256=hashlib.sha256(signed).hexdigest())
