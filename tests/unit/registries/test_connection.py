import socket
from collections.abc import Iterator

import pytest

from hubwright.registries.connection import BudgetSocket


@pytest.fixture
def pair() -> Iterator[tuple[BudgetSocket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield BudgetSocket(ours, expires=None), theirs


def test_what_is_used_up_is_used_up_for_every_call(pair: tuple[BudgetSocket, socket.socket]) -> None:
    ours, theirs = pair
    theirs.sendall(b"there to be read")
    reader = ours.makefile("rb")

    ours.settimeout(0)

    with pytest.raises(TimeoutError, match="used up"):
        reader.read1(1)
    with pytest.raises(TimeoutError, match="used up"):
        ours.sendall(b"x")
    reader.close()


def test_without_a_limit_nothing_is_used_up(pair: tuple[BudgetSocket, socket.socket]) -> None:
    ours, theirs = pair
    ours.settimeout(0)
    ours.settimeout(None)

    ours.sendall(b"question")
    theirs.sendall(b"answer")

    assert theirs.recv(100) == b"question"
    with ours.makefile("rb") as reader:
        assert reader.read(6) == b"answer"


def test_one_limit_holds_for_all_reads_together(pair: tuple[BudgetSocket, socket.socket]) -> None:
    ours, theirs = pair
    ours.settimeout(0.05)
    reader = ours.makefile("rb")

    def read_for_ever() -> None:
        while True:
            theirs.sendall(b".")
            assert reader.read1(1) == b"."

    with pytest.raises(TimeoutError):
        read_for_ever()
    reader.close()
