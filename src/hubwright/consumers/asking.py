"""What the hub's own KubeSpawner answers about a profile list."""

import json
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from hubwright.disks import temporary_folder
from hubwright.errors import HubError, ProcessError
from hubwright.frozen import dataclass
from hubwright.process import run
from hubwright.vanishing import vanishing_folder

_PROBE = Path(__file__).parent / "inside" / "probe.py"
_KEPT = ("PATH", "LANG", "TMPDIR")
# KubeSpawner does not begin without one. Nobody listens at the address, and nobody is asked.
_KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "current-context": "none",
    "clusters": [{"name": "none", "cluster": {"server": "http://127.0.0.1:9"}}],
    "users": [{"name": "none", "user": {}}],
    "contexts": [{"name": "none", "context": {"cluster": "none", "user": "none"}}],
}


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeStart:
    """What became of one start: its pod, or the error that its user would get.

    `slug` and `choices` are None where none was picked. Without any one of the `cures` there would be no error.
    """

    slug: str | None
    choices: Mapping[str, str] | None
    pod: Mapping[str, Any] | None
    error: str | None
    cures: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """Everything that KubeSpawner made; with `trouble`, it did not even begin, and nothing else is there.

    `page` is the form, and `page_error` why there is none; then `alone` says for each profile what keeps the form of
    this one alone from being made. `slugs` are as KubeSpawner has them. `names` are what values may refer to, and
    `tolerations` are what every pod has whose profile says nothing about them.
    """

    trouble: str | None = None
    page: str | None = None
    page_error: str | None = None
    alone: tuple[str | None, ...] = ()
    slugs: tuple[str | None, ...] = ()
    traits: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    tolerations: tuple[Mapping[str, str], ...] = ()
    starts: tuple[MadeStart, ...] = ()


def ask_kubespawner(
    python: Path, given: Mapping[str, object], *, environment: Mapping[str, str], timeout_s: float
) -> Answer:
    """Return the answer of the KubeSpawner that this Python has; raise HubError where it gives none.

    `given` is what the probe beside this file is told.
    """
    with vanishing_folder([temporary_folder()]) as folder:
        (folder / "given.json").write_text(json.dumps(given), "utf-8")
        (folder / "kubeconfig").write_text(json.dumps(_KUBECONFIG), "utf-8")
        told = {name: environment[name] for name in _KEPT if name in environment}
        told |= {"HOME": str(folder), "KUBECONFIG": str(folder / "kubeconfig")}
        argv = (str(python), "-I", str(_PROBE), str(folder / "given.json"))
        try:
            answered = run(argv, environment=told, timeout_s=timeout_s, cwd=folder).stdout
            return _read(json.loads(answered))
        except (ProcessError, ValueError) as error:
            msg = f"KubeSpawner could not be asked what it makes of the profiles: {error}"
            raise HubError(msg) from error


def _read(told: Mapping[str, Any]) -> Answer:
    if told["trouble"] is not None:
        return Answer(trouble=told["trouble"])
    return Answer(
        page=told["form"]["page"],
        page_error=told["form"]["error"],
        alone=tuple(told["alone"]),
        slugs=tuple(told["slugs"]),
        traits=frozenset(told["traits"]),
        names=told["names"],
        tolerations=tuple(told["tolerations"]),
        starts=tuple(MadeStart(**{**each, "cures": tuple(each["cures"])}) for each in told["starts"]),
    )
