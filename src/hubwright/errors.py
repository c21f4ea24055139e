"""The one family of errors that people see, and the exit code of each.

An error says what failed, where, what was expected, and what to do next. Whoever raises one has all of that
at hand; `cli` only prints it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

EXIT_INTERNAL = 70
EXIT_INTERRUPTED = 130
EXIT_BROKEN_PIPE = 141
EXIT_TERMINATED = 143

# Nobody reads more: whoever finds problems may stop looking once there are as many.
ENOUGH_PROBLEMS = 100


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Position:
    """A place in a text file, counted from 1 as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that is wrong with a file a person wrote.

    `subject` is the dotted path of the value (`images.base.from`), empty where the file as a whole is meant.
    `excerpt` is the line it stands on, as it was written.
    """

    position: Position
    subject: str
    message: str
    excerpt: str = ""


class HubwrightError(Exception):
    """A failure that is explained to the person at the terminal; never raised itself.

    Notes that are added on its way up are part of what it says.
    """

    exit_code: ClassVar[int]

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *getattr(self, "__notes__", ())])


class FileError(HubwrightError):
    """A file that people write is wrong; never raised itself.

    `problems` says where, in the order of the file; `file` is what people call it.
    """

    file: ClassVar[str]

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: problem.position)
        super().__init__("; ".join(f"{p.position}: {p.message}" for p in self.problems))


def raise_first(errors: Sequence[HubwrightError]) -> None:
    """Raise the first, which gives the exit code, and have it tell of what the others say; nothing if there is none."""
    if errors:
        _, *others = dict.fromkeys(str(error) for error in errors)
        for said in others:
            errors[0].add_note(f"\n{said}")
        raise errors[0]


class UsageError(HubwrightError):
    """The command line asks for something that cannot be."""

    exit_code = 2


class MatrixError(FileError):
    """The matrix is wrong."""

    exit_code = 3
    file = "the matrix"


class TreeError(HubwrightError):
    """A file of the repository is missing, or is not something that may be read."""

    exit_code = 4


class SelectionError(HubwrightError):
    """A name or pattern on the command line matches nothing in the matrix, or nothing that was ever proven."""

    exit_code = 5


class RevisionError(HubwrightError):
    """Another revision of the repository cannot be looked at."""

    exit_code = 6


class ProcessError(HubwrightError):
    """A program that was started failed, hung, or is not there."""

    exit_code = 7


class StoppedError(HubwrightError):
    """Work was given up because the run as a whole is ending."""

    exit_code = 8


class LocalDiskError(HubwrightError):
    """A disk of this machine is full, or does not take what has to be written to it."""

    exit_code = 9


class BuildError(HubwrightError):
    """An image does not build, or what the registry holds of it is not, or no longer, an image."""

    exit_code = 10


class WithheldError(HubwrightError):
    """An image or a start was withheld, or not tested, and the run was told to be strict."""

    exit_code = 11


class UnhealthyError(HubwrightError):
    """`hubwright doctor` found something that keeps images from being built, and named it."""

    exit_code = 12


class UnprovenError(HubwrightError):
    """A start was rehearsed, and something is wrong with it."""

    exit_code = 13


class DockerfileError(HubwrightError):
    """A Dockerfile would leave a secret in its image."""

    exit_code = 14


class LastGoodError(HubwrightError):
    """Some profiles are offered with an older image than today's, and the run was to be strict."""

    exit_code = 15


class NothingOfferedError(HubwrightError):
    """No profile could be offered, or one that must not be missing; what was offered before stays as it is."""

    exit_code = 16


class ConsumerRefusedError(HubwrightError):
    """KubeSpawner or the chart would refuse what was to be written, so it was not written."""

    exit_code = 17


class PinsError(FileError):
    """The file of pins is not what it has to be."""

    exit_code = 18
    file = "the list of pins"


class AccountError(HubwrightError):
    """What a run left to be reported cannot be read, or is of something else than what is asked for."""

    exit_code = 19


class RegistryUnavailableError(HubwrightError):
    """A registry could not be asked: no statement about what it holds was made."""

    exit_code = 20


class RegistryRefusedError(HubwrightError):
    """A registry answered, and its answer is no.

    `holds` is the digest that stands under a tag where another was to be written, if that is the reason.
    """

    exit_code = 21

    def __init__(self, message: str, *, holds: str | None = None) -> None:
        self.holds = holds
        super().__init__(message)


class ContentCorruptError(HubwrightError):
    """What a registry sent is not what its digest says, or not what it claims to be."""

    exit_code = 22


class PackageError(HubwrightError):
    """Packages cannot be asked for or fetched: no statement about what there is was made."""

    exit_code = 23


class EmbeddedRegistryError(HubwrightError):
    """The registry of this machine does not start, or does not stay up."""

    exit_code = 24


class AwsCredentialsError(HubwrightError):
    """AWS does not know who we are: no credentials were found, or they are wrong or out of date."""

    exit_code = 25


class AwsAccountError(HubwrightError):
    """The credentials are good, and belong to another AWS account than the matrix names."""

    exit_code = 26


class AwsRefusedError(HubwrightError):
    """AWS answered, and its answer is no; `code` is the name it gave the reason."""

    exit_code = 27

    def __init__(self, message: str, *, code: str = "") -> None:
        self.code = code
        super().__init__(message)


class AwsUnavailableError(HubwrightError):
    """AWS could not be asked: no statement about what is there was made."""

    exit_code = 28


class DockerLoginError(HubwrightError):
    """A login for docker cannot be made, or could not be kept private."""

    exit_code = 29


class NoEngineError(HubwrightError):
    """No engine answers, and none can be set up on this machine."""

    exit_code = 30


class EngineUnreachableError(HubwrightError):
    """The engine that was chosen could not be asked: nothing is known about what it holds."""

    exit_code = 31


class EngineIncompleteError(HubwrightError):
    """An engine answers, and a program that is needed to work with it is missing."""

    exit_code = 32


class EngineStartError(HubwrightError):
    """The embedded engine does not start here."""

    exit_code = 33


class EngineStopError(HubwrightError):
    """The embedded engine, or something that it made on the machine, does not go away."""

    exit_code = 34


class EngineRefusedError(HubwrightError):
    """The engine answered, and its answer is no."""

    exit_code = 35


class LockFileError(FileError):
    """A lock, or a file that a lock is made from, is not written as it has to be."""

    exit_code = 40
    file = "what is locked"


class LockMovedError(HubwrightError):
    """`hubwright lock --check` found locks that would change."""

    exit_code = 41


class UnresolvableError(HubwrightError):
    """What an image asks for cannot be had in any version, or not together."""

    exit_code = 42


class StaleLockError(HubwrightError):
    """What is needed is not locked, or what is locked can no longer be had; `hubwright lock` makes it anew."""

    exit_code = 43


class BootstrapError(HubwrightError):
    """A foundation could not be made from what is locked."""

    exit_code = 44


class WorkflowsStaleError(HubwrightError):
    """`hubwright ci --check` found workflows or policies that are not what the matrix says."""

    exit_code = 46


class HubInstallError(HubwrightError):
    """The environment of the rehearsal's hub could not be made."""

    exit_code = 50


class HubError(HubwrightError):
    """The rehearsal's hub does not start, died, or gave an answer that nobody expects; no image is to blame."""

    exit_code = 51


class PullError(HubwrightError):
    """An image could not be pulled by its digest: nothing was learned about it."""

    exit_code = 52


class ContractError(HubwrightError):
    """The contract checks could not be made, or not to their end: nothing was said about the image."""

    exit_code = 53


class RehearsalBrokenError(HubwrightError):
    """A rehearsal could not be held: nothing was found out about the image."""

    exit_code = 54


class SigningError(HubwrightError):
    """The key that proofs are signed with cannot be had, or cannot sign."""

    exit_code = 60


class ProofKeysError(FileError):
    """The list of keys whose proofs count is not written as it has to be."""

    exit_code = 61
    file = "the list of keys"


class ProofNotStandingError(HubwrightError):
    """An image is not proven after its proof was attached: something stands against it, or in its place."""

    exit_code = 62


class ProofUnknownError(HubwrightError):
    """Whether an image is proven could not be found out: no statement about it was made."""

    exit_code = 63


class CheckoutError(HubwrightError):
    """A night cannot start from this checkout of the repository, or cannot leave its branch there."""

    exit_code = 64
