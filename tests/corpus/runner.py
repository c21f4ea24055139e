"""Runs the command line under hard limits, and stops it for good when it opens anything below one folder.

    python runner.py FORBIDDEN ARGUMENT...      a process of its own, as at a terminal
    python runner.py                            reads such runs as lines of JSON, and forks for each

The limits are the judge, not a clock: a run that needs more is killed by the kernel. A fork starts with no CPU
time used and everything imported, so its limit is for the case alone.
"""

import importlib
import json
import os
import resource
import runpy
import signal
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

CPU_S = 1
DATA_BYTES = 200 << 20
TRESPASSED = 99
_BROKEN = 98
# A run that sleeps uses no CPU time; nothing comes near this.
_STUCK_S = 120
_PRELOADED = ("difflib", "hubwright.cli.plan", "hubwright.report.problem")


def main(forbidden: str, *arguments: str) -> None:
    """Become `python -m hubwright ARGUMENT...`."""
    _restrict(forbidden)
    sys.argv = ["hubwright", *arguments]
    runpy.run_module("hubwright", run_name="__main__", alter_sys=True)


def serve() -> None:
    """Answer every line with the exit code of its run, as a shell would have it for one that was killed."""
    for module in _PRELOADED:
        importlib.import_module(module)
    for line in sys.stdin:
        run = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _fork(run)
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _fork(run: Mapping[str, Any]) -> NoReturn:
    code = _BROKEN
    try:
        for number, name in ((0, os.devnull), (1, run["stdout"]), (2, run["stderr"])):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), number)
        os.chdir(run["folder"])
        _restrict(run["forbidden"])
        code = importlib.import_module("hubwright.cli").main(run["arguments"])
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - a fork must not go on as a second server
        traceback.print_exc()
    os._exit(code)


def _restrict(forbidden: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_BYTES, DATA_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(_STUCK_S)
    _watch(os.path.realpath(forbidden))


def _watch(forbidden: str) -> None:
    """Look at every path before Python opens it, and at what each descriptor of `os.open` really is.

    A name opened relative to a folder's descriptor says nothing by itself; the kernel knows where it led.
    """

    def stop_below(path: str) -> None:
        if path == forbidden or path.startswith(f"{forbidden}/"):
            os.write(2, f"TRESPASS: {path!r} was opened\n".encode())
            os._exit(TRESPASSED)

    def hook(event: str, details: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(details[0], str):
            stop_below(os.path.realpath(details[0]))

    def open_and_look(*args: Any, **kwargs: Any) -> int:
        descriptor: int = really_open(*args, **kwargs)
        stop_below(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        return descriptor

    really_open = os.open
    sys.addaudithook(hook)
    vars(os)["open"] = open_and_look


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(*sys.argv[1:])
    else:
        serve()
