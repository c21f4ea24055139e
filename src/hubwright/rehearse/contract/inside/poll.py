"""Wait for a server and print the first answer that it gives; run as the container's user, beside the server."""

from __future__ import annotations

import http.client
import json
import os
import pwd
import sys
import tempfile
import time


def first_answer(port: int, path: str, timeout_s: float) -> int | None:
    """Return the status of the first answer, or None where nobody answers in time."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
    return None


def name_of(uid: int) -> str | None:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return None


def is_writable(folder: str) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    status = first_answer(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
    home = is_writable(os.environ.get("HOME", ""))
    print(json.dumps({"status": status, "user": name_of(os.getuid()), "home_writable": home}))  # noqa: T201 - the answer
