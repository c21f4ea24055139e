"""A proxy before a registry that breaks the requests a test picks."""

import http.client
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum

from fakes.web import Broken, Reply, Request, WebServer, serve


class Fault(StrEnum):
    STATUS_500 = "500"
    STATUS_503 = "503 with Retry-After"
    STATUS_429 = "429"
    RESET_BEFORE = "reset before it arrives"
    RESET_AFTER = "reset after it was done"
    HANG = "no answer"
    TRICKLE = "one byte a second"
    TRUNCATE = "answer cut off"
    FLIP = "one bit of the body altered"


# The number of the request, from 0, and the request.
Pick = Callable[[int, Request], Fault | None]


def only(number: int, fault: Fault) -> Pick:
    return lambda current, _: fault if current == number else None


def onward_from(number: int, fault: Fault) -> Pick:
    return lambda current, _: fault if current >= number else None


def never(_number: int, _request: Request) -> None:
    """Break nothing."""


@contextmanager
def fault_proxy(upstream: str, pick: Pick) -> Iterator[WebServer]:
    """Pass requests on to `upstream` (host:port), but for the faults that are picked.

    The requests are counted as they arrive, so a pick by number wants a client that makes one at a time.
    """

    def answer(request: Request) -> Reply | Broken:
        return breaking(pick, len(server.requests) - 1, request, lambda each: forward(upstream, each))

    with serve(answer) as server:
        yield server


def breaking(pick: Pick, number: int, request: Request, answer: Callable[[Request], Reply]) -> Reply | Broken:
    """Return the answer to the request of this number, broken as is picked for it."""
    fault = pick(number, request)
    return _before(fault) or _after(fault, request, answer(request))


def _before(fault: Fault | None) -> Reply | Broken | None:
    match fault:
        case Fault.STATUS_500:
            return Reply(status=500, body=b"something broke")
        case Fault.STATUS_503:
            return Reply(status=503, headers={"Retry-After": "1"})
        case Fault.STATUS_429:
            return Reply(status=429)
        case Fault.RESET_BEFORE:
            return Broken(reset=True)
        case Fault.HANG:
            return Broken(hang=True)
        case _:
            return None


def _after(fault: Fault | None, request: Request, reply: Reply) -> Reply | Broken:
    wire = reply.encode(request.method)
    body = reply.body if request.method != "HEAD" else b""
    match fault:
        case Fault.RESET_AFTER:
            return Broken(reset=True)
        case Fault.TRICKLE:
            return Broken(data=wire, a_byte_each_s=1)
        case Fault.TRUNCATE:
            # In the middle of the body, or of the headers where there is none.
            return Broken(data=wire[: len(wire) - len(body) // 2] if body else wire[: len(wire) // 2])
        case Fault.FLIP if body:
            middle = len(wire) - len(body) // 2 - 1
            return Broken(data=wire[:middle] + bytes([wire[middle] ^ 1]) + wire[middle + 1 :])
        case _:
            return reply


def forward(upstream: str, request: Request) -> Reply:
    """Return what the server at `upstream` (host:port) answers to the request."""
    # A timeout, for the day that the registry itself is what hangs.
    connection = http.client.HTTPConnection(upstream, timeout=30)
    try:
        connection.request(request.method, request.path, body=request.body, headers=dict(request.headers))
        response = connection.getresponse()
        headers = {
            name: value
            for name, value in response.getheaders()
            if name.lower() not in {"transfer-encoding", "connection"}
        }
        return Reply(status=response.status, headers=headers, body=response.read())
    finally:
        connection.close()
