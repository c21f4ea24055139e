"""Why a server did not start, from what was seen of it: a table of causes, the most telling first."""

import re
from collections.abc import Callable

from hubwright.frozen import dataclass
from hubwright.verdicts import Finding

_LAST_LINES = 5
_ROOT_ONLY = re.compile(r"permission denied|operation not permitted|must be (run as )?root|are you root", re.IGNORECASE)
_NO_HUB_CLIENT = re.compile(r"jupyterhub-singleuser.{0,40}not found|No module named '?jupyterhub", re.IGNORECASE)
_NO_PROGRAM = re.compile(r"executable file not found|no such file or directory", re.IGNORECASE)
_OTHER_ARCHITECTURE = re.compile(r"exec format error", re.IGNORECASE)
_PLAIN_SERVER = re.compile(r"https?://[^/\s]+/(?:lab|tree)?\?token=")
_ROOT_REFUSED = re.compile(r"Running as root is not recommended", re.IGNORECASE)
NO_COMMAND = re.compile(r"no command specified", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Symptoms:
    """What was seen of a start that came to nothing.

    `exit_code` is None while the container runs; `error` is what the engine said about starting it, `log` the last
    lines that it printed.
    """

    exit_code: int | None
    out_of_memory: bool
    restarts: int
    error: str
    log: str
    waited_s: float
    uid: int
    jupyterhub: str


@dataclass(frozen=True, slots=True)
class _Cause:
    fits: Callable[[Symptoms], bool]
    seen: str
    advice: str


def _ended(symptoms: Symptoms) -> bool:
    return symptoms.exit_code is not None


_INSTALL = "install jupyterhub=={major}.* into the image, with jupyterhub-singleuser on its PATH"
_TABLE = (
    _Cause(
        lambda s: s.out_of_memory,
        "the container used up the profile's memory and was killed",
        "raise the profile's memory, or find out what the image starts",
    ),
    _Cause(
        lambda s: bool(NO_COMMAND.search(s.error)),
        "the image has no command and no entry point",
        "give the image a CMD that becomes jupyterhub-singleuser, or the profile a `cmd`",
    ),
    _Cause(
        lambda s: bool(_OTHER_ARCHITECTURE.search(s.error + s.log)),
        "its programs are for another processor",
        "build the image for the platform of the nodes",
    ),
    _Cause(lambda s: bool(_NO_HUB_CLIENT.search(s.error + s.log)), "the image has no jupyterhub-singleuser", _INSTALL),
    _Cause(
        lambda s: bool(_NO_PROGRAM.search(s.error)),
        "the command is not in the image",
        "correct the image's ENTRYPOINT and CMD, or the profile's `cmd`",
    ),
    _Cause(
        lambda s: bool(_ROOT_REFUSED.search(s.log)),
        "the server refuses to run as root",
        "give the profile a `uid` that is not 0, or start the server with --allow-root",
    ),
    _Cause(
        lambda s: _ended(s) and s.uid != 0 and bool(_ROOT_ONLY.search(s.error + s.log)),
        "something may not be done as uid {uid}",
        "make it work for any user: no writing outside of the home and /tmp, no sudo, no privileges",
    ),
    _Cause(
        lambda s: s.restarts > 0,
        "the container was started {restarts} times again",
        "look at its first log: what ends it?",
    ),
    _Cause(
        lambda s: s.exit_code == 0,
        "the container ended at once and said that all is well",
        "the ENTRYPOINT must exec its arguments, and the CMD must become the server (`exec jupyterhub-singleuser`)",
    ),
    _Cause(_ended, "the container ended with exit code {exit_code}", "look at its last lines"),
    _Cause(
        lambda s: bool(_PLAIN_SERVER.search(s.log)),
        "a server started that does not know of the hub",
        "where JUPYTERHUB_API_TOKEN is set, the image's CMD must become jupyterhub-singleuser, and not jupyter lab",
    ),
    _Cause(
        lambda _: True,
        "the container runs, and nobody answers on its port",
        "the server must listen at the address in JUPYTERHUB_SERVICE_URL, on all interfaces, within the time limit",
    ),
)


def diagnose(symptoms: Symptoms) -> Finding:
    """Return the likeliest cause, with what is to be done about it and the last lines that were printed."""
    cause = next(cause for cause in _TABLE if cause.fits(symptoms))
    words = {
        "exit_code": symptoms.exit_code,
        "restarts": symptoms.restarts,
        "uid": symptoms.uid,
        "major": symptoms.jupyterhub.partition(".")[0],
    }
    seen = cause.seen.format(**words)
    if symptoms.exit_code and "{exit_code}" not in cause.seen:
        seen += f" (exit code {symptoms.exit_code})"
    said = [line for line in (*symptoms.error.splitlines(), *symptoms.log.splitlines()) if line.strip()]
    if said:
        seen += "; its last lines:\n" + "\n".join(said[-_LAST_LINES:])
    return Finding(
        where="start",
        expected=f"a single-user server that answers within {symptoms.waited_s:.0f} s",
        seen=seen,
        advice=cause.advice.format(**words),
    )
