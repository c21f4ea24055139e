"""What a machine has to be before a root is made on it; nothing is fetched."""

import os
import sys
from pathlib import Path

import pytest

from fakes.apt import package
from hubwright.errors import BootstrapError
from hubwright.foundations.bootstrap import bootstrap
from hubwright.roots import BootstrappedRoot

ROOT = BootstrappedRoot(suite="trixie", releases=(), packages=(package("apt", architecture="arm64"),))


def _make(tmp_path: Path, path: Path) -> None:
    bootstrap(ROOT, "linux/arm64", cache=tmp_path, environment={"PATH": str(path)}, say=lambda _: None)


def test_it_takes_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(BootstrapError, match="needs root; run as root, or lock an outside image"):
        _make(tmp_path, tmp_path)


def test_it_takes_a_machine_of_the_same_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    dpkg = tmp_path / "dpkg"
    dpkg.write_text(f"#!{sys.executable}\nprint('riscv64')\n")
    dpkg.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BootstrapError, match="this machine is riscv64, and packages of arm64 cannot run on it"):
        _make(tmp_path, tmp_path)


def test_it_takes_debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BootstrapError, match="can only be made on Debian or Ubuntu"):
        _make(tmp_path, tmp_path)
