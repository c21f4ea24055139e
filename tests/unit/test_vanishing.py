"""Folders that end with their owner; the owners that are killed here are real processes, and so is SIGKILL."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hubwright import guards, vanishing
from hubwright.errors import LocalDiskError
from hubwright.vanishing import vanishing_folder

_DEADLINE_S = 30.0
# Tells where its folder is, and that the secret is in it, and lives until it is ended.
_OWNER = """
import signal, sys
from pathlib import Path
from hubwright.vanishing import vanishing_folder
with vanishing_folder([Path(sys.argv[1])]) as folder:
    (folder / "secret").write_text("planted")
    print(folder, flush=True)
    signal.pause()
"""


def _until(predicate: Callable[[], bool], what: str) -> None:
    expires = time.monotonic() + _DEADLINE_S
    while not predicate():
        assert time.monotonic() < expires, f"{what} did not come true within {_DEADLINE_S:g} s"
        time.sleep(0.005)


@contextmanager
def _owner(parent: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Give a process that owns a folder, and the folder; it leads a process group of its own."""
    argv = [sys.executable, "-c", _OWNER, str(parent)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, start_new_session=True) as owner:
        try:
            assert owner.stdout
            yield owner, Path(owner.stdout.readline().strip())
        finally:
            owner.kill()


def _guards(folder: Path) -> list[int]:
    """Return the processes that have the folder among their arguments."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and str(folder).encode() in (entry / "cmdline").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _guard(folder: Path) -> int:
    """Return the one process that guards the folder; for an instant of its start it has no arguments yet."""
    _until(lambda: bool(_guards(folder)), "the guard's start")
    (guard,) = _guards(folder)
    return guard


def test_the_folder_is_private_and_gone_after_the_block(tmp_path: Path) -> None:
    with vanishing_folder([tmp_path]) as folder:
        (folder / "below").mkdir()
        (folder / "below" / "secret").write_text("planted")
        assert folder.parent == tmp_path
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert _guard(folder)
    assert list(tmp_path.iterdir()) == []
    assert _guards(folder) == []


def test_the_folder_is_gone_after_an_exception(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), vanishing_folder([tmp_path]):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_gone_after_its_owner_was_killed(tmp_path: Path) -> None:
    with _owner(tmp_path) as (owner, folder):
        assert (folder / "secret").read_text() == "planted"
        os.kill(owner.pid, signal.SIGKILL)
        assert owner.wait(_DEADLINE_S) == -signal.SIGKILL
        _until(lambda: not folder.exists(), "the folder's end")
        _until(lambda: not _guards(folder), "the guard's end")


def test_the_folder_is_gone_after_the_whole_process_group_was_killed(tmp_path: Path) -> None:
    with _owner(tmp_path) as (owner, folder):
        os.killpg(owner.pid, signal.SIGKILL)
        _until(lambda: not folder.exists(), "the folder's end")


def test_what_the_owner_started_does_not_keep_the_folder(tmp_path: Path) -> None:
    """As a docker that outlives us would, were it handed our end of the pipe."""
    program = _OWNER.replace("    signal.pause()", "    import subprocess\n    subprocess.run(['sleep', '600'])")
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        folder = Path(owner.stdout.readline().strip())
        below = Path(f"/proc/{owner.pid}/task/{owner.pid}/children")
        # Two live at least: the guard, and the sleep.
        _until(lambda: len(below.read_text().split()) == 2, "the start of the child")
        (sleeper,) = {int(child) for child in below.read_text().split()} - {_guard(folder)}
        owner.kill()
        owner.wait(_DEADLINE_S)
        _until(lambda: not folder.exists(), "the folder's end")
        os.kill(sleeper, signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_guard_stays_when_everybody_is_asked_to_go(tmp_path: Path, number: signal.Signals) -> None:
    with _owner(tmp_path) as (owner, folder):
        guard = _guard(folder)
        # Until the shell has said so, the signal would end it.
        mask = 1 << (number - 1)
        status = Path(f"/proc/{guard}/status")

        def is_deaf() -> bool:
            return bool(int(status.read_text().split("SigIgn:")[1].split()[0], 16) & mask)

        _until(is_deaf, "the guard's deafness")
        os.kill(guard, number)
        owner.kill()
        _until(lambda: not folder.exists(), "the folder's end")


def test_where_the_guard_was_killed_the_owner_removes_the_folder(tmp_path: Path) -> None:
    with vanishing_folder([tmp_path]) as folder:
        guard = _guard(folder)
        os.kill(guard, signal.SIGKILL)
    assert not folder.exists()


def test_a_guard_that_is_stopped_is_not_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_END_S", 0.05)
    with vanishing_folder([tmp_path]) as folder:
        guard = _guard(folder)
        os.kill(guard, signal.SIGSTOP)
    assert not folder.exists()
    assert _guards(folder) == []


def test_where_both_were_killed_the_next_owner_removes_the_folder_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "hubwright-elsewhere").mkdir()
    (tmp_path / "hubwright-vanishing-file").touch()
    with _owner(tmp_path) as (owner, folder), vanishing_folder([tmp_path]) as alive:
        guard = _guard(folder)
        os.kill(guard, signal.SIGKILL)
        owner.kill()
        owner.wait(_DEADLINE_S)
        assert (folder / "secret").read_text() == "planted"
        with vanishing_folder([tmp_path]):
            assert not folder.exists()
            assert alive.exists()
    assert {left.name for left in tmp_path.iterdir()} == {"hubwright-elsewhere", "hubwright-vanishing-file"}


def test_the_first_parent_that_can_be_written_to_is_taken(tmp_path: Path) -> None:
    with vanishing_folder([tmp_path / "missing", tmp_path]) as folder:
        assert folder.parent == tmp_path
    with pytest.raises(LocalDiskError, match="and kept, in none of"), vanishing_folder([tmp_path / "missing"]):
        pass


def test_a_folder_that_somebody_removes_before_it_is_ours_is_not_used(tmp_path: Path) -> None:
    locks: list[Path] = []

    def rival(folder: Path) -> None:
        locks.append(folder)
        folder.rmdir()

    assert vanishing._lock(tmp_path / "missing") is None
    with pytest.raises(LocalDiskError, match="and kept, in none of"):
        vanishing._make([tmp_path], lock=rival)
    assert len(locks) == 20


def test_a_folder_that_has_become_another_one_is_not_locked(tmp_path: Path) -> None:
    class Moved(type(tmp_path)):  # type: ignore[misc] # the class of paths on this system
        def lstat(self) -> os.stat_result:
            return os.lstat("/")

    assert vanishing._lock(Moved(tmp_path)) is None


def test_what_cannot_be_removed_is_told(tmp_path: Path) -> None:
    def replace(folder: Path) -> None:
        os.kill(_guard(folder), signal.SIGKILL)
        folder.rmdir()
        folder.symlink_to(tmp_path)

    with pytest.raises(LocalDiskError, match="cannot be removed"), vanishing_folder([tmp_path]) as folder:
        replace(folder)


def test_without_a_guard_there_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_SHELL", "no-such-shell")
    with pytest.raises(LocalDiskError, match="cannot start a shell"), vanishing_folder([tmp_path]):
        pytest.fail("a login was about to be written where nobody removes it")
    assert list(tmp_path.iterdir()) == []
