"""What is nobody's fault inside the image is told apart from what is, and nothing waits for what never comes."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import nbformat
import papermill
import pytest
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Subprotocol

from hubwright.errors import EngineUnreachableError, RehearsalBrokenError
from hubwright.rehearse.interface import Condition, Server
from hubwright.rehearse.judge.connection import KernelConnection
from hubwright.rehearse.judge.examination import Examinations
from hubwright.rehearse.judge.findings import FoundError
from hubwright.rehearse.judge.jupyter import Jupyter
from hubwright.rehearse.judge.wire import PROTOCOL
from judging.bench import WELL, Bench
from judging.case import LIMITS, Case

TRIVIAL = Case(name="trivial", cells=("#!# Text", "1 + 1"))


@pytest.mark.parametrize(
    "condition, expected, seen",
    [
        (replace(WELL, out_of_memory=True), "enough memory", "a process was killed for want of memory"),
        (replace(WELL, restarts=2), "a server that stays up", "2 restarts of its container"),
        (replace(WELL, running=False, exit_code=0), "a server that stays up", "its container ended with exit code 0"),
        (replace(WELL, running=False, exit_code=1), "a server that stays up", "its container ended with exit code 1"),
    ],
)
def test_a_server_that_is_not_well_is_a_finding(bench: Bench, condition: Condition, expected: str, seen: str) -> None:
    trial = bench.judge(TRIVIAL, state=lambda: condition, examinations=Examinations())
    (finding,) = trial.findings
    assert (finding.where, finding.expected, finding.seen) == ("kernel python3", expected, seen)


def test_memory_that_ran_out_while_a_notebook_ran_is_a_finding(bench: Bench) -> None:
    started = time.monotonic()

    def state() -> Condition:
        return replace(WELL, out_of_memory=time.monotonic() > started + 1)

    case = Case(name="grows", cells=("import time\nfor _ in range(40): time.sleep(.1)",))
    (finding,) = bench.judge(case, state=state).findings
    assert finding.seen == "a process was killed for want of memory"


@pytest.mark.parametrize("exit_code", [137, 143])
def test_a_server_that_was_killed_from_outside_is_no_verdict(bench: Bench, exit_code: int) -> None:
    with pytest.raises(RehearsalBrokenError, match=f"killed from outside .exit code {exit_code}."):
        bench.judge(TRIVIAL, state=lambda: replace(WELL, running=False, exit_code=exit_code))


def test_an_engine_that_cannot_be_asked_is_no_verdict(bench: Bench) -> None:
    def state() -> Condition:
        msg = "no answer"
        raise EngineUnreachableError(msg)

    with pytest.raises(EngineUnreachableError):
        bench.judge(TRIVIAL, state=state)


@contextmanager
def listening(answer: bytes | None) -> Iterator[Server]:
    """Stand in for a server that says the same to everyone, or nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        held = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                if answer is None:
                    held.append(connection)
                    continue
                with connection:
                    connection.recv(65536)
                    connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        try:
            yield Server(url=f"http://127.0.0.1:{listener.getsockname()[1]}/", token="")
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for connection in held:
                connection.close()


def _answer(status: str, body: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


@pytest.mark.parametrize(
    "answer",
    [_answer("403 Forbidden"), _answer("502 Bad Gateway", "<html>"), _answer("200 OK", "[1"), b"", b"HTTP/1.1 "],
    ids=["forbidden", "gateway", "nonsense", "closed", "cut"],
)
def test_a_server_that_does_not_answer_as_one_is_no_verdict(bench: Bench, answer: bytes) -> None:
    with listening(answer) as server, pytest.raises(RehearsalBrokenError, match="api/kernelspecs"):
        bench.judge(TRIVIAL, server=server, examinations=Examinations())


def test_a_server_that_says_nothing_is_not_waited_for(bench: Bench) -> None:
    case = replace(TRIVIAL, limits=replace(LIMITS, start_s=1))
    with listening(None) as server, pytest.raises(RehearsalBrokenError, match=r"api/kernelspecs failed: .*timed out"):
        bench.judge(case, server=server, examinations=Examinations())


def test_a_server_that_does_not_read_is_not_waited_for() -> None:
    done = threading.Event()

    def hold(_: ServerConnection) -> None:
        done.wait()

    def talk(jupyter: Jupyter) -> None:
        with jupyter._channels("python3", "1", ends=time.monotonic() + 60, cap=1000) as channels:
            while True:
                KernelConnection(channels).execute("#" * 1_000_000, counted=False)

    with serve(hold, "127.0.0.1", 0, max_queue=1, subprotocols=[Subprotocol(PROTOCOL)]) as deaf:
        threading.Thread(target=deaf.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{deaf.socket.getsockname()[1]}/"
        try:
            with pytest.raises(RehearsalBrokenError, match="the kernel's connection broke"):
                talk(Jupyter(Server(url=url, token="")))
        finally:
            done.set()


def _close(_: ServerConnection) -> None:
    """End the connection as soon as it is there."""


def _babble(connection: ServerConnection) -> None:
    connection.send(b"no message")
    for _ in connection:
        connection.send(b"no message either")


@pytest.mark.parametrize("says, error", [(_close, RehearsalBrokenError), (_babble, FoundError)])
def test_a_kernel_that_is_never_ready_is_told_from_a_connection_that_breaks(
    says: Callable[[ServerConnection], None], error: type[Exception]
) -> None:
    with serve(says, "127.0.0.1", 0, subprotocols=[Subprotocol(PROTOCOL)]) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        jupyter = Jupyter(Server(url=f"http://127.0.0.1:{other.socket.getsockname()[1]}/", token=""))
        with jupyter._channels("python3", "1", ends=time.monotonic() + 60, cap=1000) as channels:
            connection = KernelConnection(channels)
            with pytest.raises(error, match=r"broke|a kernel that is ready in time"):
                connection.get_ready("python3", time.monotonic() + 2)


@pytest.mark.parametrize(
    "status, error, words",
    [(404, FoundError, "404 from its server"), (403, RehearsalBrokenError, "expected a web socket, got 403")],
)
def test_a_socket_that_is_refused_is_the_kernels_fault_or_nobodys(
    status: int, error: type[Exception], words: str
) -> None:
    with listening(_answer(f"{status} No")) as server, pytest.raises(error, match=words):
        _open_channels(server)


def test_a_gateway_that_answers_for_its_server_is_no_verdict() -> None:
    with (
        listening(_answer("502 Bad Gateway")) as server,
        pytest.raises(RehearsalBrokenError, match="expected a kernel"),
    ):
        _start_kernel(server)


def test_a_kernel_that_can_be_called_by_no_name_is_no_verdict() -> None:
    answer = _answer("201 Created", '{"id": "\\ud800"}')
    with listening(answer) as server, pytest.raises(RehearsalBrokenError, match="expected a kernel, got 201"):
        _start_kernel(server)


def _start_kernel(server: Server) -> None:
    with Jupyter(server).kernel("python3", timeout_s=5, cap=1000):
        pass


def test_a_server_of_another_protocol_is_a_finding() -> None:
    with serve(_close, "127.0.0.1", 0) as old:
        threading.Thread(target=old.serve_forever, daemon=True).start()
        server = Server(url=f"http://127.0.0.1:{old.socket.getsockname()[1]}/", token="")
        with pytest.raises(FoundError, match=r"expected the protocol v1\.kernel\.websocket\.jupyter\.org, saw None"):
            _open_channels(server)


def test_a_socket_that_nobody_offers_is_no_verdict() -> None:
    with listening(b"") as server:
        pass
    with pytest.raises(RehearsalBrokenError, match="no web socket"):
        _open_channels(server)


def test_a_socket_that_never_opens_is_a_kernel_that_is_never_ready() -> None:
    with listening(None) as server, pytest.raises(FoundError, match="a kernel that is ready in time"):
        _open_channels(server)


def _open_channels(server: Server) -> None:
    with Jupyter(server)._channels("python3", "1", ends=time.monotonic() + 1, cap=1000):
        pass


def test_a_server_that_is_gone_is_no_verdict_and_what_can_be_asked_later_is_asked_again(bench: Bench) -> None:
    examinations = Examinations()
    with listening(b"") as server:
        pass
    with pytest.raises(RehearsalBrokenError, match="Is the server up"):
        bench.judge(TRIVIAL, server=server, examinations=examinations)
    assert bench.judge(TRIVIAL, examinations=examinations).passed


def test_a_wrong_token_is_no_verdict(bench: Bench, server: Server) -> None:
    with pytest.raises(RehearsalBrokenError, match="got 403"):
        bench.judge(TRIVIAL, server=replace(server, token="stranger"), examinations=Examinations())


def test_a_server_that_dies_with_its_container_is_a_finding(bench: Bench) -> None:
    gone = Condition(running=False, exit_code=1, out_of_memory=False, restarts=0)
    with listening(b"") as server:
        trial = bench.judge(TRIVIAL, server=server, state=lambda: gone, examinations=Examinations())
    (finding,) = trial.findings
    assert finding.seen == "its container ended with exit code 1"


def test_the_end_of_the_rehearsal_ends_a_notebook(bench: Bench) -> None:
    case = Case(name="outlasts", cells=("import time\ntime.sleep(600)",))
    (finding,) = bench.judge(case, ends=time.monotonic() + 1).findings
    assert finding.expected == f"a rehearsal that ends within {LIMITS.rehearsal_s} s"


def test_a_parameter_that_the_notebook_does_not_have_is_no_verdict(bench: Bench) -> None:
    case = Case(name="home", cells=(("home = 1\nuid = 2", {"tags": ["parameters"]}), "home"), parameters={"hom": 1})
    with pytest.raises(RehearsalBrokenError, match=r"home has no parameter 'hom'.* home and uid\. Did you mean home"):
        bench.judge(case)


def test_parameters_in_a_language_that_papermill_does_not_speak_are_no_verdict(bench: Bench) -> None:
    cells = (("int n = 2;", {"tags": ["parameters"]}), "n")
    with pytest.raises(RehearsalBrokenError, match="papermill cannot give parameters to a notebook in java"):
        bench.judge(Case(name="java", kernel="java", cells=cells, parameters={"n": 1}))


def test_a_parameter_that_a_language_has_no_words_for_is_no_verdict(bench: Bench) -> None:
    cells = (("shared=", {"tags": ["parameters"]}), "true")
    with pytest.raises(RehearsalBrokenError, match="cannot give parameters to a notebook in bash: dict type"):
        bench.judge(Case(name="home", kernel="bash", cells=cells, parameters={"shared": [{"path": "/shared"}]}))


def test_the_executed_notebook_holds_what_was_shown_before_it_broke(bench: Bench) -> None:
    case = Case(name="half", cells=("print('before')\n1 / 0", "print('after')"))
    trial = bench.judge(case)
    assert trial.executed is not None
    first, second = nbformat.read(trial.executed, as_version=4).cells
    assert [output.output_type for output in first.outputs] == ["stream", "error"]
    assert second.outputs == []


def test_papermill_knows_the_engine() -> None:
    def perform(index: int, cell: nbformat.NotebookNode) -> bool:
        cell.outputs.append(nbformat.v4.new_output("stream", name="stdout", text=f"{index}"))
        return index < 1

    notebook = nbformat.reads(Case(name="", cells=("a", "b", "c")).notebook(), as_version=4)
    with pytest.raises(papermill.PapermillExecutionError):
        papermill.execute_notebook(notebook, None, engine_name="hubwright", perform=perform, progress_bar=False)


_FLOOD = """\
import re, sys
from pathlib import Path
from hubwright.rehearse.interface import Server
from judging.bench import Bench
from judging.case import Case
bench = Bench(Server(url=sys.argv[1], token=sys.argv[2]), Path(sys.argv[3]))
loud = "display({'text/plain': 'x' * (1 << 20)}, raw=True)"
flood = Case(name="flood", cells=("for _ in range(1024): " + loud,))
assert bench.judge(flood).findings
# The kernel's figure for a child begins with its parent's; this one begins with the program.
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def test_a_flood_of_a_gibibyte_does_not_fill_the_judges_memory(server: Server, tmp_path: Path) -> None:
    argv = [sys.executable, "-c", _FLOOD, server.url, server.token, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) <= 150
