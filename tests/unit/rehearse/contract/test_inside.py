"""The programs that the image's Python runs, run here."""

import ctypes.util
import json
import os
import pwd
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from hubwright.rehearse.contract.facts import Facts
from hubwright.rehearse.contract.inside import facts, living, poll, wait


def test_a_walk_finds_what_is_wrong_with_files(tmp_path: Path) -> None:
    for name, mode in {"plain": 0o644, "setuid": 0o4755, "setgid": 0o2755, "open": 0o666}.items():
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    for name, mode in {"shared": 0o777, "sticky": 0o1777}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(mode)
    (tmp_path / "shared/libcuda.so.1").symlink_to("nowhere")
    walk = facts.Walk(str(tmp_path))
    assert walk.count == 7
    assert sorted(walk.setuid) == [str(tmp_path / "setgid"), str(tmp_path / "setuid")]
    assert sorted(walk.world_writable) == [str(tmp_path / "open"), str(tmp_path / "shared")]
    assert walk.drivers == [str(tmp_path / "shared/libcuda.so.1")]


def test_a_walk_looks_into_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    shutil.copy2(sys.executable, tmp_path / "program")
    (tmp_path / "script").write_text("#!/bin/sh\n")
    (tmp_path / "script").chmod(0o755)
    (tmp_path / "dated.pyc").write_bytes(b"head\0\0\0\0")
    (tmp_path / "hashed.pyc").write_bytes(b"head\1\0\0\0")
    walk = facts.Walk(str(tmp_path))
    assert walk.binaries == [str(tmp_path / "program")]
    assert walk.dated_bytecode == [str(tmp_path / "dated.pyc")]


def test_a_walk_stays_out_of_what_is_the_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "proc").mkdir(mode=0o777)
    monkeypatch.setattr(facts, "_OPEN", (str(tmp_path / "proc"),))
    assert facts.Walk(str(tmp_path)).world_writable == []


def test_a_library_that_is_not_there_is_named(tmp_path: Path) -> None:
    whole = tmp_path / "whole.so"
    shutil.copy2(Path(sys.executable).resolve(), whole)
    broken = tmp_path / "broken.so"
    broken.write_bytes(whole.read_bytes().replace(b"libc.so.6\0", b"libq.so.6\0"))
    text = tmp_path / "text.so"
    text.write_text("no program")
    assert ctypes.util.find_library("q") is None
    found = facts.unresolved([str(whole), str(broken), str(text)])
    assert found.pop("libq.so.6") == [str(broken)]
    assert list(found.values()) == [[str(text)]], "the loader's complaint about what is no program"


@pytest.mark.parametrize(
    "source, stands_in",
    [
        (b'raise ImportError("WRONG PACKAGE")\n', True),
        (b'"""Doc."""\nimport os\nraise ImportError(os.name)\n', True),
        (b"", False),
        (b"try:\n    import x\nexcept ImportError:\n    raise\n", False),
        (b"# coding: latin-1\nAUTHOR = 'Ren\xe9'\n", False),
        (b"# coding: latin-1\nraise ImportError('Ren\xe9')\n", True),
        (b"print 'another Python'\n", False),
        (b"\xff\xfe", False),
        (b"a\0b", False),
    ],
)
def test_a_module_that_only_raises_is_a_stand_in(source: bytes, *, stands_in: bool) -> None:
    assert facts.is_placeholder(source) is stands_in


def test_a_package_whose_module_only_raises_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {"stand_in": "raise ImportError\n", "real": "VALUE = 1\n"}.items():
        folder = tmp_path / f"{name}-1.0.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (folder / "RECORD").write_text(f"{name}/__init__.py,,\n{name}/below/__init__.py,,\n{name}/other.py,,\n")
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(text)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    assert facts.placeholders() == ["stand_in 1.0"]


def test_every_fact_is_told(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    tmp_path.chmod(0o750)
    (tmp_path / "root/.cache").mkdir(parents=True)
    (tmp_path / "root/.cache/wheel").write_text("x")
    (tmp_path / "root/.cache/lock").touch()
    seen = facts.facts(str(tmp_path), str(tmp_path))
    assert seen["caches"] == [str(tmp_path / "root/.cache/wheel")]
    assert seen["home"] == {"mode": 0o750, "uid": os.getuid(), "gid": os.getgid()}
    assert seen["walked"] == 5
    assert seen["distributions"]["pytest"] == pytest.__version__
    assert "dash" in seen["debian"]
    # Only root may become nobody.
    assert seen["shell"] == (["read", "ran 42"] if os.geteuid() == 0 else ["[Errno 1] Operation not permitted"])
    assert Facts.from_json(json.dumps(seen)).walked == 5


def test_what_is_left_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "home/jovyan/.config").mkdir(parents=True)
    (tmp_path / "home/jovyan/.config/left").touch()
    assert facts.below(str(tmp_path), "/home/jovyan") == [str(tmp_path / "home/jovyan/.config/left")]
    assert facts.below(str(tmp_path), "/home/nobody") == []


@pytest.mark.parametrize(
    "uid, folder, counts",
    [
        (1000, "/home/ada", True),
        (1000, "/home/ada/", True),
        (999, "/home/daemon", False),
        (1000, "/", False),
        (1000, "/home", False),
        (1000, "/home/../opt/app", False),
        (1000, "/opt/app", False),
        (65534, "/home/nobody", False),
    ],
)
def test_only_what_a_volume_may_hide_is_a_home(uid: int, folder: str, *, counts: bool) -> None:
    account = pwd.struct_passwd(("it", "x", uid, uid, "", folder, "/bin/sh"))
    assert facts.homes("/work", [account]) == (["/home/ada", "/work"] if counts else ["/work"])


def test_a_home_that_is_not_there_is_nobodys(tmp_path: Path) -> None:
    assert facts.home_of(str(tmp_path / "no")) == {}


def test_without_debian_there_are_no_debian_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert facts.debian() == {}


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


@contextmanager
def serving() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_the_first_answer_counts_whatever_it_is() -> None:
    with serving() as port:
        assert poll.first_answer(port, "/notebook/a/b/api", 30) == 404


def test_nobody_answers() -> None:
    with serving() as port:
        pass
    assert poll.first_answer(port, "/", 0.1) is None


def test_a_uid_has_a_name_or_none() -> None:
    assert (poll.name_of(0), poll.name_of(3_123_456)) == ("root", None)


def test_a_folder_can_be_written_or_says_why(tmp_path: Path) -> None:
    assert (poll.is_writable(str(tmp_path)), poll.is_writable(str(tmp_path / "no"))) == (True, False)
    assert living.refusal(str(tmp_path)) is None
    assert "No such file" in str(living.refusal(str(tmp_path / "no")))


def test_what_runs_is_listed_without_who_asks() -> None:
    rows = {row["pid"]: row for row in living.processes()}
    assert os.getpid() not in rows
    assert rows[1]["parent"] == 0


def test_ancestors_are_named_up_to_the_first_process() -> None:
    above = wait.ancestors(os.getpid())
    assert above
    assert above[-1] == Path("/proc/1/comm").read_text().strip()
