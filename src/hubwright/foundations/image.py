"""The tarball of a root as an image in a registry."""

import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import assert_never

from hubwright.engines.interface import Engine
from hubwright.errors import BootstrapError, ProcessError
from hubwright.labels import BASE_DIGEST, BASE_NAME, FOUNDATION, FOUNDATION_LOCK, FOUNDATION_WAY
from hubwright.process import run
from hubwright.roots import BootstrappedRoot, PulledRoot, Root, root_sha256

_BUILD_S = 900
_DOCKERFILE = 'FROM scratch\nADD {tarball} /\nCMD ["bash"]\n'


def root_tag(root: BootstrappedRoot) -> str:
    """Return the tag of the root's image; where a registry has it, nothing has to be made."""
    return f"fp-{root_sha256(root)}"


def root_labels(foundation: str, root: Root) -> dict[str, str]:
    """Return what an image says about the root it starts from; those that stand on it inherit these."""
    said = {FOUNDATION: foundation, FOUNDATION_LOCK: f"sha256:{root_sha256(root)}"}
    match root:
        case PulledRoot():
            said |= {FOUNDATION_WAY: "pull", BASE_NAME: root.reference, BASE_DIGEST: root.digest}
        case BootstrappedRoot():
            said |= {FOUNDATION_WAY: "bootstrap", BASE_NAME: "scratch"}
        case _:
            assert_never(root)
    return said


def push_root(
    engine: Engine,
    tarball: Path,
    destination: str,
    *,
    platform: str,
    labels: Mapping[str, str],
    environment: Mapping[str, str],
) -> None:
    """Make an image of the tarball, and push it.

    Its Dockerfile stays beside the tarball: a folder that is gone in the end would be left by a run that is killed.
    `destination` is `host/path:tag`: BuildKit inside an engine cannot push by digest alone. `root_tag` gives a tag
    that says what is in it; from then on the digest counts. What the engine needs to be allowed to push is in the
    environment, as for every build.
    """
    dockerfile = tarball.with_suffix(".Dockerfile")
    dockerfile.write_text(_DOCKERFILE.format(tarball=tarball.name), encoding="utf-8")
    arguments = build_arguments(tarball, dockerfile, destination, platform=platform, labels=labels)
    try:
        run(
            (*engine.buildx, "build", *arguments),
            environment={**environment, **engine.environment},
            timeout_s=_BUILD_S,
        )
    except ProcessError as error:
        msg = f"cannot make the image of a root and push it to {destination}: {error}"
        raise BootstrapError(msg) from error


def build_arguments(
    tarball: Path, dockerfile: Path, destination: str, *, platform: str, labels: Mapping[str, str]
) -> tuple[str, ...]:
    """Return how buildx is asked for it; of the tarball's folder, BuildKit fetches the tarball alone."""
    return (
        "--progress=plain",
        f"--file={dockerfile}",
        f"--platform={platform}",
        f"--output=type=image,name={destination},push=true,compression=zstd,oci-mediatypes=true",
        # They would make an index of the one image, with another digest at every build.
        "--provenance=false",
        "--sbom=false",
        # The image is as old as what is in it, and two builds of the same root are the same image.
        f"--build-arg=SOURCE_DATE_EPOCH={newest_time(tarball)}",
        *(f"--label={key}={value}" for key, value in sorted(labels.items())),
        str(tarball.parent),
    )


def newest_time(tarball: Path) -> int:
    """Return when what is in the tarball was changed last, in seconds since 1970."""
    with tarfile.open(tarball, "r:") as opened:
        return max(int(member.mtime) for member in opened)
