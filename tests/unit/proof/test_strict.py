import pytest

from hubwright.proof.strict import Refused, read_json


@pytest.mark.parametrize("depth, accepted", [(8, True), (9, False)])
def test_nesting_has_a_limit(depth: int, accepted: bool) -> None:  # noqa: FBT001 - a column of the table
    body = b"[" * depth + b"]" * depth

    if accepted:
        assert read_json(body, limit=100, what="it") is not None
    else:
        with pytest.raises(Refused, match="it is nested deeper than 8 levels"):
            read_json(body, limit=100, what="it")


def test_size_has_a_limit() -> None:
    assert read_json(b"[ ]", limit=3, what="it") == []
    with pytest.raises(Refused, match="it has 4 bytes; at most 3 are read"):
        read_json(b"[  ]", limit=3, what="it")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff", b"1.0", b"1e3", b"NaN", b"-Infinity", b'{"a":1,"a":1}', b"[" * 99_999]
)
def test_what_readers_could_differ_about_is_refused(body: bytes) -> None:
    with pytest.raises(Refused, match="it is not strict JSON"):
        read_json(body, limit=2**20, what="it")


def test_the_rest_is_json() -> None:
    assert read_json(b'{"a": [1, null, true, "x"]}', limit=100, what="it") == {"a": [1, None, True, "x"]}
