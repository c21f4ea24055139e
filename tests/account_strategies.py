"""Any account of a run that there may be, and texts that would do harm where somebody shows them."""

from typing import Any

from hypothesis import strategies as st
from pydantic import JsonValue

from hubwright.account import (
    SCHEMA,
    Account,
    Became,
    Excerpt,
    ImageAccount,
    ImageChange,
    Moment,
    Offered,
    PackageMove,
    PackageSize,
    Said,
    Shown,
    StartAccount,
    Stretch,
    TrialAccount,
    Wrong,
)
from hubwright.offering import Basis
from hubwright.planned import Layer
from hubwright.verdicts import Standing

# What would break out of Markdown, HTML, XML and a terminal, or call somebody.
HOSTILE = (
    "| a | b |",
    "`` ` `` ```",
    "<script>alert(1)</script><!-- -->",
    "@everyone and #1, !2, https://evil.example www.evil.example me@evil.example",
    "one\n\n# two\r\n- three\n/close",
    "\x1b[31mred\x1b[0m \x00 \x08 \x7f \x9b1m \ufffe \ud800",
    "]]> &amp; &#60; \"quoted\" 'too'",
    "[x](javascript:alert(1)) ![y](http://evil.example/z.png) **b** _i_ ~s~ $m$ :smile: \\| \\",
    "\u202eright to left\u2066",
)

_texts = st.one_of(st.sampled_from([each for each in HOSTILE if "\ud800" not in each]), st.text(max_size=8))
_counts = st.integers(0, 2**53)
_seconds = st.floats(0, 1e6).map(lambda value: round(value, 3))
_json: st.SearchStrategy[JsonValue] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), _texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_texts, inner, max_size=3)),
    max_leaves=6,
)


def _many(kind: type, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(_some(kind, **fields), max_size=2).map(tuple)


def _some(kind: type, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return values of the kind; what is not named is text."""
    named = {name: fields.get(name, _texts) for name in kind.__annotations__}
    return st.builds(kind, **named)


_told = st.lists(_texts, max_size=2).map(tuple)
_maybe = {"digest": st.one_of(st.none(), _texts), "size": st.one_of(st.none(), _counts)}
_offers = _some(Offered, basis=st.sampled_from(Basis), hardware=st.booleans())
_trials = _many(
    TrialAccount,
    passed=st.booleans(),
    hardware=st.booleans(),
    seconds=_seconds,
    evidence=_many(Shown, expected=_json, seen=_json),
    findings=_many(Wrong),
    excerpts=_many(Excerpt, cell=_counts),
)
_changes = _some(
    ImageChange,
    size_before=_counts,
    moved=_many(PackageMove),
    scanned=st.booleans(),
    fixed=_told,
    appeared=_told,
)
accounts: st.SearchStrategy[Account] = _some(
    Account,
    schema=st.just(SCHEMA),
    emitted=st.booleans(),
    images=_many(
        ImageAccount,
        **_maybe,
        parent=st.one_of(st.none(), _texts),
        became=st.sampled_from(Became),
        layers=_many(Layer, size=_counts),
        packages=_many(PackageSize, size=_counts),
        change=st.one_of(st.none(), _changes),
    ),
    starts=_many(
        StartAccount,
        standing=st.sampled_from(Standing),
        rehearsed=st.booleans(),
        seconds=_seconds,
        planned=_told,
        trials=_trials,
        offered=st.one_of(st.none(), _offers),
        history=_many(Said, standing=st.sampled_from(Standing), failed=_told, size=_maybe["size"]),
    ),
    stretches=_many(
        Stretch,
        ready_s=_seconds,
        began_s=_seconds,
        ended_s=_seconds,
        moments=_many(Moment, at_s=_seconds),
    ),
    wrong=_told,
    unread=_told,
)
