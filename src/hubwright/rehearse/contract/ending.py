"""How a container of the checks ended: whether that was the image's doing, or says nothing about the image."""

import re
from collections.abc import Mapping
from typing import Any

from hubwright.errors import ContractError, RehearsalBrokenError
from hubwright.rehearse.interface import condition_of, killed_from_outside

# What the client answers where the engine, and not the program in the container, is the reason; any program can.
ENGINE_REFUSED = 125
# An engine that says so has looked into the image.
_NO_SUCH_USER = re.compile(r"unable to find (user|group) ")


def require_not_killed(state: Mapping[str, Any] | None, what: str, said: str) -> None:
    """Raise RehearsalBrokenError where others may have ended the container before it did what it was made for."""
    if state is None:
        msg = f"somebody removed {what}, so nothing was found out about the image"
        raise RehearsalBrokenError(msg)
    seen = condition_of(state)
    if seen.killed_from_outside:
        raise killed_from_outside(what, seen, said)


def refused(why: str) -> ContractError:
    msg = f"the contract checks could not be made: the engine says {why.strip()}"
    return ContractError(msg)


def require_the_images_doing(state: Mapping[str, Any] | None, said: str) -> None:
    """Raise ContractError unless the image is why the client said that the engine refused.

    `state` is the container's as its engine keeps it, None where there is none.
    """
    if state and (state["ExitCode"] == ENGINE_REFUSED or _NO_SUCH_USER.search(state["Error"])):
        return
    raise refused(said)
