"""A stand-in for running buildx: it reads the command line, stores an image, and speaks as buildx does."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence

from fakes.content import image_body
from hubwright.registries.interface import OCI_MANIFEST, Registry


class FakeBuildx:
    """`fails` names repositories whose builds fail.

    With `races` a rival stores another image first; with `refused` the registry does not let ours replace it.
    """

    def __init__(
        self, registry: Registry, *, fails: frozenset[str] = frozenset(), races: bool = False, refused: bool = False
    ) -> None:
        self._registry = registry
        self._fails = fails
        self._races = races
        self._refused = refused
        self._lock = threading.Lock()
        self.calls: list[dict[str, str]] = []

    def __call__(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        timeout_s: float,
        on_stderr: Callable[[bytes], None],
    ) -> int:
        del environment, timeout_s
        options = dict(option.removeprefix("--").partition("=")[::2] for option in argv if option.startswith("--"))
        base = next(option for option in argv if option.startswith("--build-arg=BASE="))
        with self._lock:
            self.calls.append({**options, "base": base.partition("BASE=")[2], "context": argv[-1]})
        _, _, reference = options["output"].partition("name=")
        repository, _, tag = reference.partition(",")[0].partition("/")[2].partition(":")
        on_stderr(_step(repository, error="exit code: 1" if repository in self._fails else ""))
        if repository in self._fails:
            return 1
        if self._races:
            self._store(repository, tag, b"a rival's " + repository.encode())
        if self._races and self._refused:
            on_stderr(b"ERROR: failed to push: the tag is immutable and taken\n")
            return 1
        if not self._races:
            self._store(repository, tag, repository.encode())
        return 0

    def _store(self, repository: str, tag: str, layer: bytes) -> None:
        for blob in (b"{}", layer):
            self._registry.push_blob(repository, blob)
        self._registry.put_manifest(repository, tag, image_body(layer), OCI_MANIFEST)


def _step(name: str, *, error: str) -> bytes:
    vertex = {"digest": "sha256:1", "name": f"[1/1] RUN {name}", "started": "now", "completed": "then"}
    return json.dumps({"vertexes": [{**vertex, "error": error} if error else vertex]}).encode() + b"\n"
