"""Images of a small matrix, built by a real BuildKit and pushed to a real registry."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from helpers.docker_client import DockerClient
from helpers.small_images import Results, everything, made, repository
from hubwright.buildx import HostSettings
from hubwright.engines.interface import Engine
from hubwright.errors import BuildError
from hubwright.pipeline.building import failure_of
from hubwright.pipeline.destination import Destination
from hubwright.process import follow
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.schedule import Aborted, Failed


def _never(*_: object, **__: object) -> int:
    msg = "nothing was to be built"
    raise AssertionError(msg)


def test_images_stand_on_each_other_and_run(
    run: Callable[..., Results], engine: Engine, destination: Destination, tmp_path: Path
) -> None:
    root = repository(tmp_path / "repository")
    results = run(root)
    assert {name: made(results, name).built for name in results} == dict.fromkeys(
        ["base", "tool-version1.10", "tool-version2.0", "other"], True
    )
    client = DockerClient(engine=engine)
    for name, version in {"tool-version1.10": "1.10", "tool-version2.0": "2.0"}.items():
        reference = f"{destination.host}/tests/tool@{made(results, name).published.digest}"
        assert client.docker("run", "--rm", reference, "/bin/cat", "/made", "/tool") == f"made\ntool {version}"
    again = run(root, how=_never)
    assert [(made(again, name).built, made(again, name).published) for name in again] == [
        (False, made(results, name).published) for name in results
    ]


def test_a_red_image_shows_its_step_and_its_line_and_blocks_nobody(run: Callable[..., Results], tmp_path: Path) -> None:
    broken = 'RUN ["/bin/sh", "-c", "for i in $(seq 50); do echo line $i; done; exit 7"]\n'
    results = run(repository(tmp_path / "repository", other=broken))
    assert isinstance(results["other"], Failed)
    assert made(results, "tool-version2.0").built
    told = str(results["other"].error).splitlines()
    assert told[0].startswith("other: [2/2] RUN")
    assert "  | line 50" in told
    assert "  | line 20" not in told
    assert any("exit code: 7" in line for line in told)
    assert any(line.startswith("   4 | >>> RUN") for line in told)


def test_what_stands_on_a_red_image_is_not_begun(run: Callable[..., Results], tmp_path: Path) -> None:
    results = run(repository(tmp_path / "repository", base='RUN ["/bin/false"]\n'))
    assert [type(result) for result in results.values()] == [Failed, Aborted, Aborted, Aborted]
    assert "not begun: tool-version1.10 (stands on base)" in str(failure_of(results))


def test_eight_pipelines_at_once_build_once_and_adopt_one_digest(
    run: Callable[..., Results], destination: Destination, tmp_path: Path
) -> None:
    root = repository(tmp_path / "repository")
    built: list[str] = []

    def counting(argv: Any, **options: Any) -> int:
        built.append(argv[-1])
        return follow(argv, **options)

    def pipeline(_: int) -> Results:
        registry = OciRegistry(Endpoint(host=destination.host))
        return run(root, how=counting, into=replace(destination, registry=registry))

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(pipeline, range(8)))
    assert len(built) == 4
    for name in outcomes[0]:
        assert len({made(results, name).published.digest for results in outcomes}) == 1


def test_no_secret_stays_in_an_image(run: Callable[..., Results], destination: Destination, tmp_path: Path) -> None:
    """Files and values alike are there while the step runs, and nowhere afterwards."""
    in_file, in_value, in_proxy = (secrets.token_hex(16) for _ in range(3))
    (tmp_path / "pip.conf").write_text(in_file)
    mounts = "--mount=type=secret,id=pip-config,required=true --mount=type=secret,id=source-x,required=true"
    seen = "test -s /run/secrets/pip-config && test -s /run/secrets/source-x && test -n $HTTPS_PROXY"
    host = HostSettings(
        files={"pip-config": tmp_path / "pip.conf"}, values={"source-x": in_value}, proxies=("HTTPS_PROXY",)
    )
    root = repository(tmp_path / "repository", base=f'RUN {mounts} ["/bin/sh", "-c", "{seen}"]\n')

    def with_proxy(argv: Any, *, environment: Any, **options: Any) -> int:
        assert not {in_file, in_value, in_proxy} & set("".join(argv).split())
        proxied = {**environment, "HTTPS_PROXY": f"http://u:{in_proxy}@127.0.0.1:1", "NO_PROXY": "127.0.0.1"}
        return follow(argv, environment=proxied, **options)

    digest = made(run(root, host=host, how=with_proxy), "base").published.digest
    for content in everything(destination.registry, "tests/base", digest):
        for secret in (in_file, in_value, in_proxy):
            assert secret.encode() not in content


def test_a_registry_that_lost_the_tag_after_the_push_is_not_believed(
    run: Callable[..., Results], destination: Destination, tmp_path: Path
) -> None:
    class Forgetful:
        """Says of every tag that it is not there, whatever was pushed."""

        def __getattr__(self, name: str) -> Any:
            return getattr(destination.registry, name)

        def resolve(self, repository: str, tag: str) -> None:
            del repository, tag

    results = run(repository(tmp_path / "repository"), into=replace(destination, registry=Forgetful()))
    assert isinstance(results["base"], Failed)
    assert isinstance(results["base"].error, BuildError)
    assert "is not in the registry after it was pushed" in str(results["base"].error)
