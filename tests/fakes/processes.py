"""Ends to processes."""

import os
import select
import signal
from collections.abc import Sequence

from hubwright.daemon import find_daemon


def kill_daemon(argv: Sequence[str]) -> None:
    """Kill the daemon, and return when it is dead: until then it may still answer."""
    pid = find_daemon(argv)
    assert pid is not None
    descriptor = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        assert select.select([descriptor], [], [], 30)[0]
    finally:
        os.close(descriptor)
