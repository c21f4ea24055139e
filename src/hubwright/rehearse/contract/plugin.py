"""The pytest plugin of the checking process: what checks are given, and the record of what each came to.

Checks take their facts from fixtures. Everything that has to be asked of the engine is asked once, and at the same
time, as soon as it is known that there are checks. A check may raise an AssertionError and nothing else: whatever
else it raises is a fault of the check or of the engine, and says nothing about the image.
"""

import inspect
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import pytest
import testinfra
from testinfra.backend.base import CommandResult
from testinfra.host import Host

from hubwright.canonical import Canonical
from hubwright.rehearse.contract.containers import Containers, Entered, Ran, Served
from hubwright.rehearse.contract.expect import EXCUSES, Excuses, Expect, not_shown, read_excuses
from hubwright.rehearse.contract.facts import SHELL_RAN, Facts, Image, Living
from hubwright.rehearse.contract.inside import program
from hubwright.rehearse.contract.subject import Assignment, Seen, Subject, Versions

_ASSIGNMENT = "--hubwright-assignment"
_SUBJECT_OF_ALL = pytest.StashKey["Examination"]()
_EXPECT = pytest.StashKey[Expect]()

RunImage = Callable[..., Ran]
ParentFacts = Callable[[], Facts | None]


@dataclass
class Examination:
    """What is being asked of the engine, and what it answered."""

    assignment: Assignment
    excuses: Excuses

    @cached_property
    def containers(self) -> Containers:
        return Containers(assignment=self.assignment)

    @cached_property
    def image(self) -> Image:
        ref = self.containers.image_of(self.assignment.subject.container)
        return Image.of(ref, self.containers.configuration(ref))

    def begin(self, pool: ThreadPoolExecutor) -> None:
        """Start every container of the checks."""
        subject, ref = self.assignment.subject, self.image.ref
        self.serving: Future[Served] = pool.submit(self.containers.serve, ref, subject.home, subject.fs_gid)
        self.entering: Future[Entered] = pool.submit(self.containers.enter, ref)
        self.gathering: Future[Ran] = pool.submit(self.containers.facts, ref, subject.home)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(_ASSIGNMENT, type=Path)


def pytest_configure(config: pytest.Config) -> None:
    assignment = Assignment.from_json(config.getoption(_ASSIGNMENT).read_text("utf-8"))
    files = {
        str(path.relative_to(config.rootpath)): path.read_text("utf-8")
        for path in sorted(config.rootpath.rglob(EXCUSES))
    }
    config.stash[_SUBJECT_OF_ALL] = Examination(assignment, Excuses(read_excuses(files)))


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Iterator[None]:
    examination = session.config.stash[_SUBJECT_OF_ALL]
    with ThreadPoolExecutor() as pool:
        if session.items:
            examination.begin(pool)
        done = yield
    return done  # noqa: B901 - this is how a wrapper hands on what it wraps


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if call.when == "call" or call.excinfo is not None:
        _write(item.config, _seen(item, call, report))
    return report  # noqa: B901 - see above


def pytest_sessionfinish(session: pytest.Session) -> None:
    examination = session.config.stash[_SUBJECT_OF_ALL]
    for excuse in examination.excuses.unused():
        where = f"[{excuse.check}] {excuse.pattern!r} excuses nothing"
        line = Seen(
            check=f"excuse {excuse.check}",
            where=excuse.file,
            outcome="failed",
            expected="every excuse excuses something",
            seen=where,
            advice="Take the excuse away, or correct the name of its check or its pattern.",
        )
        _write(session.config, line)
    _write(session.config, len(session.items))


def _write(config: pytest.Config, line: Seen | int) -> None:
    """Add to the report: a check, or at the end how many there were."""
    text = json.dumps({"checks": line} if isinstance(line, int) else asdict(line))
    with Path(config.stash[_SUBJECT_OF_ALL].assignment.report).open("a", encoding="utf-8") as report:
        report.write(f"{text}\n")


def _seen(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> Seen:
    outcome, said, because = _outcome(call, report)
    promise, advice = _words(item)
    expect = item.stash.get(_EXPECT, None)
    recorded = expect is not None and bool(expect.seen)
    told = recorded and outcome in {"passed", "failed"}
    return Seen(
        check=item.name,
        where=item.nodeid,
        outcome=outcome,
        expected=_one(expect.expected) if told and expect else promise,
        seen=_one(expect.seen) if told and expect else said,
        advice="\n".join(filter(None, (promise if told else "", advice, said if told and outcome == "failed" else ""))),
        because=because,
    )


def _outcome(call: pytest.CallInfo[None], report: pytest.TestReport) -> tuple[str, str, str]:
    """Return the outcome, what there is to say of it, and the check that it hangs on."""
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, pytest.skip.Exception):
        return "not shown", str(error.msg), getattr(error, "because", "")
    if hasattr(report, "wasxfail"):
        return "not shown", f"it is expected to fail: {report.wasxfail}", ""
    if error is None:
        return "passed", "every assertion of the check holds", ""
    if isinstance(error, (AssertionError, pytest.fail.Exception)) and call.when == "call":
        return "failed", str(error), ""
    return "broken", f"{type(error).__name__}: {error}", ""


def _words(item: pytest.Item) -> tuple[str, str]:
    """Return what the check promises, and what to do where that does not hold: its docstring's two parts."""
    text = inspect.getdoc(getattr(item, "function", item)) or item.name.removeprefix("test_").replace("_", " ")
    promise, _, advice = text.partition("\n")
    return promise.strip(), " ".join(advice.split())


def _one(values: list[Canonical]) -> Canonical:
    return values[0] if len(values) == 1 else values


@pytest.fixture(scope="session")
def _examination(pytestconfig: pytest.Config) -> Examination:
    return pytestconfig.stash[_SUBJECT_OF_ALL]


@pytest.fixture(scope="session")
def subject(_examination: Examination) -> Subject:
    """Give what the profile says, and which container its user works in."""
    return _examination.assignment.subject


@pytest.fixture(scope="session")
def host(subject: Subject) -> Host:
    """Give the user's container, as testinfra sees it."""
    return testinfra.get_host(f"docker://{subject.container}")


@pytest.fixture(scope="session")
def image(_examination: Examination) -> Image:
    """Give what the image says about how it is started."""
    return _examination.image


@pytest.fixture(scope="session")
def gathered(_examination: Examination) -> Ran:
    """Give what came of asking the image's Python for facts."""
    return _examination.gathering.result()


@pytest.fixture(scope="session")
def facts(gathered: Ran) -> Facts:
    """Give what the image is made of."""
    return Facts.from_json(gathered.stdout) if gathered.exit_code == 0 else not_shown("test_python_runs")


@pytest.fixture(scope="session")
def parent_facts(_examination: Examination) -> ParentFacts:
    """Give a function that says what the image's parent is made of, or None where it has no parent.

    It costs a container, so it is for checks that have found something.
    """

    def ask() -> Facts | None:
        subject = _examination.assignment.subject
        if subject.parent is None:
            return None
        asked = _examination.containers.facts(subject.parent, subject.home)
        return Facts.from_json(asked.stdout) if asked.exit_code == 0 else None

    return ask


@pytest.fixture(scope="session")
def entered(_examination: Examination, facts: Facts) -> Entered:
    """Give what came of giving the entry point a program to become."""
    del facts  # the program is Python's
    return _examination.entering.result()


@pytest.fixture(scope="session")
def served(_examination: Examination, facts: Facts) -> Served:
    """Give how the image's own command fared behind a prefix, as an unannounced user with an empty home."""
    del facts  # the server is Python's
    return _examination.serving.result()


@pytest.fixture(scope="session")
def visited(host: Host, facts: Facts) -> CommandResult:
    """Give what came of asking Python in the user's container, as its user."""
    if facts.shell != SHELL_RAN:
        not_shown("test_anybody_may_run_the_shell")
    return host.run("python3 -I -c %s", program("living"))


@pytest.fixture(scope="session")
def living(visited: CommandResult) -> Living:
    """Give what runs in the user's container."""
    return Living.from_json(visited.stdout) if visited.rc == 0 else not_shown("test_the_user_can_run_python")


@pytest.fixture(scope="session")
def versions(subject: Subject) -> Versions:
    """Give what the locks say; checks that want it are made only where there are locks."""
    assert subject.versions is not None, "there are no locks to compare with"
    return subject.versions


@pytest.fixture
def expect(request: pytest.FixtureRequest, _examination: Examination) -> Expect:
    """Give the record of what this check expects and sees."""
    made = request.node.stash[_EXPECT] = Expect(request.node.name, _examination.excuses)
    return made


@pytest.fixture(scope="session")
def run_image(_examination: Examination) -> RunImage:
    """Give a function that runs the image with arguments, and `options` of docker's, and says how that ended."""

    def run(*arguments: str, options: tuple[str, ...] = ()) -> Ran:
        return _examination.containers.run(_examination.image.ref, *arguments, options=options)

    return run
