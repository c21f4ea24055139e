"""Every proof that must not be accepted."""

from collections.abc import Mapping

from forged.making import Row
from forged.objects import manifests
from forged.signatures import signatures, types
from forged.statements import statements, verdicts
from forged.wrappings import envelopes


def forgeries() -> tuple[Row, ...]:
    """Return what must not be accepted."""
    return (*signatures(), *types(), *statements(), *verdicts(), *envelopes(), *manifests())


# What others were caught by, and the row that has its shape. Where what was verified was not what was used
# (CVE-2022-47633, CVE-2026-122321, GHSA-3hfq-cx9j-923w, GHSA-mf7q-r4rv-jv94), it takes a registry to show.
ADVISORIES: Mapping[str, str] = {
    "CVE-2022-35929": "provenance signed with our key",
    "CVE-2022-36056": "the signature of another statement",
    "CVE-2026-22703": "a stranger's key with an entry of a log",
    "CVE-2026-31830": "a digest of another image",
    "CVE-2026-39395": "no JSON, properly signed",
}
