"""The places that a machine's apt fetches from, read and written anew for one release."""

import base64
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from hubwright.errors import PackageError
from hubwright.frozen import dataclass

# Pockets of a release that hold newer packages of the same release; backports are a choice of the host's own.
_POCKETS = ("", "-updates", "-security")
# `deb [signed-by=/a arch=amd64] mirror suite component component`
_ONE_LINE = re.compile(r"deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>\S.*)")
# Places that mean the host: anything but the web, and loopback on it.
_HERE = re.compile(r"(?!https?://)|https?://(?:[^/@]*@)?(?:localhost|127\.[0-9.]+|\[::1\])(?=[:/]|$)")
# Every Debian root has it under this name; it may be a newer one than the host's.
_DEBIANS_OWN = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# What may be taken over from a source. Not `Trusted` and the `Allow-*` family: they switch signatures off.
_KEPT_FIELDS = {"architectures": "Architectures", "arch": "Architectures", "signed-by": "Signed-By"}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Source:
    """One stanza of apt's sources; the names of its fields are in lower case."""

    suites: tuple[str, ...]
    fields: Mapping[str, str]


def private_sources(etc: Path, *, release: str, suite: str) -> str:
    """Return the host's own sources of its release as apt reads them, with the release replaced by the suite.

    Sources of others (a vendor's repository) stand beside them on many machines; they are left out.
    """
    stanzas = _translated(etc, release, suite)
    if not stanzas:
        msg = f"no source under {etc / 'apt'} offers the packages of {release}; apt-get needs one to fetch from"
        raise PackageError(msg)
    return _written(stanzas)


def carried_sources(etc: Path, *, release: str, suite: str) -> str | None:
    """Return the same sources for a build of the suite, whose apt runs elsewhere and has no files of this host.

    None where they cannot be taken along: the host has no sources of its release, or one of them leads to the host
    itself (a folder, a list of mirrors, a cache on loopback, a key that cannot be read). A part of them would lack
    packages.
    """
    stanzas = [_carried(stanza) for stanza in _translated(etc, release, suite)]
    whole = [stanza for stanza in stanzas if stanza is not None]
    return _written(whole) if whole and len(whole) == len(stanzas) else None


def _carried(stanza: dict[str, str]) -> dict[str, str] | None:
    if any(_HERE.match(uri) for uri in stanza["URIs"].split()):
        return None
    # A source may be meant for the host's architecture only; the mirror behind it has them all.
    kept = {name: value for name, value in stanza.items() if name != "Architectures"}
    if not (signed_by := stanza.get("Signed-By", "")).startswith("/"):
        return kept
    if Path(signed_by).stem == _DEBIANS_OWN.stem:
        return {**kept, "Signed-By": str(_DEBIANS_OWN)}
    try:
        key = Path(signed_by).read_bytes()
    except OSError:
        return None
    armoured = key.decode("ascii", "replace") if key.lstrip().startswith(b"-----BEGIN") else _armoured(key)
    return {**kept, "Signed-By": "\n" + folded(armoured)}


def _translated(etc: Path, release: str, suite: str) -> list[dict[str, str]]:
    stanzas: list[dict[str, str]] = []
    for source in _host_sources(etc / "apt"):
        pockets = [pocket for pocket in _POCKETS if f"{release}{pocket}" in source.suites]
        if pockets:
            kept = {name: source.fields[key] for key, name in _KEPT_FIELDS.items() if key in source.fields}
            stanza = {
                "Types": "deb",
                "URIs": source.fields["uris"],
                "Suites": " ".join(suite + pocket for pocket in pockets),
                "Components": source.fields.get("components", "main"),
                **kept,
            }
            stanzas.append(stanza)
    return stanzas


def _written(stanzas: list[dict[str, str]]) -> str:
    return "\n".join("".join(f"{name}: {value}\n" for name, value in stanza.items()) for stanza in stanzas)


def _armoured(key: bytes) -> str:
    return (
        f"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{base64.encodebytes(key).decode()}-----END PGP PUBLIC KEY BLOCK-----"
    )


def folded(key: str) -> str:
    """Return the lines of a key as the value of a field: each indented, an empty one marked by a dot."""
    return "\n".join(f" {line.strip() or '.'}" for line in key.strip().splitlines())


def release_addresses(sources: str) -> tuple[str, ...]:
    """Return where the signed statements lie that apt would fetch first, given what `private_sources` returned."""
    return tuple(
        f"{address.rstrip('/')}/dists/{suite}/InRelease"
        for source in _stanzas(sources)
        for address in source.fields["uris"].split()
        for suite in source.suites
    )


def _host_sources(apt: Path) -> Iterator[_Source]:
    parts = sorted((apt / "sources.list.d").glob("*"))
    for path in (apt / "sources.list", *parts):
        if path.suffix in {".list", ".sources"} and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            yield from _stanzas(text) if path.suffix == ".sources" else _lines(text)


def _lines(text: str) -> Iterator[_Source]:
    for line in text.splitlines():
        found = _ONE_LINE.fullmatch(line.partition("#")[0].strip())
        if found:
            options = dict(pair.split("=", 1) for pair in (found["options"] or "").split() if "=" in pair)
            fields = {key.lower(): value.replace(",", " ") for key, value in options.items()}
            fields |= {"uris": found["uri"], "components": found["components"]}
            yield _Source(suites=(found["suite"],), fields=fields)


def _stanzas(text: str) -> Iterator[_Source]:
    for stanza in re.split(r"\n\s*\n", text):
        fields: dict[str, str] = {}
        key = ""
        for line in stanza.splitlines():
            if line.startswith("#"):
                continue
            if line[:1].isspace():
                # A key written into the source itself goes on over many lines; apt wants them as they are.
                fields[key] = f"{fields.get(key, '')}\n{line}"
            elif ":" in line:
                key, _, value = line.partition(":")
                key = key.strip().lower()
                fields[key] = value.strip()
        wanted = "deb" in fields.get("types", "").split() and fields.get("enabled", "yes").lower() != "no"
        if wanted and "uris" in fields:
            yield _Source(suites=tuple(fields.get("suites", "").split()), fields=fields)
