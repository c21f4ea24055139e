"""What the programs inside say, as the checks read it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

# What is told of a shell that anybody can read and run.
SHELL_RAN = ["read", "ran 42"]


def answer_in(stdout: str) -> tuple[str | None, str]:
    """Return the JSON object that a program ended with, None where it did not, and whatever else was printed."""
    *before, last = stdout.splitlines() or [""]
    with suppress(ValueError):
        if isinstance(json.loads(last), dict):
            return last, "\n".join(before)
    return None, stdout


def json_line(text: str) -> Mapping[str, Any] | None:
    """Return the first whole line that is a JSON object."""
    for line in text.splitlines(keepends=True):
        if line.startswith("{") and line.endswith("\n"):
            try:
                found: Mapping[str, Any] = json.loads(line)
            except ValueError:
                continue
            return found
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """What the image says about how it is started."""

    ref: str
    user: str
    entrypoint: tuple[str, ...]
    command: tuple[str, ...]
    environment: Mapping[str, str]

    @classmethod
    def of(cls, ref: str, configuration: Mapping[str, Any]) -> Self:
        return cls(
            ref=ref,
            user=configuration.get("User") or "",
            entrypoint=tuple(configuration.get("Entrypoint") or ()),
            command=tuple(configuration.get("Cmd") or ()),
            environment=dict(entry.partition("=")[::2] for entry in configuration.get("Env") or ()),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What an image is made of.

    Lists of paths are sorted. `unresolved` names libraries and who asks for them; `dated_bytecode` holds for one
    modification time of its source only. `home` is empty where the image has no such folder.
    """

    python: str
    walked: int
    setuid: list[str]
    world_writable: list[str]
    drivers: list[str]
    binaries: int
    unresolved: dict[str, list[str]]
    dated_bytecode: list[str]
    caches: list[str]
    home: dict[str, int]
    leftovers: list[str]
    distributions: dict[str, str]
    placeholders: list[str]
    debian: dict[str, str]
    shell: list[str]
    programs: dict[str, str | None]

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))


@dataclass(frozen=True, kw_only=True, slots=True)
class Living:
    """What runs in the user's container, and what its user may do there."""

    uid: int
    gid: int
    groups: list[int]
    home: str
    home_refusal: str | None
    processes: list[dict[str, Any]]

    @classmethod
    def from_json(cls, text: str) -> Self:
        return cls(**json.loads(text))
