"""The contract checks of one image, made in a pytest of their own."""

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from hubwright.disks import temporary_folder
from hubwright.engines.interface import Engine
from hubwright.errors import ContractError, ProcessError
from hubwright.process import run
from hubwright.rehearse.contract.files import shipped_checks
from hubwright.rehearse.contract.report import evidence, findings, read_report, require_whole
from hubwright.rehearse.contract.subject import Assignment, Seen, Subject
from hubwright.vanishing import vanishing_folder
from hubwright.verdicts import CONTRACT, Trial

_DEADLINE_S = 600.0
_CLIENT_S = 60.0
# Everything that pytest would take from the machine's, the user's or the repository's settings is said here.
_INI = "[pytest]\nxfail_strict = true\npython_files = test_*.py\n"
_MARK = "hubwright.contract"
_GONE_ALREADY = frozenset({0, 1})
_ALL_PASSED, _SOME_FAILED = 0, 1


def check_contract(
    subject: Subject,
    own_checks: Mapping[str, bytes],
    *,
    engine: Engine,
    environment: Mapping[str, str],
    labels: Mapping[str, str],
    timeout_s: float = _DEADLINE_S,
) -> Trial:
    """Return what the checks saw of the image; `own_checks` are the repository's, by their paths.

    `labels` are what the rehearsal's own containers bear: whoever clears up after it finds those of the checks, too.

    A ContractError says that they could not be made: the engine was not to be asked, a check is at fault, or they
    took longer than `timeout_s`.
    """
    began = time.monotonic()
    checks = {**shipped_checks(subject), **own_checks}
    client = _Client(engine=engine, environment=_environment(engine, environment))
    client.require_running(subject.container)
    with vanishing_folder([temporary_folder()]) as folder:
        seen = _examine(subject, checks, folder, client, labels=labels, timeout_s=timeout_s)
    files = [path for path in checks if Path(path).name.startswith("test_")]
    found = findings(seen, files)
    if found:
        # An engine that went away looks like an image in which nothing works.
        client.require_running(subject.container)
    return Trial(name=CONTRACT, evidence=evidence(seen), findings=found, seconds=time.monotonic() - began)


def _examine(
    subject: Subject,
    checks: Mapping[str, bytes],
    folder: Path,
    client: "_Client",
    *,
    labels: Mapping[str, str],
    timeout_s: float,
) -> tuple[Seen, ...]:
    for path, content in checks.items():
        file = folder / "checks" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    (folder / "pytest.ini").write_text(_INI, encoding="utf-8")
    report = folder / "report"
    mark = f"{subject.container}-{uuid4().hex}"
    assignment = Assignment(
        subject=subject,
        docker=client.engine.docker,
        environment=client.environment,
        labels={**labels, _MARK: mark},
        report=str(report),
    )
    (folder / "assignment").write_text(assignment.to_json(), encoding="utf-8")
    try:
        run(
            _argv(folder),
            environment=client.environment,
            timeout_s=timeout_s,
            cwd=folder / "checks",
            allowed_exit_codes=frozenset({_ALL_PASSED, _SOME_FAILED}),
        )
    except ProcessError as error:
        raise _broken(str(error)) from error
    finally:
        client.remove(f"{_MARK}={mark}")
    seen = read_report(report.read_text("utf-8") if report.exists() else "")
    require_whole(seen)
    return seen


def _argv(folder: Path) -> tuple[str, ...]:
    return (
        *(sys.executable, "-m", "pytest", "-q", "--tb=short", "--import-mode=importlib"),
        *("-p", "no:cacheprovider", "-p", "hubwright.rehearse.contract.plugin"),
        *("-p", "hubwright.rehearse.contract.fixtures"),
        *("-c", str(folder / "pytest.ini"), f"--rootdir={folder / 'checks'}", f"--confcutdir={folder / 'checks'}"),
        f"--hubwright-assignment={folder / 'assignment'}",
        str(folder / "checks"),
    )


def _environment(engine: Engine, environment: Mapping[str, str]) -> dict[str, str]:
    """Return what the checking process finds: the engine's client, and nothing that would change pytest."""
    kept = {name: value for name, value in environment.items() if not name.startswith(("PYTEST_", "PYTHON"))}
    path = f"{Path(engine.docker).parent}:{environment.get('PATH', '')}"
    own = {"PATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONSAFEPATH": "1"}
    return {**kept, **engine.environment, **own}


def _broken(why: str) -> ContractError:
    msg = f"the contract checks could not be made: {why}"
    return ContractError(msg)


class _Client:
    """The engine's client, as far as the checks of the checks need it."""

    def __init__(self, *, engine: Engine, environment: Mapping[str, str]) -> None:
        self.engine = engine
        self.environment = environment

    def require_running(self, container: str) -> None:
        """Raise ContractError unless the engine answers and the container is still there."""
        answer = self._run("container", "inspect", "--format={{.State.Running}}", "--", container)
        if answer.strip() != "true":
            msg = f"the container {container} ended while it was looked at, so that nothing can be said about its image"
            raise ContractError(msg)

    def remove(self, label: str) -> None:
        """Remove what the checks left behind; the engine may be removing some of it at the same time."""
        deadline = time.monotonic() + _CLIENT_S
        while left := self._run("ps", "--all", "--quiet", "--no-trunc", f"--filter=label={label}").split():
            if time.monotonic() > deadline:
                why = f"these containers of theirs do not go away: {' '.join(left)}"
                raise _broken(why)
            self._run("rm", "--force", "--volumes", "--", *left, allowed=_GONE_ALREADY)

    def _run(self, *arguments: str, allowed: frozenset[int] = frozenset({0})) -> str:
        argv = (self.engine.docker, *arguments)
        try:
            completed = run(argv, environment=self.environment, timeout_s=_CLIENT_S, allowed_exit_codes=allowed)
        except ProcessError as error:
            raise _broken(str(error)) from error
        return completed.stdout.decode("utf-8", "replace")
