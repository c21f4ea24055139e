"""Where the images of a profile stand in what KubeSpawner reads, and which choices are left to its users."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from hubwright.model import Choice, Profile
from hubwright.offering import ProfileEntry, Start

# An option and one of its choices; None is the profile itself.
Place: TypeAlias = tuple[str, str] | None


def kept_choices(entry: ProfileEntry) -> Mapping[str, tuple[Choice, ...]]:
    """Return what is left of every option, in the order of the matrix."""
    picked = {pick for start in entry.starts for pick in start.offer.choices.items()}
    return {
        option.key: tuple(choice for choice in option.choices if (option.key, choice.key) in picked)
        for option in entry.profile.options
    }


def default_choice(choices: Sequence[Choice]) -> Choice:
    """Return the preselected one: the matrix's, or the first that is left where that one is gone."""
    return next((choice for choice in choices if choice.default), choices[0])


def default_start(entry: ProfileEntry) -> Start:
    """Return what somebody starts who chooses nothing within the profile."""
    picked = {option: default_choice(choices).key for option, choices in kept_choices(entry).items()}
    return next(start for start in entry.starts if dict(start.offer.choices) == picked)


def image_places(entry: ProfileEntry) -> Mapping[Place, tuple[Start, ...]]:
    """Return the places that have to bring an image, each with the starts that get theirs from there.

    An image stands where the matrix names it, as long as all the starts that take it from there agree in it. Last
    goods may differ from choice to choice; then choices bring their own. Entries come from who chose the images, and
    images that no form of lists can tell apart are that one's mistake: a ValueError.
    """
    named = _grouped((_named_by(entry.profile, start), start) for start in entry.starts)
    return named if all(_agree(starts) for starts in named.values()) else _spread(entry)


def _named_by(profile: Profile, start: Start) -> Place:
    """Return where the matrix names the image of the start: the last choice that does wins."""
    places: list[Place] = [
        (option.key, choice.key)
        for option in profile.options
        for choice in option.choices
        if start.offer.choices[option.key] == choice.key and choice.layer.variant is not None
    ]
    return places[-1] if places else None


def _spread(entry: ProfileEntry) -> Mapping[Place, tuple[Start, ...]]:
    """Give every choice an image that can have one, the last option first: it has the last word in KubeSpawner.

    What a choice decides on its own needs no other place, so nothing is lost by deciding it there.
    """
    places: dict[Place, tuple[Start, ...]] = {}
    remaining = list(entry.starts)
    for option in reversed(entry.profile.options):
        chosen = _grouped(((option.key, start.offer.choices[option.key]), start) for start in remaining)
        decided = {place: starts for place, starts in chosen.items() if _agree(starts)}
        places |= decided
        remaining = [start for start in remaining if (option.key, start.offer.choices[option.key]) not in decided]
    if remaining:
        msg = f"the images of {entry.profile.slug} depend on several options at once, which no profile can say"
        raise ValueError(msg)
    return places


def _grouped(placed: Iterable[tuple[Place, Start]]) -> dict[Place, tuple[Start, ...]]:
    groups: dict[Place, tuple[Start, ...]] = {}
    for place, start in placed:
        groups[place] = (*groups.get(place, ()), start)
    return groups


def _agree(starts: Iterable[Start]) -> bool:
    return len({(start.repository, start.proven.digest) for start in starts}) == 1
