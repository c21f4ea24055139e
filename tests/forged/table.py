"""Every proof that must not be accepted."""

from forged.making import Row
from forged.objects import manifests
from forged.signatures import signatures, types
from forged.statements import statements, verdicts
from forged.wrappings import envelopes


def forgeries() -> tuple[Row, ...]:
    """Return what must not be accepted."""
    return (*signatures(), *types(), *statements(), *verdicts(), *envelopes(), *manifests())
