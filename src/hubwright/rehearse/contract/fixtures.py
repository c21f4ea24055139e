"""What a check can ask for: the fixtures of the checking process."""

from collections.abc import Callable

import pytest
import testinfra
from testinfra.backend.base import CommandResult
from testinfra.host import Host

from hubwright.errors import ContractError
from hubwright.rehearse.contract.containers import Entered, Ran, Served
from hubwright.rehearse.contract.expect import Expect, not_shown
from hubwright.rehearse.contract.facts import SHELL_RAN, Facts, Image, Living, answer_in
from hubwright.rehearse.contract.inside import program
from hubwright.rehearse.contract.plugin import EXAMINATION, EXPECT, Examination
from hubwright.rehearse.contract.subject import Subject, Versions

RunImage = Callable[..., Ran]
ParentFacts = Callable[[], Facts | None]


@pytest.fixture(scope="session")
def examination(pytestconfig: pytest.Config) -> Examination:
    """Give what is being asked of the engine; checks have no use for it."""
    return pytestconfig.stash[EXAMINATION]


@pytest.fixture(scope="session")
def subject(examination: Examination) -> Subject:
    """Give what the profile says, and which container its user works in."""
    return examination.assignment.subject


@pytest.fixture(scope="session")
def host(subject: Subject) -> Host:
    """Give the user's container, as testinfra sees it."""
    return testinfra.get_host(f"docker://{subject.container}")


@pytest.fixture(scope="session")
def image(examination: Examination) -> Image:
    """Give what the image says about how it is started."""
    return examination.image


@pytest.fixture(scope="session")
def gathered(examination: Examination) -> Ran:
    """Give what came of asking the image's Python for facts."""
    return examination.gathering.result()


@pytest.fixture(scope="session")
def facts(gathered: Ran) -> Facts:
    """Give what the image is made of."""
    if gathered.exit_code != 0:
        not_shown("test_python_runs")
    answer, _ = answer_in(gathered.stdout)
    return Facts.from_json(answer) if answer else not_shown("test_python_prints_nothing_of_its_own")


@pytest.fixture(scope="session")
def parent_facts(examination: Examination) -> ParentFacts:
    """Give a function that says what the image's parent is made of, or None where it has no parent.

    It costs a container, so it is for checks that have found something.
    """

    def ask() -> Facts | None:
        subject = examination.assignment.subject
        if subject.parent is None:
            return None
        asked = examination.containers.facts(subject.parent, subject.home)
        answer, _ = answer_in(asked.stdout)
        return Facts.from_json(answer) if answer and asked.exit_code == 0 else None

    return ask


@pytest.fixture(scope="session")
def entered(examination: Examination, facts: Facts) -> Entered:
    """Give what came of giving the entry point a program to become."""
    del facts  # the program is Python's
    return examination.entering.result()


@pytest.fixture(scope="session")
def served(examination: Examination, facts: Facts) -> Served:
    """Give how the image's own command fared behind a prefix, as an unannounced user with an empty home."""
    del facts  # the server is Python's
    return examination.serving.result()


@pytest.fixture(scope="session")
def visited(host: Host, facts: Facts) -> CommandResult:
    """Give what came of asking Python in the user's container, as its user."""
    if facts.shell != SHELL_RAN:
        not_shown("test_anybody_may_run_the_shell")
    return host.run("python3 -I -c %s", program("living"))


@pytest.fixture(scope="session")
def living(visited: CommandResult) -> Living:
    """Give what runs in the user's container."""
    if visited.rc != 0:
        not_shown("test_the_user_can_run_python")
    answer, _ = answer_in(visited.stdout)
    return Living.from_json(answer) if answer else not_shown("test_python_prints_nothing_of_its_own")


@pytest.fixture(scope="session")
def versions(subject: Subject) -> Versions:
    """Give what the locks say; checks that want it are made only where there are locks."""
    if subject.versions is None:
        msg = "the locks of this image are not known"
        raise ContractError(msg)
    return subject.versions


@pytest.fixture
def expect(request: pytest.FixtureRequest, examination: Examination) -> Expect:
    """Give the record of what this check expects and sees."""
    made = request.node.stash[EXPECT] = Expect(request.node.name, examination.excuses)
    return made


@pytest.fixture(scope="session")
def run_image(examination: Examination) -> RunImage:
    """Give a function that runs the image with arguments, and `options` of docker's, and says how that ended."""

    def run(*arguments: str, options: tuple[str, ...] = ()) -> Ran:
        return examination.containers.run(examination.image.ref, *arguments, options=options)

    return run
