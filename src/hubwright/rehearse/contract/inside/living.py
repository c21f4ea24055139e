"""What runs in a container that a user works in, and what its user may do; run as that user."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any


def processes() -> list[dict[str, Any]]:
    """Return every process except this one and what started it, in the order of their birth."""
    own = {os.getpid(), os.getppid()}
    found = []
    for pid in sorted(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()):
        try:
            text = Path(f"/proc/{pid}/status").read_text("utf-8")
        except (FileNotFoundError, ProcessLookupError):
            continue
        status = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
        if pid not in own:
            uid, gid = status["Uid"].split()[1], status["Gid"].split()[1]
            row = {"pid": pid, "parent": int(status["PPid"]), "name": status["Name"], "uid": int(uid), "gid": int(gid)}
            found.append(row)
    return found


def refusal(folder: str) -> str | None:
    """Return why nothing can be written into the folder, or None if it can."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x")
    except OSError as error:
        return str(error)
    return None


if __name__ == "__main__":
    home = os.environ.get("HOME", "")
    seen = {
        "uid": os.getuid(),
        "gid": os.getgid(),
        "groups": sorted({os.getgid(), *os.getgroups()}),
        "home": home,
        "home_refusal": refusal(home),
        "processes": processes(),
    }
    print(json.dumps(seen), file=sys.stdout)  # noqa: T201 - this is the answer
