"""The engine's API, with errors of our own family."""

import io
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import docker
import requests
import urllib3
from docker.errors import APIError, DockerException, NotFound
from docker.utils import kwargs_from_env

from hubwright.engines.interface import Engine
from hubwright.errors import EngineRefusedError, EngineUnreachableError

_ANSWER_S = 60
_LARGEST_FILE = 16 << 20


@contextmanager
def open_client(engine: Engine, environment: Mapping[str, str]) -> Iterator[docker.APIClient]:
    """Give a client of the engine; any number of threads may use it."""
    told = {**environment, **engine.environment}
    found = kwargs_from_env(environment=told) if told.get("DOCKER_HOST") else {"base_url": engine.address}
    with asking("its version"):
        client = docker.APIClient(version="auto", timeout=_ANSWER_S, **found)
    try:
        yield client
    finally:
        client.close()


@contextmanager
def asking(what: str) -> Iterator[None]:
    """Turn what the engine's library raises into errors that say what was asked for."""
    try:
        yield
    except APIError as error:
        msg = f"the engine refused {what}: {error.explanation or error}"
        raise EngineRefusedError(msg) from error
    except (DockerException, requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        msg = f"the engine could not be asked for {what}: {error}"
        raise EngineUnreachableError(msg) from error


def inspect(client: docker.APIClient, container: str) -> dict[str, Any] | None:
    """Return what the engine knows about a container, None where there is none of this name."""
    with asking(f"the state of {container}"):
        try:
            found: dict[str, Any] = client.inspect_container(container)
        except NotFound:
            return None
        return found


def log_tail(client: docker.APIClient, container: str, lines: int) -> str:
    """Return the last lines that a container printed, nothing where it is gone."""
    with asking(f"the log of {container}"):
        try:
            printed: bytes = client.logs(container, tail=lines)
        except NotFound:
            return ""
        return printed.decode("utf-8", "replace").strip()


def saw_memory_run_out(client: docker.APIClient, container: str) -> bool:
    """Return whether the engine told of a process in the container that was killed for its memory.

    It keeps a few hundred events, so only what happened lately is found; its clock is this machine's.
    """
    asked = {"event": "oom", "container": container}
    with asking(f"what happened to {container}"):
        # Without an end in the past the answer would never end.
        now: Any = f"{time.time():.6f}"
        told = client.events(since=0, until=now, filters=asked, decode=True)
        return bool(list(told))


def remove(client: docker.APIClient, container: str) -> None:
    """Remove a container with its anonymous volumes; one that is gone is no error."""
    with asking(f"the removal of {container}"):
        try:
            client.remove_container(container, v=True, force=True)
        except NotFound:
            return


def read_file(client: docker.APIClient, container: str, path: str) -> bytes | None:
    """Return a file as the container sees it, None where there is none, or one that no notebook is as large as."""
    packed = io.BytesIO()
    with asking(f"{path} of {container}"):
        try:
            chunks, _ = client.get_archive(container, path)
        except NotFound as error:
            # It was asked for as a stream, which the library leaves open.
            if error.response is not None:
                error.response.close()
            return None
        # Read to the end in any case: the library cannot give up an answer, and would leak its connection.
        for chunk in chunks:
            if packed.tell() <= _LARGEST_FILE:
                packed.write(chunk)
    if packed.tell() > _LARGEST_FILE:
        return None
    packed.seek(0)
    with tarfile.open(fileobj=packed) as tar:
        first = tar.next()
        found = tar.extractfile(first) if first and first.isreg() else None
        return found.read() if found else None
