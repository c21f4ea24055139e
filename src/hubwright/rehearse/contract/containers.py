"""The containers that the checks look at beside the user's: each tells one thing about the image, all at once.

None of them has a network, and none outlives the checks.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from hubwright.errors import ProcessError, StoppedError
from hubwright.process import Completed, follow, run
from hubwright.rehearse.contract.ending import ENGINE_REFUSED, refused, require_not_killed, require_the_images_doing
from hubwright.rehearse.contract.facts import answer_in, json_line
from hubwright.rehearse.contract.inside import program
from hubwright.rehearse.contract.subject import Assignment
from hubwright.stopping import stoppable

_ANY_EXIT_CODE = frozenset(range(256))
_RUN_S = 180.0
_CLIENT_S = 60.0
_START_S = 120.0
_END_S = 30.0
# As a cluster gives it to whoever is nobody in particular.
_RANDOM_USER = "123456:0"
PREFIX = "/notebook/a/b"
_PORT = 8888
_SIGNALLED = 42
# Of what an entry point says, which may be without end; the one line that is waited for is far shorter.
_KEPT = 1 << 16
# Who prints for ever must not fill the disk.
_LOG = ("--log-driver=json-file", "--log-opt=max-size=10m")
# Words that a shell would change, and one that a server would take for its own.
ARGUMENTS = ("--version", "two words", "", "$HOME", "*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    """A container that ended."""

    exit_code: int
    stdout: str
    stderr: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entered:
    """What came of giving the entry point a program to become.

    `told` is what that program said about itself, None if it was never there; `exit_code` is how the container
    ended after a signal, None if it did not. `log` is the end of what was said beside it.
    """

    told: Mapping[str, Any] | None
    exit_code: int | None
    log: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """How the image's own command fared behind a prefix, as an unannounced user with an empty home.

    `told` is None where nothing could be asked any more; `log` is the end of what the container printed.
    """

    told: Mapping[str, Any] | None
    log: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Containers:
    """Makes containers of an image for the checks."""

    assignment: Assignment

    def image_of(self, container: str) -> str:
        """Return the image that a container was made of, as the engine names it."""
        return self._docker("container", "inspect", "--format={{.Image}}", "--", container).stdout.strip()

    def configuration(self, image: str) -> dict[str, Any]:
        """Return what the image says about how it is started."""
        answer = self._docker("image", "inspect", "--format={{json .Config}}", "--", image)
        found: dict[str, Any] = json.loads(answer.stdout)
        return found

    def run(self, image: str, *arguments: str, options: Sequence[str] = ()) -> Ran:
        """Return what a container of the image did with the arguments."""
        return self._run(self._name(), image, *arguments, options=options)

    def _run(self, name: str, image: str, *arguments: str, options: Sequence[str]) -> Ran:
        ran = self._ask("run", f"--name={name}", *self._common(), *options, image, *arguments, timeout_s=_RUN_S)
        if ran.exit_code == ENGINE_REFUSED:
            require_the_images_doing(self._state(name), ran.stderr)
        return ran

    def facts(self, image: str, home: str) -> Ran:
        """Return what the image's Python has to tell about everything in it."""
        name = self._name()
        options = ("--user=0:0", "--entrypoint=python3")
        ran = self._run(name, image, "-I", "-c", program("facts"), home, options=options)
        if ran.exit_code != 0:
            require_not_killed(self._state(name), "Python in the image", ran.stderr.strip())
        return ran

    def enter(self, image: str) -> Entered:
        """Let the entry point become a program, and end that with a signal."""
        name = self._name()
        heard = bytearray()
        told: list[Mapping[str, Any]] = []
        deadline = [time.monotonic() + _START_S]

        def hear(chunk: bytes) -> None:
            heard.extend(chunk)
            if not told and (line := json_line(heard.decode("utf-8", "replace"))):
                told.append(line)
                deadline.append(time.monotonic() + _END_S)
                self._docker("kill", "--signal=TERM", name, may_fail=True)
            del heard[:-_KEPT]

        options = (f"--name={name}", *self._common(), "--cap-drop=ALL", "--security-opt=no-new-privileges")
        argv = (self.assignment.docker, "run", *options, image, "python3", "-I", "-c", program("wait"), *ARGUMENTS)
        try:
            with stoppable(lambda: time.monotonic() > deadline[-1]):
                exit_code = follow(argv, environment=self.assignment.environment, timeout_s=_RUN_S, on_stderr=hear)
        except StoppedError:
            exit_code = None
        log = heard.decode("utf-8", "replace").strip()
        if exit_code == ENGINE_REFUSED:
            require_the_images_doing(self._state(name), log)
        elif exit_code is not None and not told:
            require_not_killed(self._state(name), "the image's entry point", log)
        return Entered(told=told[0] if told else None, exit_code=exit_code, log=log)

    def serve(self, image: str, home: str, fs_gid: int) -> Served:
        """Start the image as a cluster with prefixes does, and wait for its first answer."""
        name = self._name()
        options = (
            *(f"--name={name}", "--detach", *self._common()),
            *(f"--user={_RANDOM_USER}", f"--group-add={fs_gid}"),
            *("--cap-drop=ALL", "--security-opt=no-new-privileges"),
            f"--mount={empty_home(home, fs_gid)}",
            f"--env=NB_PREFIX={PREFIX}",
        )
        started = self._docker("run", *options, image, may_fail=True)
        asking = ("python3", "-I", "-c", program("poll"), str(_PORT), f"{PREFIX}/api", str(_START_S))
        asked = self._docker("exec", name, *asking, timeout_s=_RUN_S, may_fail=True)
        # An engine that cannot say what became of the container says nothing about the image either.
        state, printed = self._state(name), self._docker("logs", "--tail=20", name)
        self._docker("rm", "--force", "--volumes", name)
        answer, _ = answer_in(asked.stdout)
        told = json.loads(answer) if answer and asked.exit_code == 0 else None
        log = (started.stderr + printed.stdout + printed.stderr).strip()
        if told is None:
            require_not_killed(state, "the image's server", log)
        return Served(told=told, log=log)

    def _common(self) -> tuple[str, ...]:
        # A name that resolves without a network, which Java asks for.
        labels = (f"--label={name}={value}" for name, value in self.assignment.labels.items())
        return (*labels, *_LOG, "--network=none", "--hostname=localhost")

    def _name(self) -> str:
        return f"hubwright-contract-{uuid4().hex[:12]}"

    def _state(self, name: str) -> Mapping[str, Any] | None:
        """Return how the engine says that a container is, None where there is none."""
        asked = self._docker("container", "inspect", "--format={{json .State}}", "--", name, may_fail=True)
        found: Mapping[str, Any] | None = json.loads(asked.stdout) if asked.exit_code == 0 else None
        return found

    def _docker(self, *arguments: str, timeout_s: float = _CLIENT_S, may_fail: bool = False) -> Ran:
        ran = self._ask(*arguments, timeout_s=timeout_s, may_fail=may_fail)
        if ran.exit_code == ENGINE_REFUSED:
            raise refused(ran.stderr)
        return ran

    def _ask(self, *arguments: str, timeout_s: float, may_fail: bool = True) -> Ran:
        argv = (self.assignment.docker, *arguments)
        allowed = _ANY_EXIT_CODE if may_fail else frozenset({0})
        try:
            completed = run(
                argv, environment=self.assignment.environment, timeout_s=timeout_s, allowed_exit_codes=allowed
            )
        except ProcessError as error:
            raise refused(str(error)) from error
        return _ran(completed)


def empty_home(home: str, fs_gid: int) -> str:
    """Return a mount that is an empty folder as a cluster's volume with fsGroup is, wherever the engine runs.

    An engine's own tmpfs would take its mode from the folder in the image, and a volume its content.
    """
    options = ("type=tmpfs", "device=tmpfs", f"o=mode=2775,uid=0,gid={fs_gid}")
    quoted = ",".join(f'"volume-opt={option}"' for option in options)
    return f"type=volume,dst={home},volume-nocopy,volume-driver=local,{quoted}"


def _ran(completed: Completed) -> Ran:
    return Ran(exit_code=completed.exit_code, stdout=_text(completed.stdout), stderr=_text(completed.stderr))


def _text(stream: bytes) -> str:
    return stream.decode("utf-8", "replace")
