"""Every name that the embedded engine of one cache folder uses on the machine."""

import hashlib
from pathlib import Path

from hubwright.frozen import dataclass

# Found empty on a machine that never had an engine, and written by containerd and dockerd whatever their
# configuration says. The engine gets a file system of its own over each.
HIDDEN_FOLDERS = (Path("/run/containerd"), Path("/run/docker"), Path("/run/runc"), Path("/opt/containerd"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Two cache folders share none of these, so that engines beside each other never meet.

    `home` is what lasts: packages and data. `run` is what does not: it is short because a socket's path has to
    be, and lies where a reboot empties it together with the network that it describes.
    """

    mark: str
    home: Path
    run: Path

    @property
    def lock(self) -> Path:
        return self.home.with_suffix(".lock")

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def buildx(self) -> Path:
        return self.home / "buildx"

    @property
    def socket(self) -> Path:
        return self.run / "docker.sock"

    @property
    def log(self) -> Path:
        return self.run / "engine.log"

    @property
    def record(self) -> Path:
        return self.run / "record.json"

    @property
    def programs(self) -> Path:
        return self.run / "bin"

    @property
    def configuration(self) -> Path:
        return self.run / "daemon.json"

    @property
    def bridge(self) -> str:
        return f"hubw-{self.mark}"

    @property
    def table(self) -> str:
        return f"hubwright_{self.mark}"

    @property
    def cgroup(self) -> str:
        return f"hubwright-{self.mark}"


def places_of(cache: Path, *, runtime: Path = Path("/run")) -> Places:
    home = cache.resolve() / "engine"
    mark = hashlib.sha256(str(home).encode()).hexdigest()[:8]
    return Places(mark=mark, home=home, run=runtime / f"hubwright-{mark}")
