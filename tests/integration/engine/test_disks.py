"""Disks that an engine may find itself on."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient, busybox_context
from helpers.packages import take_packages
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.process import run


@pytest.fixture
def overlay(tmp_path: Path) -> Iterator[Path]:
    """Mount an overlay, as a container has for its own files."""
    lower, upper, work, merged = (tmp_path / name for name in ("lower", "upper", "work", "merged"))
    for folder in (lower, upper, work, merged):
        folder.mkdir()
    environment = {"PATH": os.environ["PATH"]}
    options = f"lowerdir={lower},upperdir={upper},workdir={work}"
    run(("mount", "-t", "overlay", "-o", options, "overlay", str(merged)), environment=environment, timeout_s=30)
    yield merged
    run(("umount", str(merged)), environment=environment, timeout_s=30)


def test_inside_a_container_layers_are_kept_as_copies(
    stock: Path, busybox: Path, overlay: Path, tmp_path: Path
) -> None:
    take_packages(stock, overlay / "cache/engine/debian", take=shutil.copy2)
    source = EmbeddedEngine(cache=overlay / "cache", environment=os.environ, uid=os.geteuid())
    try:
        client = DockerClient(engine=source.ensure(print))
        client.build(busybox_context(tmp_path / "context", busybox), "--tag=test/busybox:1")

        assert client.docker("info", "--format={{.Driver}}") == "native"
        assert client.docker("run", "--rm", "test/busybox:1", "/bin/busybox", "echo", "works") == "works"
    finally:
        source.remove(print)
