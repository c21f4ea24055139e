"""A repository held in memory."""

import hashlib
from collections.abc import Mapping

from hubwright.errors import TreeError
from hubwright.planned import Entry, EntryKind, Recipe

NOTEBOOK = b'{"nbformat": 4, "metadata": {"kernelspec": {"name": "python3"}}, "cells": []}'


class MemoryRepository:
    """Files by their path; a folder is there when something below it is."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)

    def read(self, path: str, limit: int) -> bytes:
        if path not in self.files:
            msg = f"{path}: expected a regular file"
            raise TreeError(msg)
        content = self.files[path]
        if len(content) > limit:
            msg = f"{path}: the file is larger than {limit // 1024} KiB"
            raise TreeError(msg)
        return content

    def holds(self, path: str) -> bool:
        return any(name == path or name.startswith(f"{path}/") for name in self.files)

    def names(self, folder: str) -> tuple[str, ...]:
        below = {path.removeprefix(f"{folder}/") for path in self.files if path.startswith(f"{folder}/")}
        return tuple(sorted({path.partition("/")[0] for path in below}))

    def recipe(self, folder: str, dockerfile: str) -> Recipe:
        """Return the recipe; ignore files are not looked at, and folders have no entries of their own."""
        content = self.read(f"{folder}/{dockerfile}", 1 << 20)
        context = tuple(
            Entry(
                path=path.removeprefix(f"{folder}/"),
                kind=EntryKind.FILE,
                value=hashlib.sha256(self.files[path]).hexdigest(),
                executable=False,
            )
            for path in sorted(self.files)
            if path.startswith(f"{folder}/")
        )
        return Recipe(dockerfile_sha256=hashlib.sha256(content).hexdigest(), context=context)
