"""Calls to AWS, and what each can end in: an answer, a no, or nothing that says anything.

Foreign exceptions end here. Faults of the way and throttling are tried again until a deadline; everything else is a
verdict at once. This module loads the AWS SDK, so it is imported where AWS is first used.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from botocore.config import Config
from botocore.parsers import ResponseParserError

from hubwright.errors import AwsRefusedError, AwsUnavailableError
from hubwright.registries.ecr_verdicts import EDGE, said_by, verdict_on
from hubwright.registries.timing import Timing
from hubwright.words import listed

_T = TypeVar("_T")

_CONNECT_S = 3.0
_READ_S = 7.0
_FIRST_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 8.0


def open_client(session: Any, service: str, *, region: str | None) -> Any:
    """Return a client that asks once: asking again is the caller's, who has a deadline.

    Without a region it is the one that AWS is configured with.
    """
    # At DEBUG the SDK logs whole answers, tokens included, and the headers that it signs with.
    for name in ("boto3", "botocore"):
        logging.getLogger(name).setLevel(logging.INFO)
    config = Config(
        connect_timeout=_CONNECT_S, read_timeout=_READ_S, retries={"total_max_attempts": 1, "mode": "standard"}
    )
    return session.client(service, region_name=region, config=config)


class AwsCaller:
    """Makes calls to AWS; usable from many threads."""

    def __init__(self, *, timing: Timing, deadline_s: float) -> None:
        self._timing = timing
        self._deadline_s = deadline_s

    def ask(self, what: str, action: Callable[[], Mapping[str, Any]], *keys: str, absent: str = "") -> Any:
        """Return the answer, in which each of the keys is, or None where AWS names the reason `absent`.

        The SDK takes whatever comes with a status of 200 for an answer, a login page of some proxy as well: only what
        is in it shows that AWS has spoken.
        """
        try:
            return self.call(what, lambda: _with(action(), keys))
        except AwsRefusedError as error:
            if not absent or error.code != absent:
                raise
            return None

    def call(self, what: str, action: Callable[[], _T]) -> _T:
        """Return what the action returns. It runs again after each fault, until the deadline."""
        expires = self._timing.clock() + self._deadline_s
        attempt = 0
        while True:
            attempt += 1
            try:
                return action()
            except EDGE as error:
                verdict = verdict_on(error, what=what)
                pause = self._pause(attempt)
                if verdict is None and self._timing.clock() + pause >= expires:
                    verdict = AwsUnavailableError(
                        f"cannot {what}: {said_by(error)}. Tried {attempt} times, for at most {self._deadline_s:g} s; "
                        "this says nothing about what is there. Try again later"
                    )
                if verdict is not None:
                    raise verdict from error
            self._timing.sleep(pause)

    def _pause(self, attempt: int) -> float:
        longest = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** (attempt - 1))
        # Half of it by chance: many that were turned away together should not come back together.
        return longest * (0.5 + self._timing.chance() / 2)


def _with(answer: Mapping[str, Any], keys: tuple[str, ...]) -> Mapping[str, Any]:
    missing = [key for key in keys if key not in answer]
    if missing:
        msg = f"there is no {listed(missing)} in the answer; is a proxy in between?"
        raise ResponseParserError(msg)
    return answer
