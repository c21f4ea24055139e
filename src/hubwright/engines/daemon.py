"""The embedded engine's processes: how they start, how they are found again, and how they end.

They run in a mount and a process namespace of their own. The first process there takes all others with it when it
dies, by whatever signal, and the last one takes the mounts: the kernel does the cleaning up that a killed daemon
cannot do. So no pid is written anywhere; a process of ours is known by its arguments.
"""

import os
import signal
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from hubwright.engines.asking import Answer, ask
from hubwright.engines.interface import Say
from hubwright.engines.places import HIDDEN_FOLDERS, Places
from hubwright.engines.programs import Programs
from hubwright.engines.record import Record
from hubwright.engines.waiting import until
from hubwright.errors import EngineStartError, EngineStopError, ProcessError
from hubwright.process import run, started_detached

_PROC = Path("/proc")
# An image that nobody has: containerd has to answer that, and has to do nothing for it. What it would take to list
# the images of a busy engine is no measure of its health.
_QUESTION = "/images/hubwright-asks:never/json"
_ANSWER = HTTPStatus.NOT_FOUND
_ANSWER_S = 5
# Long enough for dockerd to find a lost containerd again, short enough to wait for.
_RECOVERY_S = 15
# Other runs may be at work on an engine that is only slow, and lose everything if it is killed.
_SLOW_S = 180
_READY_S = 60
_END_S = 25
_KILL_S = 20
# What a proxy or a company's certificates need; the rest of the environment is no business of a daemon's.
_KEPT_VARIABLES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "LANG", "TZ"})
_SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_LAUNCHERS = frozenset({"setsid", "unshare", "sh", "tini-static", "dockerd"})
# Fixed text, with everything that varies in arguments: there is no program that mounts and then starts another.
# Without -n, mount would make a folder for notes of its own in the machine's /run.
_MOUNT_AND_START = 'while [ "$1" != -- ]; do mount -n -t tmpfs -o mode=0711 tmpfs "$1"; shift; done; shift; exec "$@"'


def configuration(
    places: Places, programs: Programs, record: Record, *, mtu: int, snapshotter: str
) -> dict[str, object]:
    """Return dockerd's configuration; a file of the machine's own engine in /etc/docker is not read."""
    return {
        "hosts": [f"unix://{places.socket}"],
        "group": "root",
        "exec-root": str(places.run / "exec"),
        "pidfile": str(places.run / "dockerd.pid"),
        "features": {"containerd-snapshotter": True},
        "storage-driver": snapshotter,
        "bridge": places.bridge,
        "mtu": mtu,
        "default-network-opts": {"bridge": {"com.docker.network.driver.mtu": str(mtu)}},
        "default-address-pools": [{"base": str(record.pool), "size": 24}],
        # Rules, masquerading and forwarding are in one table of our own (see firewall.py).
        "iptables": False,
        "ip6tables": False,
        "ip-forward": False,
        "ip-masq": False,
        "userland-proxy-path": str(programs.proxy),
        "init-path": str(programs.init),
        # systemd's driver would leave its units behind, and is not on every machine.
        "exec-opts": ["native.cgroupdriver=cgroupfs"],
        "cgroup-parent": f"/{places.cgroup}",
        "log-level": "warn",
    }


def command_line(places: Places, programs: Programs) -> tuple[str, ...]:
    return (
        *("unshare", "--mount", "--propagation=slave", "--pid", "--fork", "--kill-child", "--mount-proc", "--"),
        *("sh", "-ec", _MOUNT_AND_START, "sh", *(str(folder) for folder in HIDDEN_FOLDERS), "--"),
        *(str(programs.init), "--"),
        *(str(programs.dockerd), f"--config-file={places.configuration}", _mark(places)),
    )


def daemon_environment(places: Places, programs: Programs, environment: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environment.items() if name.upper() in _KEPT_VARIABLES}
    path = [str(places.programs), *(str(folder) for folder in programs.path), _SYSTEM_PATH]
    extensions = ":".join(f"{folder}/xtables" for folder in programs.library_path.split(":"))
    libraries = {"LD_LIBRARY_PATH": programs.library_path, "XTABLES_LIBDIR": extensions}
    return {**kept, **libraries, "PATH": ":".join(path), "HOME": "/root"}


def start(places: Places, programs: Programs, *, environment: Mapping[str, str]) -> None:
    """Start the engine and wait until it answers."""
    inside = daemon_environment(places, programs, environment)
    with started_detached(command_line(places, programs), environment=inside, log=places.log) as ended:
        until(lambda: answering(places) or ended(), timeout_s=_READY_S)
        if not answering(places):
            state = "ended at once" if ended() else "did not answer in time"
            msg = f"the embedded engine {state}. The end of its log:\n{log_tail(places)}"
            raise EngineStartError(msg)


def answering(places: Places) -> bool:
    return _asked(places) is Answer.EXPECTED


def recovers(places: Places, say: Say) -> bool:
    """Return whether an engine that runs answers in time; one that says nothing gets more of it than a wrong answer."""
    if until(lambda: answering(places) or not processes(places), timeout_s=_RECOVERY_S):
        return answering(places)
    if _asked(places) is Answer.OTHER:
        return False
    say(f"the embedded engine runs and is slow to answer: waiting for up to {_SLOW_S} s")
    until(lambda: _asked(places) is not Answer.NOTHING_IN_TIME, timeout_s=_SLOW_S)
    return answering(places)


def _asked(places: Places) -> Answer:
    return ask(places.socket, _QUESTION, expected=_ANSWER, timeout_s=_ANSWER_S)


def processes(places: Places, proc: Path = _PROC) -> list[int]:
    """Return the engine's own processes, those that every other one of it ends with."""
    return [pid for pid in _pids(proc) if _is_ours(proc / str(pid), places)]


def stop(places: Places, docker: str) -> None:
    """End every process of the engine and of its containers; the engine is asked first, containers are not."""
    client = (docker, f"--host=unix://{places.socket}")
    try:
        running = run((*client, "ps", "--quiet"), environment={}, timeout_s=_ANSWER_S).stdout.decode().split()
        if running:
            # dockerd would wait ten seconds for each container whose first process does not care about SIGTERM.
            run((*client, "kill", *running), environment={}, timeout_s=_END_S)
    except ProcessError:
        kill(places)
        return
    _signal(places, signal.SIGTERM, only="dockerd")
    if not until(lambda: not processes(places), timeout_s=_END_S):
        kill(places)


def kill(places: Places) -> None:
    _signal(places, signal.SIGKILL)
    if not until(lambda: not processes(places), timeout_s=_KILL_S):
        msg = f"processes of the embedded engine do not die: {processes(places)}; a restart of the machine ends them"
        raise EngineStopError(msg)


def log_tail(places: Places, lines: int = 20) -> str:
    try:
        text = places.log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    return "\n".join(text.splitlines()[-lines:]) or "(empty)"


def _signal(places: Places, number: signal.Signals, only: str | None = None) -> None:
    for pid in processes(places):
        if only and _name(_PROC / str(pid)) != only:
            continue
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        try:
            # Looked at again through the open descriptor: between two looks a pid can come to mean another process.
            if _is_ours(_PROC / str(pid), places):
                signal.pidfd_send_signal(descriptor, number)
        except ProcessLookupError:
            pass
        finally:
            os.close(descriptor)


def _mark(places: Places) -> str:
    return f"--data-root={places.data}"


def _pids(proc: Path) -> list[int]:
    return [int(entry.name) for entry in proc.iterdir() if entry.name.isdecimal()]


def _is_ours(process: Path, places: Places) -> bool:
    """Tell our processes from those of a user who gave some other program the same arguments."""
    try:
        arguments = _arguments(process)
        return _mark(places) in arguments and Path(arguments[0]).name in _LAUNCHERS and process.stat().st_uid == 0
    except OSError:
        return False


def _name(process: Path) -> str:
    try:
        return Path(_arguments(process)[0]).name
    except OSError:
        return ""


def _arguments(process: Path) -> list[str]:
    return (process / "cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
