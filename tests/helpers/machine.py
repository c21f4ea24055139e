"""What an embedded engine changes on a machine, seen from the machine."""

from pathlib import Path

from hubwright.engines import links
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.record import Record


def traces(source: EmbeddedEngine, record: Record) -> set[str]:
    """Return everything on this machine that has to do with the engine, each thing with its kind.

    Other engines and other tests come and go on the same machine, so only what bears the engine's marks counts.
    """
    places = source.places
    ours = {name for name, address in links.addresses() if address in record.pool}
    found = {f"link {name}" for name in ours | {places.bridge} if Path("/sys/class/net", name).exists()}
    found |= {f"cable {port}" for bridge in ours for port in links.ports(bridge)}
    found |= {
        f"firewall {line}" for line in record.nft.run("list", "tables").decode().splitlines() if places.table in line
    }
    found |= {
        f"mount {line}" for line in _lines("/proc/self/mounts") if str(places.home) in line or places.mark in line
    }
    found |= {f"file {path}" for path in Path("/run").glob(f"*{places.mark}*")}
    found |= {f"cgroup {path}" for path in Path("/sys/fs/cgroup").glob(f"**/{places.cgroup}")}
    found |= {f"process {pid}" for pid in engine_processes(source)}
    return found


def engine_processes(source: EmbeddedEngine) -> list[int]:
    """Return the engine's daemons and helpers, by the environment that all of them inherit."""
    mark = f"{source.places.programs}:".encode()
    return [pid for pid in _pids() if mark in _bytes(pid, "environ")]


def named(source: EmbeddedEngine, program: str) -> list[int]:
    """Return the engine's processes of one program."""
    return [pid for pid in engine_processes(source) if Path(_argv(pid)[0]).name == program]


def _argv(pid: int) -> list[str]:
    return _bytes(pid, "cmdline").decode(errors="replace").split("\0")


def _bytes(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
