"""The program git, of whose surroundings nothing matters: no variable, hook or setting of whoever runs us."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from hubwright.frozen import dataclass
from hubwright.process import run

_TIMEOUT_S = 300.0
# Where git works is for us to say; whoever runs us from a hook or an alias has said otherwise.
_PLACES = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_WORK_TREE",
    }
)
# Nothing of the user's runs, and nothing is left out.
_SETTINGS = ("core.hooksPath=/dev/null", "core.fsmonitor=false", "core.sparseCheckout=false")


@dataclass(frozen=True, slots=True)
class Git:
    """git in a folder; each call raises ProcessError where git fails, and may add to the environment."""

    folder: Path
    surroundings: Mapping[str, str]

    def require_installed(self) -> None:
        run(("git", "--version"), environment=self.environment, timeout_s=_TIMEOUT_S)

    @property
    def environment(self) -> dict[str, str]:
        return {name: value for name, value in self.surroundings.items() if name not in _PLACES}

    def said(self, *arguments: str, environment: Mapping[str, str] | None = None, at: Path | None = None) -> bytes:
        return self._run(arguments, environment=environment, at=at)[1]

    def line(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        return os.fsdecode(self.said(*arguments, environment=environment)).removesuffix("\n")

    def words(self, *arguments: str) -> tuple[str, ...]:
        """Return what git separates by zeros, as it does with `-z`."""
        return tuple(os.fsdecode(word) for word in self.said(*arguments).split(b"\0") if word)

    def answer(self, *arguments: str) -> str | None:
        """Return what git said to a question; None where it ended with 1, which is how it says no."""
        code, said = self._run(arguments, allowed={0, 1})
        return None if code else os.fsdecode(said).strip()

    def _run(
        self,
        arguments: tuple[str, ...],
        *,
        environment: Mapping[str, str] | None = None,
        at: Path | None = None,
        allowed: Collection[int] = (0,),
    ) -> tuple[int, bytes]:
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        argv = ("git", "--no-pager", "--literal-pathspecs", *settings, "-C", str(at or self.folder), *arguments)
        done = run(
            argv,
            environment={**self.environment, "LC_ALL": "C", **(environment or {})},
            timeout_s=_TIMEOUT_S,
            allowed_exit_codes=frozenset(allowed),
        )
        return done.exit_code, done.stdout
