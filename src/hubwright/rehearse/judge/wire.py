"""Messages to and from a kernel as they travel on a web socket (`v1.kernel.websocket.jupyter.org`).

What comes in was written by the image under test: nothing of it is taken for granted.
"""

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from hubwright.frozen import dataclass
from hubwright.nesting import is_deeper

PROTOCOL = "v1.kernel.websocket.jupyter.org"
_WORD = 8
# The channel, then header, parent header, metadata and content; buffers may follow.
_PARTS = 5
# Far beyond any output, and far from where Python itself gives up.
_DEPTH = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What a kernel, or its server, said; `parent` is the request that it answers, empty where it answers none."""

    kind: str
    parent: str
    content: Mapping[str, Any]


def encode(channel: str, header: Mapping[str, object], content: Mapping[str, object]) -> bytes:
    parts = [channel.encode(), *(json.dumps(part).encode() for part in (header, {}, {}, content))]
    offsets = [_WORD * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    words = [len(offsets), *offsets]
    return b"".join([*(word.to_bytes(_WORD, "little") for word in words), *parts])


def decode(frame: bytes | str) -> Message:
    """Return the message in a frame; ValueError where it is none."""
    if isinstance(frame, str):
        msg = "text where bytes belong"
        raise ValueError(msg)  # noqa: TRY004 - the frame is wrong, not the call
    count = int.from_bytes(frame[:_WORD], "little")
    if not _PARTS < count <= len(frame) // _WORD:
        msg = f"a frame of {count} offsets"
        raise ValueError(msg)
    offsets = [int.from_bytes(frame[_WORD * n : _WORD * (n + 1)], "little") for n in range(1, _PARTS + 2)]
    parts = [frame[start:end] for start, end in pairwise(offsets)]
    header, parent, _, content = (_loads(part) for part in parts[1:])
    match header, parent, content:
        case {"msg_type": str(kind)}, dict(), dict():
            asked = parent.get("msg_id")
            return Message(kind=kind, parent=asked if isinstance(asked, str) else "", content=content)
        case _:
            msg = "a message without a type, a parent or a content"
            raise ValueError(msg)


def _loads(part: bytes) -> object:
    msg = f"JSON that is deeper than {_DEPTH}"
    try:
        value: object = json.loads(part)
    except RecursionError as error:
        raise ValueError(msg) from error
    if part.count(b"{") + part.count(b"[") > _DEPTH and is_deeper(value, _DEPTH):
        raise ValueError(msg)
    return value
