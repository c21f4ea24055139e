"""Which choices a form can still show: lists of choices cannot leave out one combination.

A user picks from each option's list on its own. So where one combination is not to be had, one of its choices has to
go, and everything else that this choice leads to goes with it.
"""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from hubwright.frozen import dataclass
from hubwright.model import Profile


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """`kept` are names of offers; `because` names for every other one that was to be had the choice that it lost."""

    kept: frozenset[str]
    because: Mapping[str, str]


def full_grid(profile: Profile, available: AbstractSet[str]) -> Grid:
    """Return all combinations of the choices that are left when every combination of them is available.

    Each time, the choice goes that lacks the most combinations: of several, one that is not the default, and the
    later one. The last choice of an option stays as long as another option has two: with it everything would go.
    """
    ranks = _ranks(profile)
    left = profile.offers
    because: dict[str, str] = {}
    while missing := [offer for offer in left if offer.name not in available]:
        lacks = Counter(pick for offer in missing for pick in offer.choices.items())
        sizes = Counter(option for option, _ in {pick for offer in left for pick in offer.choices.items()})
        worst = max(lacks, key=lambda pick: (sizes[pick[0]] > 1, lacks[pick], ranks[pick]), default=None)
        if worst is None:
            # Without options there is one start, and nothing to drop.
            return Grid(kept=frozenset(), because={})
        option, choice = worst
        first = next(offer for offer in missing if offer.choices[option] == choice)
        told = f"{option}={choice} is left out, because {first.name} is not offered and a form shows whole lists"
        dropped = [offer for offer in left if offer.choices[option] == choice]
        because |= {offer.name: told for offer in dropped if offer.name in available}
        left = tuple(offer for offer in left if offer.choices[option] != choice)
    return Grid(kept=frozenset(offer.name for offer in left), because=because)


def _ranks(profile: Profile) -> dict[tuple[str, str], tuple[bool, int]]:
    choices = [(option.key, choice) for option in profile.options for choice in option.choices]
    return {(key, choice.key): (not choice.default, place) for place, (key, choice) in enumerate(choices)}
