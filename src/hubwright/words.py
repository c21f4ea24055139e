"""Small helpers for messages: nearest words, lists in prose, sizes and times, and text made safe for a terminal."""

import re
from collections.abc import Iterable

# Everything a terminal, a log or a reviewer's eye could be misled by: C0, C1 and DEL, line separators,
# zero-width and bidirectional controls, tag characters, noncharacters.
UNSAFE_CLASS = (
    "\x00-\x1f\x7f-\x9f\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f"
)
# Lone surrogates come from file names only; no UTF-8 text holds one, and no JSON file should.
UNSAFE = re.compile(f"[{UNSAFE_CLASS}\ud800-\udfff]")

# As many characters of a digest as tables show; twelve digits are as good as a name.
_SHORT_DIGEST = len("sha256:") + 12

_HALF = re.compile("[\ud800-\udfff]")
_LOGIN = re.compile(r"(?<=//)[^/\s]*@")

_DAY = len("2026-01-31")
_MINUTE_S = 60
_KILO = 1000

# Beyond this many names only the likeliest are compared: a comparison takes some microseconds.
_MANY = 200


def escape(text: str) -> str:
    """Return the text with every misleading character spelled out."""
    return UNSAFE.sub(_spell, text)


def _spell(match: re.Match[str]) -> str:
    return ascii(match[0])[1:-1]


def without_halves(text: str) -> str:
    """Return the text as UTF-8 can hold it: kernels may show half of a pair."""
    return text if text.isascii() else _HALF.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return the text escaped and on one line, its words apart by single spaces."""
    return escape(" ".join(text.split()))


def without_logins(text: str) -> str:
    """Return the text without the user and the password of the addresses in it."""
    return _LOGIN.sub("", text)


def shorten(text: str, limit: int = 60) -> str:
    """Return the text escaped, and cut where it would fill the screen."""
    return escape(text if len(text) <= limit else text[: limit - 1] + "…")


def short_digest(digest: str) -> str:
    """Return the digest as tables and sentences show it."""
    return digest[:_SHORT_DIGEST]


def day_of(time: str) -> str:
    """Return the day of a time such as 2026-01-31T12:00:00Z, or as much of another text as would be one."""
    return time[:_DAY]


def in_minutes(seconds: int) -> str:
    """Return a time in the two units that matter: `50 s`, `2 min 05 s`, `1 h 03 min`."""
    minutes, rest = divmod(seconds, _MINUTE_S)
    if not minutes:
        return f"{rest} s"
    hours, left = divmod(minutes, _MINUTE_S)
    return f"{hours} h {left:02} min" if hours else f"{minutes} min {rest:02} s"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word a person most likely meant, if one is near enough."""
    from difflib import get_close_matches  # noqa: PLC0415 - only paid for when something is wrong already

    by_folded = {candidate.casefold().replace("_", "-"): candidate for candidate in known}
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", word[:100])
    folded = snake.casefold().replace("_", "-")
    if len(by_folded) > _MANY:
        alike = (candidate for candidate in by_folded if candidate[:1] == folded[:1])
        by_length = sorted(alike, key=lambda candidate: abs(len(candidate) - len(folded)))
        by_folded = {candidate: by_folded[candidate] for candidate in by_length[:_MANY]}
    close = get_close_matches(folded, by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def listed(words: Iterable[str], *, conjunction: str = "or", limit: int = 24) -> str:
    """Return `a, b or c`; a long list is cut and says by how much."""
    items = list(words)
    if len(items) > limit:
        return ", ".join(items[:limit]) + f" and {len(items) - limit} more"
    if len(items) < 2:  # noqa: PLR2004 - a list of one needs no conjunction
        return "".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def amount(number: int) -> str:
    """Return the number as a person would take it in."""
    return f"{number:,}" if number < 10**9 else "more than a billion"


def sized(count: int) -> str:
    """Return an amount of bytes in the unit that leaves few digits, three of a large one: `143 MB`, `3.64 GB`."""
    value = float(count)
    for unit in ("B", "kB", "MB"):
        if value < _KILO - 0.5:
            return f"{value:.0f} {unit}"
        value /= _KILO
    # What would be rounded to 10.00 or 100.0 has a digit less.
    decimals = (value < 9.995) + (value < 99.95)  # noqa: PLR2004 - see above
    return f"{value:,.{decimals}f} GB"


def resized(before: int, after: int) -> str:
    """Return how much larger or smaller it is than before."""
    if before == after:
        return "same size"
    return f"{'+' if after > before else '−'}{sized(abs(after - before))}"  # noqa: RUF001 - a minus as wide as a plus


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Did you mean x?`, or nothing where no known word is near."""
    near = nearest(word, known)
    return f" Did you mean {near}?" if near else ""
