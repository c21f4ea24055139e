"""What is checked, as it is handed to the process that checks it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Self

from hubwright.canonical import Canonical


@dataclass(frozen=True, kw_only=True, slots=True)
class Versions:
    """What the locks of an image and of those that it stands on say, by normal name.

    `complete` is whether nothing else of Python may be there, because every package of the image is locked.
    """

    python: Mapping[str, str]
    debian: Mapping[str, str]
    complete: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """One image, and the container that a user works in.

    `uid`, `gid`, `fs_gid` and `home` are what the profile gives to the container; `accelerators` what kinds of
    devices the image is for. `parent` is the image it was built on, as a reference that the engine has or can pull,
    where there is one. `versions` is None for an image whose locks nobody has.
    """

    container: str
    uid: int
    gid: int
    fs_gid: int
    home: str
    accelerators: tuple[str, ...] = ()
    parent: str | None = None
    versions: Versions | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """What the checking process is told: the subject, how to reach the engine, and where to write what it saw.

    `labels` mark every container that it makes, so that none outlives it, nor the rehearsal.
    """

    subject: Subject
    docker: str
    environment: Mapping[str, str]
    labels: Mapping[str, str]
    report: str

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        fields = json.loads(text)
        subject = fields.pop("subject")
        versions = subject.pop("versions")
        subject["accelerators"] = tuple(subject["accelerators"])
        return cls(subject=Subject(**subject, versions=Versions(**versions) if versions else None), **fields)


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What one check came to.

    `outcome` is "passed", "failed", "not shown" (it was skipped) or "broken" (it says nothing about the image).
    `because` names the check whose failure kept this one from being made.
    """

    check: str
    where: str
    outcome: str
    expected: Canonical
    seen: Canonical
    advice: str = ""
    because: str = ""
