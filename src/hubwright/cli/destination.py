"""The registry that a command works with: the one on this machine, or the one that the matrix names."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from hubwright.cli.engines import say
from hubwright.cli.folders import cache_folder
from hubwright.errors import UsageError
from hubwright.model import EcrRegistry
from hubwright.pipeline.caching import BuildCache
from hubwright.pipeline.destination import Destination
from hubwright.proxies import read_proxies
from hubwright.registries.embedded import EmbeddedRegistry, install_program
from hubwright.registries.interface import Credential
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.registries.timing import Timing

PREFIX = "hubwright"

registry_option = click.option(
    "-r",
    "--registry",
    type=click.Choice(["embedded", "ecr"]),
    default="embedded",
    show_default=True,
    help="Where images go: the registry on this machine, or the one that the matrix names under registries.ecr.",
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
        with _ecr(ecr, images) as destination:
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


@contextmanager
def _ecr(named: EcrRegistry, images: Iterable[str]) -> Iterator[Destination]:
    # The SDK takes longer to load than a plan takes to make; only this needs it.
    import boto3  # noqa: PLC0415

    from hubwright.registries.docker_login import docker_login  # noqa: PLC0415
    from hubwright.registries.ecr import connect  # noqa: PLC0415
    from hubwright.registries.ecr_policy import (  # noqa: PLC0415
        cache_repository,
        cache_settings,
        image_repository,
        image_settings,
    )

    aws = connect(named, sessions=boto3.Session, timing=Timing())
    aws.identify()
    for image in images:
        aws.ensure_repository(image_repository(named.prefix, image), image_settings())
    credential = aws.credentials(refused=False)
    host = aws.credentials.host
    own = Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker")
    registry = OciRegistry(Endpoint(host=host, credentials=aws.credentials, proxies=read_proxies(os.environ)))
    with docker_login({host: credential}, own=own) as login:

        def log_in() -> Credential:
            # docker reads the login when it starts, and a run may outlive a token.
            current = aws.credentials(refused=False)
            login.write({host: current})
            return current

        yield Destination(
            registry=registry,
            host=host,
            prefix=named.prefix,
            environment=login.environment,
            log_in=log_in,
            found_by_scan=aws.found_by_scan,
            cache=BuildCache(
                registry=registry,
                host=host,
                repository=lambda image: cache_repository(named.prefix, image),
                prepare=lambda repository: aws.ensure_repository(repository, cache_settings()),
                say=say,
            ),
        )
