"""Images of a small matrix, built by a real BuildKit and pushed to a real registry."""

import gzip
import json
import os
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import zstandard

from helpers.docker_client import DockerClient
from hubwright.build import Follow, HostSettings
from hubwright.engines.interface import Engine
from hubwright.errors import BuildError, HubwrightError
from hubwright.model import Made
from hubwright.pipeline.building import Building, Workshop, failure_of
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.planning import prepare
from hubwright.process import follow
from hubwright.progress import Movement
from hubwright.publish import look_up
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.schedule import Aborted, Done, Failed, Result
from hubwright.tree import DiskTree

MATRIX = """\
version: 1
hub: {chart: "4.4.0"}
foundations:
  busybox: {pull: "localhost/tests/foundation:1"}
images:
  base: {from: busybox}
  tool: {from: base, axes: {version: ["1.10", "2.0"]}}
  other: {from: base}
profiles:
  - {slug: lab, display_name: Lab, image: base}
"""
DOCKERFILES = {
    "base": 'RUN ["/bin/sh", "-c", "echo made > /made"]\n',
    "tool": 'ARG VERSION\nRUN ["/bin/sh", "-c", "cat /made && echo tool $VERSION > /tool"]\n',
    "other": 'RUN ["/bin/sh", "-c", "echo other > /other"]\n',
}


class _Silent:
    def begins(self, name: str, reason: str) -> None: ...

    def moves(self, name: str, progress: Movement) -> None: ...

    def ends(self, name: str, result: Made | HubwrightError) -> None: ...


def _repository(root: Path, **changed: str) -> Path:
    """Write a repository whose images no other test has: a number in each goes into its fingerprint."""
    mark = secrets.token_hex(8)
    for image, lines in {**DOCKERFILES, **changed}.items():
        folder = root / "images" / image
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text(f"ARG BASE\nFROM ${{BASE}}\nLABEL mark={mark}\n{lines}")
    (root / "matrix.yaml").write_text(MATRIX)
    return root


_Results: TypeAlias = dict[str, Result[Made]]


@pytest.fixture
def run(engine: Engine, destination: Destination, foundation: str, tmp_path: Path) -> Callable[..., _Results]:
    def build(
        root: Path, *, host: HostSettings | None = None, how: Follow = follow, into: Destination = destination
    ) -> _Results:
        with DiskTree(root) as tree:
            prepared = prepare(tree, "matrix.yaml", ())
        repositories = {name: into.repository(each.image) for name, each in prepared.matrix.variants.items()}
        presence = look_up(into.registry, repositories, prepared.fingerprints, time.monotonic)
        building = Building(
            recipes=prepared.recipes,
            foundation_ref=lambda name, platform: {("busybox", "linux/amd64"): foundation}[name, platform],
            destination=into,
            workshop=Workshop(
                root=root,
                engine=lambda: engine,
                environment=os.environ,
                host=host or HostSettings(files={}, values={}, proxies=()),
                locks=tmp_path / "locks",
                follow=how,
                workers=2,
            ),
            watcher=_Silent(),
        )
        return building.run(prepared.plan(presence, {}))

    return build


def _made(results: _Results, name: str) -> Made:
    result = results[name]
    assert isinstance(result, Done), result
    return result.value


def _never(*_: object, **__: object) -> int:
    msg = "nothing was to be built"
    raise AssertionError(msg)


def test_images_stand_on_each_other_and_run(
    run: Callable[..., _Results], engine: Engine, destination: Destination, tmp_path: Path
) -> None:
    root = _repository(tmp_path / "repository")
    results = run(root)
    assert {name: _made(results, name).built for name in results} == dict.fromkeys(
        ["base", "tool-version1.10", "tool-version2.0", "other"], True
    )
    client = DockerClient(engine=engine)
    for name, version in {"tool-version1.10": "1.10", "tool-version2.0": "2.0"}.items():
        reference = f"{destination.host}/tests/tool@{_made(results, name).published.digest}"
        assert client.docker("run", "--rm", reference, "/bin/cat", "/made", "/tool") == f"made\ntool {version}"
    again = run(root, how=_never)
    assert [(_made(again, name).built, _made(again, name).published) for name in again] == [
        (False, _made(results, name).published) for name in results
    ]


def test_a_red_image_shows_its_step_and_its_line_and_blocks_nobody(
    run: Callable[..., _Results], tmp_path: Path
) -> None:
    broken = 'RUN ["/bin/sh", "-c", "for i in $(seq 50); do echo line $i; done; exit 7"]\n'
    results = run(_repository(tmp_path / "repository", other=broken))
    assert isinstance(results["other"], Failed)
    assert _made(results, "tool-version2.0").built
    told = str(results["other"].error).splitlines()
    assert told[0].startswith("other: [2/2] RUN")
    assert "  | line 50" in told
    assert "  | line 20" not in told
    assert any("exit code: 7" in line for line in told)
    assert any(line.startswith("   4 | >>> RUN") for line in told)


def test_what_stands_on_a_red_image_is_not_begun(run: Callable[..., _Results], tmp_path: Path) -> None:
    results = run(_repository(tmp_path / "repository", base='RUN ["/bin/false"]\n'))
    assert [type(result) for result in results.values()] == [Failed, Aborted, Aborted, Aborted]
    assert "not begun: tool-version1.10 (stands on base)" in str(failure_of(results))


def test_eight_pipelines_at_once_build_once_and_adopt_one_digest(
    run: Callable[..., _Results], destination: Destination, tmp_path: Path
) -> None:
    root = _repository(tmp_path / "repository")
    built: list[str] = []

    def counting(argv: Any, **options: Any) -> int:
        built.append(argv[-1])
        return follow(argv, **options)

    def pipeline(_: int) -> _Results:
        registry = OciRegistry(Endpoint(host=destination.host))
        return run(root, how=counting, into=replace(destination, registry=registry))

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(pipeline, range(8)))
    assert len(built) == 4
    for name in outcomes[0]:
        assert len({_made(results, name).published.digest for results in outcomes}) == 1


def test_no_secret_stays_in_an_image(run: Callable[..., _Results], destination: Destination, tmp_path: Path) -> None:
    """Files and values alike are there while the step runs, and nowhere afterwards."""
    in_file, in_value, in_proxy = (secrets.token_hex(16) for _ in range(3))
    (tmp_path / "pip.conf").write_text(in_file)
    mounts = "--mount=type=secret,id=pip-config,required=true --mount=type=secret,id=source-x,required=true"
    seen = "test -s /run/secrets/pip-config && test -s /run/secrets/source-x && test -n $HTTPS_PROXY"
    host = HostSettings(
        files={"pip-config": tmp_path / "pip.conf"}, values={"source-x": in_value}, proxies=("HTTPS_PROXY",)
    )
    root = _repository(tmp_path / "repository", base=f'RUN {mounts} ["/bin/sh", "-c", "{seen}"]\n')

    def with_proxy(argv: Any, *, environment: Any, **options: Any) -> int:
        assert not {in_file, in_value, in_proxy} & set("".join(argv).split())
        proxied = {**environment, "HTTPS_PROXY": f"http://u:{in_proxy}@127.0.0.1:1", "NO_PROXY": "127.0.0.1"}
        return follow(argv, environment=proxied, **options)

    digest = _made(run(root, host=host, how=with_proxy), "base").published.digest
    for content in _everything(destination, "tests/base", digest):
        for secret in (in_file, in_value, in_proxy):
            assert secret.encode() not in content


def _everything(destination: Destination, repository: str, digest: str) -> list[bytes]:
    """Return the manifest, the config with its history and labels, and every layer unpacked."""
    manifest = destination.registry.manifest(repository, digest)
    assert manifest is not None
    document = json.loads(manifest.body)
    contents = [manifest.body]
    for part in (document["config"], *document["layers"]):
        blob = destination.registry.blob(repository, part["digest"], limit=1 << 28)
        assert blob is not None
        contents.append(_unpacked(part["mediaType"], blob))
    return contents


def _unpacked(media_type: str, blob: bytes) -> bytes:
    match media_type.rpartition("+")[2]:
        case "zstd":
            return zstandard.ZstdDecompressor().stream_reader(blob).read()
        case "gzip":
            return gzip.decompress(blob)
        case _:
            return blob


def test_a_registry_that_lost_the_tag_after_the_push_is_not_believed(
    run: Callable[..., _Results], destination: Destination, tmp_path: Path
) -> None:
    class Forgetful:
        """Says of every tag that it is not there, whatever was pushed."""

        def __getattr__(self, name: str) -> Any:
            return getattr(destination.registry, name)

        def resolve(self, repository: str, tag: str) -> None:
            del repository, tag

    results = run(_repository(tmp_path / "repository"), into=replace(destination, registry=Forgetful()))
    assert isinstance(results["base"], Failed)
    assert isinstance(results["base"].error, BuildError)
    assert "is not in the registry after it was pushed" in str(results["base"].error)
