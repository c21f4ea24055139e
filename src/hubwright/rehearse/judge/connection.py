"""One kernel's web socket: requests out, messages in."""

import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from hubwright.errors import RehearsalBrokenError
from hubwright.rehearse.judge.findings import FoundError, found
from hubwright.rehearse.judge.wire import Message, decode, encode

_TOO_BIG = 1009


class KernelConnection:
    """One kernel's web socket."""

    def __init__(self, channels: ClientConnection) -> None:
        self._socket = channels
        self._session = uuid4().hex

    def execute(self, code: str, *, counted: bool) -> str:
        """Ask the kernel to run code, and return the request's name; `counted` is whether it numbers it as a cell."""
        content = {
            "code": code,
            "silent": False,
            "store_history": counted,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": True,
        }
        return self._send("execute_request", content)

    def receive(self, timeout_s: float) -> tuple[int, Message] | None:
        """Return the next message and its size, or None if none comes in time; ValueError for what is none."""
        try:
            frame = self._socket.recv(timeout=max(timeout_s, 0), decode=False)
        except TimeoutError:
            return None
        except ConnectionClosed as error:
            if error.sent is not None and error.sent.code == _TOO_BIG:
                msg = "a message beyond the cap on output"
                raise OverflowError(msg) from error
            msg = f"the kernel's connection broke: {error}"
            raise RehearsalBrokenError(msg) from error
        self._acknowledge()
        return len(frame), decode(frame)

    def get_ready(self, name: str, ends: float) -> None:
        """Return when the kernel has been heard on both of its channels: before that, what it says may be lost."""
        heard: set[str] = set()
        asked: set[str] = set()
        while not {"kernel_info_reply", "status"} <= heard:
            if time.monotonic() > ends:
                raise never_ready(name)
            asked.add(self._send("kernel_info_request", {}))
            again = min(time.monotonic() + 1, ends)
            while not {"kernel_info_reply", "status"} <= heard and (left := again - time.monotonic()) > 0:
                if (got := self._receive_leniently(left)) and got.parent in asked:
                    heard.add(got.kind)

    def _acknowledge(self) -> None:
        """Have what came acknowledged at once.

        Servers hold a small message back until the last one is acknowledged, and systems take 40 ms for that: as long
        as most cells run.
        """
        # Other systems than Linux have no such option.
        with suppress(OSError, AttributeError):
            self._socket.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def _receive_leniently(self, timeout_s: float) -> Message | None:
        # What a kernel says before it is asked anything is judged by nobody.
        with suppress(ValueError, OverflowError):
            got = self.receive(timeout_s)
            return got[1] if got else None
        return None

    def _send(self, kind: str, content: Mapping[str, object]) -> str:
        header = {
            "msg_id": uuid4().hex,
            "session": self._session,
            "username": "judge",
            "date": datetime.now(UTC).isoformat(),
            "msg_type": kind,
            "version": "5.3",
        }
        try:
            self._socket.send(encode("shell", header, content))
        except (ConnectionClosed, OSError) as error:
            msg = f"the kernel's connection broke: {error}"
            raise RehearsalBrokenError(msg) from error
        return header["msg_id"]


def never_ready(name: str) -> FoundError:
    return found(
        f"kernel {name}",
        "a kernel that is ready in time",
        "no answer from it",
        "Start the kernel in the image by hand: its own words are in the server's log.",
    )
