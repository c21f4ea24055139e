"""Kernels that misbehave, each in a way of its own: run as a program, with the name of the way."""

import contextlib
import io
import os
import sys
from types import SimpleNamespace
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel

CHECK_TYPE = "application/vnd.hubwright.check+json"
MODE = sys.argv.pop(1) if __name__ == "__main__" else "honest"


class Wrapper(Kernel):
    """Runs Python by itself; where its mode does not say otherwise, it is honest."""

    implementation = "wrapper"
    implementation_version = "1"
    banner = "wrapper"
    language_info = {"name": "python", "mimetype": "text/x-python", "file_extension": ".py"}  # noqa: RUF012 - as its base

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.names: dict[str, Any] = {"display": self.display}
        if MODE == "java":
            # What prints a sum in Java happens to be Python, too.
            self.names["System"] = SimpleNamespace(out=SimpleNamespace(println=print))
        if MODE == "r":
            self.names |= {"cat": print, "sprintf": lambda text, value: text % value}

    def display(self, data: dict[str, Any], *, raw: bool) -> None:
        assert raw
        if MODE == "forging" and CHECK_TYPE in data:
            data[CHECK_TYPE]["seen"] = data[CHECK_TYPE]["expected"]
        self.send_response(self.iopub_socket, "display_data", {"data": data, "metadata": {}})

    async def do_execute(self, code: str, *_: Any, **__: Any) -> dict[str, Any]:
        ok = {"status": "ok", "execution_count": self.count(), "payload": [], "user_expressions": {}}
        if MODE == "unrun":
            return ok
        if MODE == "echo":
            self.say("stdout", code)
            return ok
        if MODE == "stray":
            evidence = {"data": {CHECK_TYPE: {"check": "a", "expected": 1, "seen": 1}}, "metadata": {}}
            assert self.session is not None
            self.session.send(self.iopub_socket, "display_data", evidence, parent=None)
        if MODE == "nonsense":
            self.send_response(self.iopub_socket, "stream", {"name": "stdout"})
        if MODE == "deep":
            self.send_response(self.iopub_socket, "display_data", {"data": {"text/plain": _deep()}, "metadata": {}})
        if MODE == "stray-error":
            told = {"ename": "OSError", "evalue": "from nowhere", "traceback": []}
            assert self.session is not None
            self.session.send(self.iopub_socket, "error", told, parent=None)
        if MODE == "late-aborted" and "late" in code:
            return {"status": "aborted"}
        if MODE == "late-mute" and "late" in code:
            return {"status": "error", "ename": "OSError", "evalue": "said nowhere else"}
        if (MODE == "sumless" and "+" in code) or (MODE == "unprepared" and "_prelude" in code):
            return self.fail(OSError("not that"), ok)
        error = self.run(code)
        return self.fail(error, ok) if error else ok

    def count(self) -> Any:
        return {"uncounted": None, "repeated": 1, "text": "1"}.get(MODE, self.execution_count)

    def run(self, code: str) -> BaseException | None:
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                exec(code, self.names)  # noqa: S102 - that is what a kernel is
        except BaseException as error:  # noqa: BLE001 - a kernel outlives what it runs
            return error
        finally:
            self.say("stdout", printed.getvalue())
        return None

    def fail(self, error: BaseException, ok: dict[str, Any]) -> dict[str, Any]:
        told = {"ename": type(error).__name__, "evalue": str(error), "traceback": []}
        if MODE == "result":
            result = {"data": {"text/plain": f"Error: {error}"}, "metadata": {}, "execution_count": 1}
            self.send_response(self.iopub_socket, "execute_result", result)
        elif MODE == "stderr":
            self.say("stderr", f"{error}\n")
        elif MODE != "mute":
            self.send_response(self.iopub_socket, "error", told)
        if MODE in {"result", "stderr", "cheerful"}:
            return ok
        if MODE == "aborted":
            return {"status": "aborted"}
        return {"status": "error", "execution_count": self.count(), **told}

    def say(self, stream: str, text: str) -> None:
        if text:
            self.send_response(self.iopub_socket, "stream", {"name": stream, "text": text})

    def _publish_status(self, status: str, channel: str, parent: Any = None) -> None:
        executing = (parent or self.get_parent(channel)).get("header", {}).get("msg_type") == "execute_request"
        if not (MODE == "busy" and status == "idle" and executing):
            super()._publish_status(status, channel, parent)


def _deep() -> Any:
    value: Any = "deep"
    for _ in range(200):
        value = [value]
    return value


if __name__ == "__main__":
    if MODE == "dying":
        os._exit(3)
    IPKernelApp.launch_instance(kernel_class=Wrapper)
