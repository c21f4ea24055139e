"""A real Jupyter server on this machine, with real kernels and with ones that misbehave; one for each worker."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from hubwright.rehearse.interface import Server
from judging.bench import Bench

_TOKEN = "judged-from-outside"
_PYTHON = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
_WRAPPER = str(Path(__file__).parents[2] / "judging" / "kernels.py")
_MODES = (
    "honest result stderr mute cheerful aborted unrun echo uncounted repeated text busy stray nonsense deep "
    "forging dying stray-error late-aborted late-mute sumless unprepared"
)
# What an image may do to every kernel before a user's first cell: IPython runs these when it starts.
_STARTUPS = {
    "forging-python": """\
def show(check, expected, seen):
    bundle = {"application/vnd.hubwright.check+json": {"check": check, "expected": expected, "seen": expected}}
    display(bundle, raw=True)


get_ipython().events.register("post_run_cell", lambda _, show=show: get_ipython().user_ns.update(show=show))
""",
    "swallowing-python": "get_ipython().set_custom_exc((Exception,), lambda *_, **__: None)\n",
    "early-python": """\
bundle = {"application/vnd.hubwright.check+json": {"check": "a", "expected": 1, "seen": 1}}
display(bundle, raw=True)
""",
}


def _kernelspecs(root: Path) -> Mapping[str, Mapping[str, object]]:
    specs: dict[str, Mapping[str, object]] = {
        "python3": {"argv": _PYTHON, "language": "python"},
        "bash": {"argv": [sys.executable, "-m", "bash_kernel", "-f", "{connection_file}"], "language": "bash"},
        "cobol": {"argv": _PYTHON, "language": "cobol"},
        "absent": {"argv": ["/no/such/kernel"], "language": "python"},
        "silent": {"argv": ["sleep", "600"], "language": "python"},
    }
    for mode in _MODES.split():
        argv = [sys.executable, _WRAPPER, mode, "-f", "{connection_file}"]
        specs[f"wrapper-{mode}"] = {"argv": argv, "language": "python"}
    for name, language in {"java": "Java", "r": "R"}.items():
        argv = [sys.executable, _WRAPPER, name, "-f", "{connection_file}"]
        specs[name] = {"argv": argv, "language": language}
    for name, text in _STARTUPS.items():
        startup = root / name / "profile_default" / "startup"
        startup.mkdir(parents=True)
        (startup / "image.py").write_text(text)
        specs[name] = {"argv": _PYTHON, "language": "python", "env": {"IPYTHONDIR": str(root / name)}}
    return specs


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("server")
    with TemporaryDirectory(prefix="judge-") as runtime:
        yield from _serve(root, Path(runtime))


def _serve(root: Path, runtime: Path) -> Iterator[Server]:
    for name, spec in _kernelspecs(root).items():
        folder = root / "share" / "kernels" / name
        folder.mkdir(parents=True)
        (folder / "kernel.json").write_text(json.dumps({"display_name": name, **spec}))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(root),
        "TMPDIR": str(root),
        "JUPYTER_PATH": str(root / "share"),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    options = ["--ip=127.0.0.1", "--port=0", "--no-browser", "--allow-root", f"--IdentityProvider.token={_TOKEN}"]
    # A port is free when a server picks it for a kernel, and on a machine with other tests taken when the kernel
    # comes. Sockets in a folder are nobody else's; its name has to be short.
    options.append("--KernelManager.transport=ipc")
    with (root / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", *options, f"--ServerApp.root_dir={root}"],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield Server(url=_url(root, runtime, process), token=_TOKEN)
    finally:
        kernels = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process.pid)], capture_output=True, check=False)
        os.killpg(process.pid, signal.SIGKILL)
        # Kernels have sessions of their own.
        for pid in map(int, kernels.stdout.split()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def _url(root: Path, runtime: Path, process: "subprocess.Popen[bytes]") -> str:
    note = runtime / f"jpserver-{process.pid}.json"
    ends = time.monotonic() + 60
    while not note.exists() or not note.read_text().endswith("}"):
        assert process.poll() is None, (root / "log").read_text()
        assert time.monotonic() < ends, (root / "log").read_text()
        time.sleep(0.05)
    return str(json.loads(note.read_text())["url"])


@pytest.fixture(scope="session")
def bench(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(server, tmp_path_factory.mktemp("executed"))
