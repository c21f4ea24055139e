"""The pytest plugin that leads the checking process, and records what each check came to.

Everything that has to be asked of the engine is asked once, and at the same time, as soon as it is known that there
are checks. A check may raise an AssertionError and nothing else: whatever else it raises is a fault of the check or of
the engine, and says nothing about the image.
"""

import inspect
import json
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import pytest

from hubwright.canonical import Canonical
from hubwright.errors import HubwrightError
from hubwright.rehearse.contract.containers import Containers, Entered, Ran, Served
from hubwright.rehearse.contract.expect import EXCUSES, Excuses, Expect, NotShownError, read_excuses
from hubwright.rehearse.contract.facts import Image
from hubwright.rehearse.contract.subject import Assignment, Seen

_ASSIGNMENT = "--hubwright-assignment"
# Of what pytest says of a check at fault, from its end.
_MOST = 2000
EXAMINATION = pytest.StashKey["Examination"]()
EXPECT = pytest.StashKey[Expect]()


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
    config.stash[EXAMINATION] = Examination(assignment, Excuses(read_excuses(files)))


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    examination = session.config.stash[EXAMINATION]
    with ThreadPoolExecutor() as pool:
        examination.begin(pool)
        done = yield
    return done


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if call.when == "call" or call.excinfo is not None:
        _write(item.config, _seen(item, call, report))
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    examination = session.config.stash[EXAMINATION]
    for excuse in examination.excuses.unused({item.name for item in session.items}):
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
    with Path(config.stash[EXAMINATION].assignment.report).open("a", encoding="utf-8") as report:
        report.write(f"{text}\n")


def _seen(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> Seen:
    outcome, said, because = _outcome(call, report)
    promise, advice = _words(item)
    expect = item.stash.get(EXPECT, None)
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
    if isinstance(error, NotShownError):
        return "not shown", str(error), error.because
    if report.skipped and not hasattr(report, "wasxfail"):
        return "not shown", f"it was skipped: {error}", ""
    if hasattr(report, "wasxfail"):
        return "not shown", f"it is expected to fail: {report.wasxfail}", ""
    if error is None:
        return "passed", "every assertion of the check holds", ""
    if isinstance(error, (AssertionError, pytest.fail.Exception)) and call.when == "call":
        return "failed", str(error), ""
    return "broken", str(error) if isinstance(error, HubwrightError) else report.longreprtext[-_MOST:], ""


def _words(item: pytest.Item) -> tuple[str, str]:
    """Return what the check promises, and what to do where that does not hold: its docstring's two parts."""
    text = inspect.getdoc(getattr(item, "function", item)) or item.name.removeprefix("test_").replace("_", " ")
    promise, _, advice = text.partition("\n")
    return promise.strip(), " ".join(advice.split())


def _one(values: list[Canonical]) -> Canonical:
    return values[0] if len(values) == 1 else values
