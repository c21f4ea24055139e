import pytest

from hubwright.rehearse.contract.containers import ARGUMENTS, Entered
from hubwright.rehearse.contract.expect import Expect, not_shown
from hubwright.rehearse.contract.facts import Living

_SIGNALLED = 42
_SHELLS = frozenset({"ash", "bash", "busybox", "dash", "sh"})


def test_entry_point_becomes_its_arguments(entered: Entered, expect: Expect) -> None:
    """The entry point becomes the command that it is given, word by word.

    Hubs and clusters give the command as arguments. End the script of the entry point with `exec "$@"`.
    """
    if entered.told is None:
        code = "" if entered.exit_code is None else f" (exit code {entered.exit_code})"
        pytest.fail(f"the command that was given never ran{code}: {entered.log[-1000:]}", pytrace=False)
    expect(seen=entered.told["arguments"], expected=list(ARGUMENTS))


def test_signal_reaches_the_command(entered: Entered, expect: Expect) -> None:
    """The command is process 1 or the child of a small init, and a SIGTERM ends it.

    What does not end is killed, and loses what it did not save. Use `exec` in scripts, and tini before them.
    """
    if entered.told is None:
        not_shown("test_entry_point_becomes_its_arguments")
    ancestors = entered.told["ancestors"]
    expect(
        seen={"exit_code": entered.exit_code, "between": len(ancestors[:-1])},
        expected={"exit_code": _SIGNALLED, "between": 0},
        says=f"above the command were {', '.join(ancestors) or 'nothing'}",
    )


def test_no_shell_waits_for_the_server(living: Living, expect: Expect) -> None:
    """Nothing but an init stands above the server.

    A shell that waits for the server keeps signals to itself. Start the server with `exec`.
    """
    chain = {process["pid"]: process for process in living.processes if process["pid"] == 1 or process["parent"] == 1}
    waiting = {
        process["pid"]
        for process in chain.values()
        if process["name"] in _SHELLS and any(other["parent"] == process["pid"] for other in living.processes)
    }
    expect.none([f"{chain[pid]['name']} (process {pid})" for pid in sorted(waiting)], looked_at=len(chain))
