"""One variant to one image in the registry: a command line is run, and listened to.

The digest is never taken from the builder: what counts is what the registry holds afterwards.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from hubwright.errors import BuildError
from hubwright.progress import BuildProgress
from hubwright.words import shorten

# Long enough for several gigabytes over a company's line; a build that hangs ends.
TIMEOUT_S = 3 * 3600.0
_SHOWN_LINES = 30
# A step's name is its whole script; the place in the Dockerfile, which follows, shows it better.
_SHOWN_NAME = 200


class Follow(Protocol):
    """How a program is run whose standard error is listened to; `process.follow` is one."""

    def __call__(
        self,
        argv: Sequence[str],
        *,
        environment: Mapping[str, str],
        timeout_s: float,
        on_stderr: Callable[[bytes], None],
    ) -> int: ...


def run_build(
    argv: Sequence[str],
    *,
    name: str,
    environment: Mapping[str, str],
    follow: Follow,
    progress: BuildProgress,
    on_progress: Callable[[BuildProgress], None],
) -> None:
    """Build and push; BuildError shows the step that failed.

    `progress` is fresh, and tells afterwards how it went.
    """

    def listen(chunk: bytes) -> None:
        progress.feed(chunk)
        on_progress(progress)

    exit_code = follow(argv, environment=environment, timeout_s=TIMEOUT_S, on_stderr=listen)
    progress.close()
    if exit_code != 0:
        raise BuildError(failure(name, exit_code, progress))


def run_export(
    argv: Sequence[str], *, environment: Mapping[str, str], follow: Follow, progress: BuildProgress
) -> str | None:
    """Leave the steps of a build for others, and return why that could not be done, or None."""
    exit_code = follow(argv, environment=environment, timeout_s=TIMEOUT_S, on_stderr=progress.feed)
    progress.close()
    if exit_code == 0:
        return None
    step = progress.failed_step()
    return (step.error if step else progress.speech.strip()) or f"buildx ended with exit code {exit_code}"


def failure(name: str, exit_code: int, progress: BuildProgress) -> str:
    """Return the message of a failed build: the step, the end of what it printed, the place in the Dockerfile."""
    step = progress.failed_step()
    if step is None:
        said = progress.speech.strip() or "(nothing)"
        return f"{name}: buildx ended with exit code {exit_code} before any step failed; it said:\n{said}"
    lines = progress.log_text(step).rstrip("\n").split("\n")
    cut = [f"… {len(lines) - _SHOWN_LINES} lines before these"] if len(lines) > _SHOWN_LINES else []
    shown = [*cut, *lines[-_SHOWN_LINES:]] if step.log else ["(it printed nothing)"]
    return "\n".join(
        [
            f"{name}: {shorten(step.name, _SHOWN_NAME)}",
            *(f"  | {line}" for line in shown),
            step.error,
            progress.speech.rstrip(),
        ]
    )
