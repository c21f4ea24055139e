from pathlib import Path

import pytest

from hubwright.buildx import BuildOrder, HostSettings, build_argv, export_argv, labels
from hubwright.fingerprint import fingerprint
from hubwright.planned import Entry, EntryKind, Recipe
from values import RECIPE, variant

BASE = "127.0.0.1:5000/hubwright/base@sha256:" + "a" * 64
SPARK = variant("spark", "base", args={"SPARK": "4.1.1", "A": "1 2"}, target="final")
LOCKED = Recipe(
    dockerfile_sha256="0" * 64,
    context=(Entry(path="requirements.lock", kind=EntryKind.FILE, value="f" * 64, executable=False), *RECIPE.context),
)


def _order() -> BuildOrder:
    return BuildOrder(
        variant=SPARK,
        fingerprint=fingerprint(SPARK, LOCKED, "b"),
        recipe=LOCKED,
        base_ref=BASE,
        destination="127.0.0.1:5000/hubwright/spark:fp-1",
    )


def test_the_command_line_says_everything_and_no_secret() -> None:
    host = HostSettings(
        files={"pip-config": Path("/p"), "ca-bundle": Path("/c")},
        values={"source-neuron": "https://user:password@example.org"},
        proxies=("HTTPS_PROXY",),
    )
    argv = build_argv(_order(), buildx=("docker", "buildx"), root=Path("/repo"), host=host)
    assert argv[:3] == ("docker", "buildx", "build")
    assert argv[-2:] == ("--", "/repo/images/spark")
    assert "--file=/repo/images/spark/Dockerfile" in argv
    assert "--provenance=false" in argv
    assert not any(arg.startswith("--cache") for arg in argv)
    assert [arg for arg in argv if arg.startswith("--build-arg")] == [
        "--build-arg=A=1 2",
        f"--build-arg=BASE={BASE}",
        "--build-arg=SPARK=4.1.1",
        "--build-arg=HTTPS_PROXY",
    ]
    assert [arg for arg in argv if arg.startswith("--secret")] == [
        "--secret=id=ca-bundle,src=/c",
        "--secret=id=pip-config,src=/p",
        "--secret=id=source-neuron,env=HUBWRIGHT_SECRET_SOURCE_NEURON",
    ]
    assert "password" not in " ".join(argv)
    assert host.environment() == {"HUBWRIGHT_SECRET_SOURCE_NEURON": "https://user:password@example.org"}
    assert argv[argv.index("--target") + 1] == "final"


@pytest.mark.parametrize(
    "path, said",
    [
        ("/a b/c", "id=ca-bundle,src=/a b/c"),
        ("/a,b/c", 'id=ca-bundle,"src=/a,b/c"'),
        ('/a"b/c', 'id=ca-bundle,"src=/a""b/c"'),
    ],
)
def test_a_secret_may_lie_anywhere(path: str, said: str) -> None:
    host = HostSettings(files={"ca-bundle": Path(path)}, values={}, proxies=())

    argv = build_argv(_order(), buildx=(), root=Path("/repo"), host=host)

    assert f"--secret={said}" in argv


@pytest.mark.parametrize("builder_pushes, how", [(False, "push=true"), (True, "push=,store=false")])
def test_an_image_is_unpacked_only_where_it_has_to_be(builder_pushes: bool, how: str) -> None:  # noqa: FBT001 - a case
    argv = build_argv(
        _order(),
        buildx=(),
        root=Path("/repo"),
        host=HostSettings(files={}, values={}, proxies=()),
        builder_pushes=builder_pushes,
    )
    name = "127.0.0.1:5000/hubwright/spark:fp-1"
    assert f"--output=type=image,name={name},{how},compression=zstd,oci-mediatypes=true" in argv


def test_a_cache_is_read_and_left_by_the_same_steps() -> None:
    """What an export differs in from the build that it follows would be built again."""
    host = HostSettings(files={"pip-config": Path("/p")}, values={"source-x": "hush"}, proxies=("HTTPS_PROXY",))
    left = "r.io/cache/spark@sha256:" + "c" * 64
    form = "mode=max,image-manifest=true,oci-mediatypes=true,compression=zstd"
    build = build_argv(_order(), buildx=("buildx",), root=Path("/repo"), host=host, cache=left)
    export = export_argv(
        _order(), buildx=("buildx",), root=Path("/repo"), host=host, into="r.io/cache/spark:spark", cache=left
    )
    assert set(build) - set(export) == {
        "--output=type=image,name=127.0.0.1:5000/hubwright/spark:fp-1,push=true,compression=zstd,oci-mediatypes=true",
        *(f"--label={name}={value}" for name, value in labels(_order()).items()),
    }
    assert set(export) - set(build) == {
        "--output=type=cacheonly",
        f"--cache-to=type=registry,ref=r.io/cache/spark:spark,{form}",
    }
    assert f"--cache-from=type=registry,ref={left}" in build
    assert "hush" not in " ".join(export)


def test_an_image_says_what_it_stands_on_and_what_it_was_made_of() -> None:
    assert labels(_order()) == {
        "org.opencontainers.image.base.name": "127.0.0.1:5000/hubwright/base",
        "org.opencontainers.image.base.digest": "sha256:" + "a" * 64,
        "io.github.hubwright.fingerprint": _order().fingerprint.hex,
        "io.github.hubwright.variant": "spark",
        "io.github.hubwright.lock.requirements.lock": "f" * 64,
    }
