"""`pins.yaml`: the images that people decided to offer until they say otherwise, in git beside the matrix."""

import json
from collections.abc import Collection, Mapping

from hubwright.errors import PinsError
from hubwright.offering import Pin
from hubwright.registries.interface import is_digest
from hubwright.words import UNSAFE, did_you_mean, shorten
from hubwright.written.form import Form
from hubwright.written.read import Kind

_KIND = Kind(name="list of pins", error=PinsError)
_FIELDS = ("digest", "because")
_REASON_LIMIT = 200
_HEAD = """\
# The images that profiles are offered with until somebody says otherwise. `hubwright rollback` writes this file;
# review it like the matrix. What a pin names has to be proven, or its profile is withheld.
version: 1
"""


def read_pins(data: bytes, file: str) -> dict[str, Pin]:
    """Return the pins by the slug of their profile, or raise PinsError at the first thing that is wrong."""
    form = Form(data, file, _KIND)
    pins = {}
    for slug, node in form.entries("pins").items():
        place = ("pins", slug)
        given = form.fields(node, place, required=_FIELDS, known=_FIELDS)
        if not is_digest(given["digest"]):
            form.fail((*place, "digest"), "expected a whole digest, sha256: and 64 hexadecimal digits")
        if wrong := why_no_reason(given["because"]):
            form.fail((*place, "because"), wrong)
        pins[slug] = Pin(digest=given["digest"], because=given["because"])
    return pins


def require_known(data: bytes, file: str, slugs: Collection[str]) -> None:
    """Raise PinsError where a pin is about no profile: its user would wonder why it does nothing."""
    form = Form(data, file, _KIND)
    for slug in form.entries("pins"):
        if slug not in slugs:
            hint = did_you_mean(slug, slugs) or f" `hubwright rollback {shorten(slug)} --undo` takes the pin out"
            form.fail(("pins", slug), f"there is no profile {shorten(slug)}.{hint}", on_key=True)


def why_no_reason(text: str) -> str | None:
    """Return what keeps the text from being the reason of a pin, or None where it is one."""
    if not text.strip():
        return "expected the reason, for whoever wonders about it"
    if len(text) > _REASON_LIMIT or UNSAFE.search(text):
        return f"expected one line of at most {_REASON_LIMIT} characters"
    return None


def write_pins(pins: Mapping[str, Pin]) -> bytes:
    """Return the one text for these pins; their reasons are such as `why_no_reason` has nothing against."""
    entries = "".join(
        # What JSON writes in quotes is read by YAML as the same text.
        f"  {slug}:\n    digest: {pin.digest}\n    because: {json.dumps(pin.because, ensure_ascii=False)}\n"
        for slug, pin in sorted(pins.items())
    )
    return (_HEAD + (f"pins:\n{entries}" if entries else "pins: {}\n")).encode()
