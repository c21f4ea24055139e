"""One kernel in use: requests one after the other, each with its deadline, and caps on all that it says."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from nbformat.notebooknode import NotebookNode

from hubwright.frozen import dataclass
from hubwright.limits import Limits
from hubwright.rehearse.judge.connection import KernelConnection
from hubwright.rehearse.judge.findings import Watch, found
from hubwright.rehearse.judge.hearing import Hearing
from hubwright.rehearse.judge.jupyter import Jupyter
from hubwright.rehearse.judge.wire import Message

_POLL_S = 1.0
# What jupyter_server says when it drops output, and of a kernel whose process has ended.
_DROPPED = re.compile(r"\s*IOPub (data|message) rate exceeded\.")
_DEAD = frozenset({"restarting", "autorestarting", "dead"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """A moment on the monotonic clock, and the words for what ends there."""

    at: float
    what: str


def within(limits: Limits) -> Deadline:
    """Return the deadline of a cell that begins now."""
    return Deadline(at=time.monotonic() + limits.cell_s, what=f"an end within {limits.cell_s} s")


class Kernel:
    """A kernel that is ready; `stray` is what it said that answers no request."""

    def __init__(self, connection: KernelConnection, watch: Watch, limits: Limits) -> None:
        self._connection = connection
        self._watch = watch
        self._limits = limits
        self._displays: dict[str, list[NotebookNode]] = {}
        self._bytes = self._messages = 0
        self.stray = Hearing(request="", displays={})

    def ask(
        self,
        code: str,
        where: str,
        *deadlines: Deadline,
        counted: bool = False,
        outputs: list[NotebookNode] | None = None,
    ) -> Hearing:
        """Return all that the kernel says about the code; FoundError if it dies, hangs, floods or talks nonsense.

        `outputs` is filled while they come. `counted` is whether the kernel is to number it as a cell.
        """
        request = self._connection.execute(code, counted=counted)
        hearing = Hearing(request=request, displays=self._displays, outputs=[] if outputs is None else outputs)
        self._hear(hearing, where, lambda: hearing.reply is not None, min(deadlines, key=lambda d: d.at))
        settle = Deadline(
            at=time.monotonic() + self._limits.settle_s,
            what=f"an idle kernel {self._limits.settle_s} s after its reply",
        )
        self._hear(hearing, where, lambda: hearing.idle, settle)
        return hearing

    def _hear(self, hearing: Hearing, where: str, done: Callable[[], bool], deadline: Deadline) -> None:
        while not done():
            self._watch.look(where)
            left = deadline.at - time.monotonic()
            if left <= 0:
                raise found(where, deadline.what, "still running", "Find what it waits for, or let it do less.")
            message = self._receive(where, min(left, _POLL_S))
            if message is not None:
                self._take(hearing, where, message)

    def _receive(self, where: str, timeout_s: float) -> Message | None:
        limits = self._limits
        try:
            got = self._connection.receive(timeout_s)
        except OverflowError:
            self._bytes = limits.output_bytes + 1
            got = None
        except ValueError as error:
            raise found(where, "messages of the Jupyter protocol", str(error)) from error
        if got is not None:
            self._bytes += got[0]
            self._messages += 1
        if self._bytes > limits.output_bytes or self._messages > limits.output_messages:
            cap = f"at most {limits.output_bytes:,} bytes in {limits.output_messages:,} messages"
            raise found(where, cap, "more", "Let the notebook print less.")
        return got[1] if got else None

    def _take(self, hearing: Hearing, where: str, message: Message) -> None:
        if message.kind == "status" and message.content.get("execution_state") in _DEAD:
            self._watch.look_now(where)
            raise found(where, "a kernel that lives on", "the kernel's process ended")
        if message.kind == "stream" and _DROPPED.match(str(message.content.get("text"))):
            # What the server holds back may have been evidence, or an error.
            raise found(
                where,
                "output that its server passes on",
                "more than it does, and it dropped some",
                "Let the notebook print less.",
            )
        try:
            (hearing if message.parent == hearing.request else self.stray).take(message)
        except ValueError as error:
            raise found(where, "messages of the Jupyter protocol", str(error)) from error


@contextmanager
def open_kernel(jupyter: Jupyter, name: str, *, watch: Watch, limits: Limits) -> Iterator[Kernel]:
    with jupyter.kernel(name, timeout_s=limits.start_s, cap=limits.output_bytes) as connection:
        yield Kernel(connection, watch, limits)
