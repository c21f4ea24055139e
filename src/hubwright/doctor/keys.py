"""Whose proofs count, and whether anybody here can sign some."""

from collections.abc import Sequence

from hubwright.doctor.interface import Outcome, fail, ok, warn
from hubwright.words import listed


def no_keys(named: str) -> Outcome:
    """Judge a registry that is shared, where there is no list of keys."""
    return warn(
        f"there is no {named} beside the matrix, so no proof counts: images can be built, and nothing can be offered",
        "docs/proof.md shows how a key is made, and how it is listed",
    )


def keys_outcome(counting: Sequence[str], prefix: str, *, signs: bool | None, variable: str) -> Outcome:
    """Judge the keys that count for a prefix, by their names.

    `signs` is whether the key that the variable names is one of them, and None where it names none.
    """
    if not counting:
        advice = f"List one whose `repositories` is {prefix}, or stands before it"
        return fail(f"no key of the list may speak about {prefix}", advice)
    seen = f"what {listed(counting, conjunction='and')} signed counts for {prefix}"
    if signs is None:
        return warn(f"{seen}; {variable} is not set, so nothing can be signed here", "Only who rehearses needs it")
    if not signs:
        advice = "Add its public half to the list, or name another key"
        return fail(f"{seen}; nobody would accept what the key that {variable} names signs", advice)
    return ok(f"{seen}, and {variable} names one of these")
