"""Steps that an emptied engine finds in a registry, and what becomes of a build that does not find them.

A step that runs writes a number of its own, so what is the same as before has not run again.
"""

import json
import os
import secrets
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient
from helpers.small_images import Results, everything, made, repository
from hubwright.buildx import HostSettings
from hubwright.engines.interface import Engine
from hubwright.pipeline.caching import BuildCache
from hubwright.pipeline.destination import Destination
from hubwright.process import run as run_process

NUMBER = '["/bin/sh", "-c", "mkdir -p /opt/{name} && cat /proc/sys/kernel/random/uuid > /opt/{name}/number"]'
# The stage of tools is never part of the image; the last line is what a person changes.
DOCKERFILE = f"""\
RUN {NUMBER.format(name="expensive")}
FROM ${{BASE}} AS tools
RUN {NUMBER.format(name="tool")}
FROM expensive
RUN --mount=type=bind,from=tools,source=/opt/tool,target=/opt/tool ["/bin/sh", "-c", "cat /opt/tool/number > /copied"]
RUN ["/bin/sh", "-c", "echo CHANGE > /last"]
"""


@dataclass
class _Bench:
    """A repository with one image, an engine that can be emptied, what is kept of builds, and what was said."""

    root: Path
    engine: Engine
    destination: Destination
    run: Callable[..., Results]
    said: list[str]
    kept: str

    def build(self, into: Destination | None = None, host: HostSettings | None = None) -> str:
        """Return the digest of the image."""
        return made(self.run(self.root, into=into or self.destination, host=host), "base").published.digest

    def change(self, old: str, new: str) -> None:
        """Change a line of the Dockerfile, and empty the engine."""
        dockerfile = self.root / "images/base/Dockerfile"
        dockerfile.write_text(dockerfile.read_text().replace(old, new))
        _empty(self.engine)

    def holds(self, digest: str, *names: str) -> list[str]:
        """Return what the image has in these files."""
        reference = f"{self.destination.host}/tests/base@{digest}"
        return DockerClient(engine=self.engine).docker("run", "--rm", reference, "/bin/cat", *names).splitlines()

    def layers_of_cache(self) -> list[str]:
        found = self.destination.registry.resolve(self.kept, "base")
        assert found is not None
        manifest = self.destination.registry.manifest(self.kept, found.digest)
        assert manifest is not None
        return [layer["digest"] for layer in json.loads(manifest.body)["layers"]]


def _empty(engine: Engine) -> None:
    """Delete what was built, and the images too: their layers would be found again by their digests."""
    client = DockerClient(engine=engine)
    if images := client.docker("image", "ls", "--quiet").split():
        client.docker("image", "rm", "--force", *sorted(set(images)))
    argv = (*engine.buildx, "prune", "--all", "--force")
    run_process(argv, environment={**os.environ, **engine.environment}, timeout_s=60)


@pytest.fixture
def bench(run: Callable[..., Results], engine: Engine, destination: Destination, tmp_path: Path) -> _Bench:
    root = repository(tmp_path / "repository", base=DOCKERFILE)
    dockerfile = root / "images/base/Dockerfile"
    dockerfile.write_text(dockerfile.read_text().replace("FROM ${BASE}\n", "FROM ${BASE} AS expensive\n", 1))
    _empty(engine)
    mark = f"tests/cache/{secrets.token_hex(4)}"
    said: list[str] = []
    cache = BuildCache(
        registry=destination.registry,
        host=destination.host,
        repository=lambda image: f"{mark}/{image}",
        prepare=lambda repository: None,  # noqa: ARG005 - this registry makes them by itself
        say=said.append,
    )
    return _Bench(
        root=root, engine=engine, destination=replace(destination, cache=cache), run=run, said=said, kept=f"{mark}/base"
    )


def test_an_emptied_engine_runs_only_what_has_changed(bench: _Bench) -> None:
    numbers = bench.holds(bench.build(), "/opt/expensive/number", "/copied")

    bench.change("CHANGE", "CHANGE2")
    second = bench.holds(bench.build(), "/opt/expensive/number", "/copied", "/last")
    # What this build did not fetch is passed on to the next, which needs the stage that is in no image.
    bench.change("> /copied", "> /other")
    third = bench.holds(bench.build(), "/opt/expensive/number", "/other")

    assert (second, third) == ([*numbers, "CHANGE2"], numbers)
    assert bench.said == []

    bench.change("> /other", "> /another")
    alone = bench.holds(bench.build(into=replace(bench.destination, cache=None)), "/opt/expensive/number", "/another")
    assert not set(alone) & set(numbers), "the engine was not empty, so nothing was shown above"


def test_a_cache_that_has_lost_its_layers_costs_time_and_no_build(bench: _Bench) -> None:
    before = bench.holds(bench.build(), "/opt/expensive/number", "/copied")
    for digest in bench.layers_of_cache():
        address = f"http://{bench.destination.host}/v2/{bench.kept}/blobs/{digest}"
        urllib.request.urlopen(urllib.request.Request(address, method="DELETE"), timeout=10).close()

    bench.change("/last", "/changed")
    after = bench.holds(bench.build(), "/opt/expensive/number", "/copied")

    assert not set(before) & set(after)
    assert len(bench.said) == 1
    assert bench.said[0].startswith("note: the build cache of base could not be read: ")

    bench.change("/changed", "/mended")
    assert bench.holds(bench.build(), "/opt/expensive/number", "/copied") == after


def test_a_cache_that_cannot_be_written_costs_a_line(bench: _Bench) -> None:
    assert bench.destination.cache
    nowhere = replace(bench.destination.cache, host="127.0.0.1:1")
    assert bench.holds(bench.build(into=replace(bench.destination, cache=nowhere)), "/last") == ["CHANGE"]
    written = [line for line in bench.said if line.startswith("note: the build cache of base could not be written: ")]
    assert len(written) == 1


def test_no_secret_stays_in_a_cache_not_even_of_a_stage_that_is_in_no_image(bench: _Bench, tmp_path: Path) -> None:
    in_file, in_value = secrets.token_hex(16), secrets.token_hex(16)
    (tmp_path / "pip.conf").write_text(in_file)
    mounts = "--mount=type=secret,id=pip-config,required=true --mount=type=secret,id=source-x,required=true"
    seen = "test -s /run/secrets/pip-config && test -s /run/secrets/source-x && echo yes > /seen"
    bench.change("AS tools\n", f'AS tools\nRUN {mounts} ["/bin/sh", "-c", "{seen}"]\n')
    host = HostSettings(files={"pip-config": tmp_path / "pip.conf"}, values={"source-x": in_value}, proxies=())

    bench.build(host=host)

    found = bench.destination.registry.resolve(bench.kept, "base")
    assert found is not None
    contents = everything(bench.destination.registry, bench.kept, found.digest)
    assert any(b"yes\n" in content for content in contents), "the stage is not in the cache, so nothing was shown"
    for content in contents:
        assert in_file.encode() not in content
        assert in_value.encode() not in content
