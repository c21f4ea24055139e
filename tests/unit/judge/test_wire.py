import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright.rehearse.judge.wire import Message, decode, encode


def frame(*parts: bytes) -> bytes:
    """Write a frame as a server does: the channel, four parts, and perhaps buffers."""
    whole = [b"iopub", *parts]
    offsets = [8 * (len(whole) + 2)]
    for part in whole:
        offsets.append(offsets[-1] + len(part))
    return b"".join([len(offsets).to_bytes(8, "little"), *(n.to_bytes(8, "little") for n in offsets), *whole])


HEADER, PARENT = b'{"msg_type": "stream"}', b'{"msg_id": "1"}'


def test_a_message_is_read() -> None:
    read = decode(frame(HEADER, PARENT, b"{}", b'{"text": "a"}', b"a buffer"))
    assert read == Message(kind="stream", parent="1", content={"text": "a"})


@pytest.mark.parametrize("parent", [b"{}", b'{"msg_id": 5}'])
def test_a_message_may_answer_nothing(parent: bytes) -> None:
    assert decode(frame(HEADER, parent, b"{}", b"{}")).parent == ""


def test_what_is_sent_can_be_read() -> None:
    sent = encode("shell", {"msg_type": "execute_request", "msg_id": "1"}, {"code": "ü"})
    assert decode(sent) == Message(kind="execute_request", parent="", content={"code": "ü"})


@pytest.mark.parametrize(
    "bad, why",
    [
        ("text", "text where bytes belong"),
        (b"", "a frame of 0 offsets"),
        (b"\xff" * 64, "a frame of 18446744073709551615 offsets"),
        (frame(HEADER, PARENT, b"{}"), "a frame of 5 offsets"),
        (frame(HEADER, PARENT, b"{}", b"{"), "Expecting"),
        (frame(HEADER, PARENT, b"{}", b"[]"), "without a type, a parent or a content"),
        (frame(b"{}", PARENT, b"{}", b"{}"), "without a type"),
        (frame(HEADER, b"null", b"{}", b"{}"), "without a type"),
        (
            frame(HEADER, PARENT, b"{}", b"[" * 150 + b"]" * 150),
            "deep",
        ),
        (frame(HEADER, PARENT, b"{}", b'{"a":' * 150 + b"1" + b"}" * 150), "deep"),
        (frame(HEADER, PARENT, b"{}", b"[" * 100_000), "deep"),
    ],
)
def test_what_is_no_message_is_refused(bad: bytes | str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        decode(bad)


def test_many_brackets_are_not_deep() -> None:
    content = json.dumps({"a": [{"b": [1]}] * 500}).encode()
    assert len(decode(frame(HEADER, PARENT, b"{}", content)).content["a"]) == 500


@given(st.binary(max_size=200))
def test_noise_is_refused_and_nothing_worse(noise: bytes) -> None:
    with pytest.raises(ValueError, match=r"a frame of|Expecting|codec|without"):
        decode(noise)
