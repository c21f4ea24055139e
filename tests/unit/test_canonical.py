from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from hubwright.canonical import canonical_bytes, canonical_sha256

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_LARGEST = 2**53 - 1
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-_LARGEST, _LARGEST) | _TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(_TEXT, inner),
)


@given(_VALUES)
def test_agrees_with_rfc_8785(value: Any) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [0.5, 2**53, b"bytes", {1: "one"}, {"nested": [1.0]}, object()])
def test_refuses_what_has_no_single_spelling(value: object) -> None:
    with pytest.raises(TypeError, match="has no canonical form"):
        canonical_bytes(value)  # type: ignore[arg-type] # the point of the test


def test_keys_are_ordered_by_utf_16_code_units() -> None:
    smiley, late_in_the_plane = "\U0001f600", "\ufb33"
    expected = f'{{"{smiley}":1,"{late_in_the_plane}":2}}'
    assert canonical_bytes({late_in_the_plane: 2, smiley: 1}) == expected.encode()


def test_tuples_are_lists() -> None:
    assert canonical_sha256(("a", 1)) == canonical_sha256(["a", 1])
