"""Many tags at once."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from hubwright.errors import HubwrightError, RegistryUnavailableError
from hubwright.registries.interface import Descriptor, Registry

# More do not make it faster: the registry's disk and one Python interpreter are the limits.
_WORKERS = 8


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Tagged:
    repository: str
    tag: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """Each tag that was asked for is in one of the three."""

    found: Mapping[Tagged, Descriptor]
    absent: frozenset[Tagged]
    unanswered: Mapping[Tagged, HubwrightError]


def resolve_all(
    registry: Registry, wanted: Iterable[Tagged], *, clock: Callable[[], float], deadline_s: float = 60.0
) -> Answers:
    """Resolve the tags side by side; one that cannot be asked about keeps no other from its answer.

    After the deadline no new question is asked; those under way end by the registry's own.
    """
    tags = sorted(set(wanted))
    expires = clock() + deadline_s

    def resolve(tagged: Tagged) -> Descriptor | HubwrightError | None:
        if clock() >= expires:
            msg = f"cannot resolve {tagged.repository}:{tagged.tag}: others took the whole {deadline_s:g} s. Try again"
            return RegistryUnavailableError(msg)
        try:
            return registry.resolve(tagged.repository, tagged.tag)
        except HubwrightError as error:
            return error

    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="resolve") as pool:
        answers = dict(zip(tags, pool.map(resolve, tags), strict=True))
    return Answers(
        found={tagged: answer for tagged, answer in answers.items() if isinstance(answer, Descriptor)},
        absent=frozenset(tagged for tagged, answer in answers.items() if answer is None),
        unanswered={tagged: answer for tagged, answer in answers.items() if isinstance(answer, HubwrightError)},
    )
