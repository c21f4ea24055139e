"""The places that a machine's apt fetches from, read and written anew for one release."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hubwright.errors import PackageError

# Pockets of a release that hold newer packages of the same release; backports are a choice of the host's own.
_POCKETS = ("", "-updates", "-security")
# `deb [signed-by=/a arch=amd64] mirror suite component component`
_ONE_LINE = re.compile(r"deb\s+(?:\[(?P<options>[^\]]*)\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>\S.*)")
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
    stanzas: list[str] = []
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
            stanzas.append("".join(f"{name}: {value}\n" for name, value in stanza.items()))
    if not stanzas:
        msg = f"no source under {etc / 'apt'} offers the packages of {release}; apt-get needs one to fetch from"
        raise PackageError(msg)
    return "\n".join(stanzas)


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
