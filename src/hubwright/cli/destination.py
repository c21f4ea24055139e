"""The registry that a command works with: the one on this machine, or the one that the matrix names."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hubwright.cli.folders import cache_folder
from hubwright.errors import UsageError
from hubwright.model import EcrRegistry
from hubwright.pipeline.destination import Destination
from hubwright.registries.embedded import EmbeddedRegistry, install_program
from hubwright.registries.oci import Endpoint, OciRegistry

PREFIX = "hubwright"

registry_option = click.option(
    "-r",
    "--registry",
    type=click.Choice(["embedded", "ecr"]),
    default="embedded",
    show_default=True,
    help="The registry of the images: the one on this machine, or the one that the matrix names under registries.ecr.",
)


@contextmanager
def open_destination(kind: str, ecr: EcrRegistry | None, images: Iterable[str]) -> Iterator[Destination]:
    """Give the registry, ready to be pushed to; what had to be logged in is logged out in the end.

    `images` are the names that something may be pushed under.
    """
    if kind == "embedded":
        yield _embedded()
    elif ecr is None:
        msg = "the matrix names no ECR registry; write `ecr: {account: …, region: …, prefix: …}` under `registries:`"
        raise UsageError(msg)
    else:
        # The SDK takes longer to load than a plan takes to make; only this needs it.
        from hubwright.cli.ecr import open_ecr  # noqa: PLC0415

        with open_ecr(ecr, images) as destination:
            yield destination


def embedded_registry() -> EmbeddedRegistry:
    """Return the registry of this machine, be it running or not."""
    cache = cache_folder(os.environ)
    return EmbeddedRegistry(program=install_program(cache, os.environ), data=registry_folder())


def registry_folder() -> Path:
    """Return where the registry of this machine keeps what was pushed to it."""
    return cache_folder(os.environ) / "registry"


def _embedded() -> Destination:
    host = embedded_registry().start()
    return Destination(registry=OciRegistry(Endpoint(host=host)), host=host, prefix=PREFIX)
