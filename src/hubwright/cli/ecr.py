"""The matrix's registry at Amazon, with the repositories, the login and the cache that a build needs there."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

from hubwright.cli.engines import say
from hubwright.model import EcrRegistry
from hubwright.pipeline.caching import BuildCache
from hubwright.pipeline.destination import Destination
from hubwright.proxies import read_proxies
from hubwright.registries.docker_login import docker_login
from hubwright.registries.ecr import connect
from hubwright.registries.ecr_policy import cache_repository, cache_settings, image_repository, image_settings
from hubwright.registries.interface import Credential
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.registries.timing import Timing


@contextmanager
def open_ecr(named: EcrRegistry, images: Iterable[str]) -> Iterator[Destination]:
    """Give the registry; the images have their repositories then, and docker's login is taken back in the end."""
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
