"""How `docker buildx build` is asked for the image of one variant: its command line, decided from values."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from hubwright.frozen import dataclass
from hubwright.labels import BASE_DIGEST, BASE_NAME, FINGERPRINT, VARIANT, lock_label
from hubwright.model import Variant
from hubwright.planned import Fingerprint, Recipe
from hubwright.variables import secret_variable


@dataclass(frozen=True, kw_only=True, slots=True)
class HostSettings:
    """What a build takes over from the host that runs it, none of which may stay in an image.

    `files` and `values` map a BuildKit secret's id to the file or the text it is made of; `foundations` holds
    further texts for the images on one foundation. `proxies` names proxy variables; their values reach the client by
    its environment, and BuildKit keeps them out of history and cache.
    """

    files: Mapping[str, Path]
    values: Mapping[str, str]
    proxies: tuple[str, ...]
    foundations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def on(self, foundation: str) -> "HostSettings":
        """Return what the build of an image on the foundation takes over."""
        return replace(self, values={**self.values, **self.foundations.get(foundation, {})}, foundations={})

    def environment(self) -> dict[str, str]:
        """Return the variables that carry the values: a command line can be read by everyone, this by nobody else."""
        return {secret_variable(name): value for name, value in self.values.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildOrder:
    """Everything about one build; `base_ref` and `destination` are references with a digest and with a tag."""

    variant: Variant
    fingerprint: Fingerprint
    recipe: Recipe
    base_ref: str
    destination: str


def build_argv(
    order: BuildOrder,
    *,
    buildx: Sequence[str],
    root: Path,
    host: HostSettings,
    cache: str | None = None,
    builder_pushes: bool = False,
) -> tuple[str, ...]:
    """Return the command line of the build; `cache` is a reference to what an earlier one left for others.

    Where BuildKit pushes by itself, the image is not unpacked into the engine, which takes as long as a push.
    """
    # buildx takes `push=true` as an order to push out of the engine afterwards, where nothing is; to BuildKit, the
    # empty value says the same.
    pushed = "push=,store=false" if builder_pushes else "push=true"
    return (
        *buildx,
        "build",
        f"--output=type=image,name={order.destination},{pushed},compression=zstd,oci-mediatypes=true",
        *(f"--label={name}={value}" for name, value in sorted(labels(order).items())),
        *_read_from(cache),
        *_steps(order, root, host),
    )


def export_argv(
    order: BuildOrder, *, buildx: Sequence[str], root: Path, host: HostSettings, into: str, cache: str | None
) -> tuple[str, ...]:
    """Return the command line that leaves the steps of a build that is done under the reference `into`.

    `cache` is what that build read: what it did not have to fetch of it is passed on by reference.
    """
    # As an image, because some registries refuse an index whose parts are layers.
    form = "mode=max,image-manifest=true,oci-mediatypes=true,compression=zstd"
    return (
        *buildx,
        "build",
        "--output=type=cacheonly",
        f"--cache-to=type=registry,ref={into},{form}",
        *_read_from(cache),
        *_steps(order, root, host),
    )


def _read_from(cache: str | None) -> tuple[str, ...]:
    return (f"--cache-from=type=registry,ref={cache}",) if cache else ()


def _steps(order: BuildOrder, root: Path, host: HostSettings) -> tuple[str, ...]:
    """Return what decides the steps: two commands that have this in common share their cache."""
    variant = order.variant
    folder = root / variant.folder
    target = ("--target", variant.target) if variant.target else ()
    args = {"BASE": order.base_ref, **variant.args}
    return (
        "--progress=rawjson",
        # Attestations would turn the image into an index, and the proof is about the image.
        "--provenance=false",
        "--sbom=false",
        f"--platform={variant.platform}",
        f"--file={folder / variant.dockerfile}",
        *target,
        *(f"--build-arg={name}={value}" for name, value in sorted(args.items())),
        *(f"--build-arg={name}" for name in host.proxies),
        *(file_secret(name, path) for name, path in sorted(host.files.items())),
        *(f"--secret=id={name},env={secret_variable(name)}" for name in sorted({*host.values, *variant.secrets})),
        "--",
        str(folder),
    )


def file_secret(name: str, path: Path) -> str:
    """Return the option that gives a build a file: comma-separated values, as buildx reads them, whatever its path."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow((f"id={name}", f"src={path}"))
    return f"--secret={line.getvalue()}"


def labels(order: BuildOrder) -> dict[str, str]:
    """Return what the image says of itself: what it stands on, and what it was made of."""
    name, _, digest = order.base_ref.partition("@")
    locks = {lock_label(entry.path): entry.value for entry in order.recipe.context if entry.path.endswith(".lock")}
    return {
        BASE_NAME: name,
        BASE_DIGEST: digest,
        FINGERPRINT: order.fingerprint.hex,
        VARIANT: order.variant.name,
        **locks,
    }
