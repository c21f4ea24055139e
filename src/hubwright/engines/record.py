"""What a start of the embedded engine chose and changed, noted so that any later run can undo it."""

import json
from dataclasses import asdict
from ipaddress import IPv4Network
from pathlib import Path

from hubwright.engines.firewall import Nft
from hubwright.frozen import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """Written before anything is changed; everything else about the engine follows from its cache folder.

    `forwarding` is what net.ipv4.ip_forward was, `folders` are the mount points that had to be made.
    """

    pool: IPv4Network
    forwarding: str
    folders: tuple[str, ...]
    docker: str
    buildx: str
    nft: Nft

    def write(self, path: Path) -> None:
        fresh = path.with_suffix(".fresh")
        fresh.write_text(json.dumps(asdict(self) | {"pool": str(self.pool)}, indent=1), encoding="utf-8")
        fresh.replace(path)


def read_record(path: Path) -> Record | None:
    """Return what was noted; None where nothing was, or where it can no longer be read."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
        typed = {"pool": IPv4Network(fields["pool"]), "folders": tuple(fields["folders"]), "nft": Nft(**fields["nft"])}
        return Record(**{**fields, **typed})
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, KeyError):
        return None
