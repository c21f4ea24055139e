"""Images that the engine has, or fetches: by digest, or by whatever name people use for theirs."""

import json
import time
from collections.abc import Mapping

from hubwright.engines.interface import Engine
from hubwright.errors import ProcessError, PullError
from hubwright.frozen import dataclass
from hubwright.process import run

_PULL_S = 1800.0
_ANSWER_S = 60.0
_FAILED = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """An image that the engine has: `id` is what it calls it for good, whatever becomes of its names.

    `name` is for people, with the digest that a registry knows it by; the id where there is none.
    """

    id: str
    name: str


def have_image(engine: Engine, environment: Mapping[str, str], name: str) -> Held:
    """Return the image that this name means now; it is pulled where it is not there.

    One that was built or loaded on the engine has a digest as well, and no registry to be fetched from.
    """
    told = {**environment, **engine.environment}
    if (found := _inspect(engine, told, name)) is None:
        try:
            _pull(engine, told, name)
        except ProcessError as error:
            msg = f"{name} is not on the engine and could not be pulled, so nothing is known about it. {error}"
            raise PullError(msg) from error
        found = _inspect(engine, told, name)
    if found is None:
        msg = f"the engine pulled {name} and does not have it; is it for another platform?"
        raise PullError(msg)
    return found


def _pull(engine: Engine, told: Mapping[str, str], name: str) -> None:
    """Have the engine fetch the image; once more where it could not, in the time that is left.

    It asks a registry only once itself. And right after a build it clears away what that has left of the image: a pull
    that has just seen some of it there ends with "content digest ... not found", and the next one fetches it.
    """
    argv, deadline = (engine.docker, "pull", "--quiet", "--", name), time.monotonic() + _PULL_S
    done = run(argv, environment=told, timeout_s=_PULL_S, allowed_exit_codes=frozenset({0, _FAILED}))
    if done.exit_code == _FAILED:
        run(argv, environment=told, timeout_s=max(deadline - time.monotonic(), _ANSWER_S))


def _inspect(engine: Engine, told: Mapping[str, str], name: str) -> Held | None:
    argv = (engine.docker, "image", "inspect", "--", name)
    done = run(argv, environment=told, timeout_s=_ANSWER_S, allowed_exit_codes=frozenset({0, 1}))
    images = json.loads(done.stdout or b"[]")
    if not images:
        if b"No such image" in done.stderr:
            return None
        said = done.stderr.decode("utf-8", "replace").strip()
        msg = f"the engine could not be asked for {name}, so nothing is known about it: {said}"
        raise PullError(msg)
    names: list[str] = images[0].get("RepoDigests") or [images[0]["Id"]]
    return Held(id=images[0]["Id"], name=names[0])
