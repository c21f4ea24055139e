"""What packages take in an image, as its own Python says; it is no evidence, and no verdict hangs on it."""

from collections.abc import Mapping

from hubwright.engines.interface import Engine
from hubwright.process import run
from hubwright.rehearse.contract.inside import program

_DEADLINE_S = 60.0


def weigh(container: str, *, engine: Engine, environment: Mapping[str, str]) -> bytes:
    """Return what the program in the container printed, which may be anything.

    A ProcessError says that nothing was found out.
    """
    argv = (engine.docker, "exec", container, "python3", "-I", "-c", program("sizes"))
    return run(argv, environment={**environment, **engine.environment}, timeout_s=_DEADLINE_S).stdout
