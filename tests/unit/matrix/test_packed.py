"""What is kept of a matrix is the matrix, or nothing."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright.matrix.load import load_matrix
from hubwright.matrix.packed import pack, unpack
from matrix_text import write
from strategies import STEADY, STEADY_FEW, matrices

ROOT = Path(__file__).parents[3]
SHIPPED = load_matrix((ROOT / "matrix.yaml").read_bytes(), "matrix.yaml")
PACKED = pack(SHIPPED, b"key")


def test_the_shipped_matrix_comes_back_as_it_was() -> None:
    again = unpack(PACKED, b"key")
    assert again == SHIPPED
    # Equal is not enough: text that remembers its place is equal to text, and the order of a mapping is none of it.
    assert repr(again) == repr(SHIPPED)


@STEADY_FEW
@given(matrices())
def test_any_matrix_comes_back_as_it_was(instance: dict[str, Any]) -> None:
    matrix = load_matrix(write(instance).text.encode(), "matrix.yaml")
    again = unpack(pack(matrix, b"key"), b"key")
    assert repr(again) == repr(matrix)
    assert again == matrix


@pytest.mark.parametrize("key", [b"", b"kez", b"key "])
def test_it_comes_back_for_nobody_with_another_key(key: bytes) -> None:
    assert unpack(PACKED, key) is None


@STEADY
@given(st.integers(0, len(PACKED) - 1), st.integers(1, 255))
def test_nothing_comes_of_it_where_a_bit_is_not_as_it_was(place: int, change: int) -> None:
    damaged = bytearray(PACKED)
    damaged[place] ^= change
    assert unpack(bytes(damaged), b"key") is None


@STEADY
@given(st.integers(0, len(PACKED) - 1))
def test_nothing_comes_of_it_where_something_is_missing_or_too_much(length: int) -> None:
    assert unpack(PACKED[:length], b"key") is None
    assert unpack(PACKED + PACKED[: length + 1], b"key") is None


@STEADY
@given(st.binary())
def test_nothing_comes_of_anything_else(written: bytes) -> None:
    assert unpack(written, b"key") is None
