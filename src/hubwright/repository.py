"""What the stages want to know of a repository, whether it lies on disk or in a revision."""

from typing import Protocol

from hubwright.dockerignore import NOTHING_IGNORED, IgnoreRules, parse_dockerignore
from hubwright.errors import TreeError
from hubwright.planned import Recipe

MAX_DOCKERFILE = 1 << 20


class Repository(Protocol):
    """Files by their path below the matrix's folder; nothing outside it can be named."""

    def read(self, path: str, limit: int) -> bytes:
        """Return the bytes of a regular file, or raise TreeError: missing, too large, not a file."""

    def holds(self, path: str) -> bool:
        """Say whether anything stands at the path."""

    def names(self, folder: str) -> tuple[str, ...]:
        """Return the names of what stands in the folder, sorted; nothing where there is no such folder."""

    def recipe(self, folder: str, dockerfile: str) -> Recipe:
        """Return the Dockerfile's hash and the build context as BuildKit would see it, sorted."""


def ignore_rules(repository: Repository, folder: str, dockerfile: str) -> IgnoreRules:
    """Return the rules for a build: the Dockerfile's own ignore file wins over the folder's."""
    for name in (f"{folder}/{dockerfile}.dockerignore", f"{folder}/.dockerignore"):
        if repository.holds(name):
            try:
                return parse_dockerignore(repository.read(name, MAX_DOCKERFILE).decode("utf-8"))
            except ValueError as error:
                msg = f"{name}: {error}"
                raise TreeError(msg) from error
    return NOTHING_IGNORED
