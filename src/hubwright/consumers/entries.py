"""What is wrong with the entries of a profile list, and what KubeSpawner takes without a word."""

import re
from collections.abc import Iterator, Mapping

from hubwright.words import did_you_mean, shorten

_PROFILE_KEYS = frozenset({"display_name", "slug", "description", "default", "kubespawner_override", "profile_options"})
_OPTION_KEYS = frozenset({"display_name", "choices", "unlisted_choice"})
_CHOICE_KEYS = frozenset({"display_name", "default", "kubespawner_override"})
# The form's own field, and its own entry among the choices.
_TAKEN_OPTION, _TAKEN_CHOICE, _SEPARATOR = "profile", "unlisted-choice", "--"
_CONTAINER_NAME = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def entry_problems(profiles: object, traits: frozenset[str]) -> Iterator[str]:
    """Yield what is wrong with each entry, named by its slug; the traits are what KubeSpawner lets it override."""
    if not isinstance(profiles, list):
        yield f"singleuser.profileList is {_shown(profiles)}; it has to be a list"
        return
    for index, profile in enumerate(profiles):
        name = profile_name(profile, index)
        if isinstance(profile, dict):
            yield from _profile_problems(name, profile, index, traits)
        else:
            yield f"{name} is {_shown(profile)}; a profile is a mapping"


def profile_name(profile: object, index: int) -> str:
    """Return what people call the entry, whatever it lacks."""
    named = [profile.get(key) for key in ("slug", "display_name")] if isinstance(profile, dict) else []
    return next((str(name) for name in named if name), f"profile {index + 1}")


def _profile_problems(name: str, profile: Mapping[str, object], index: int, traits: frozenset[str]) -> Iterator[str]:
    yield from _text_keys(name, profile)
    yield from _known_keys(name, profile, _PROFILE_KEYS, "a profile")
    yield from _override_problems(name, profile, traits)
    options = profile.get("profile_options", {})
    if not isinstance(options, dict):
        yield f"{name}: profile_options is {_shown(options)}; it has to be a mapping of options"
        return
    for key, option in options.items():
        yield from _option_problems(f"{name}, option {key}", str(key), option, index, traits)


def _option_problems(name: str, key: str, option: object, index: int, traits: frozenset[str]) -> Iterator[str]:
    if key == _TAKEN_OPTION or _SEPARATOR in key:
        yield f"{name}: the form has fields of this name itself; take a key without {_SEPARATOR}, and not profile"
    choices = option.get("choices") if isinstance(option, dict) else None
    if not isinstance(option, dict) or not isinstance(choices, dict) or not choices:
        yield f"{name} is {_shown(option)}; an option is a mapping with `choices`, and has one at least"
        return
    yield from _known_keys(name, option, _OPTION_KEYS, "an option")
    unlisted = option.get("unlisted_choice")
    if isinstance(unlisted, dict) and unlisted.get("enabled"):
        yield f"{name}: unlisted_choice lets users start what nobody has proven; leave it out"
    for choice, chosen in choices.items():
        yield from _choice_problems(f"{name}={choice}", f"option-{key}-{choice}", chosen, index, traits)
        if choice == _TAKEN_CHOICE:
            yield f"{name}={choice}: the form takes this for its own entry; give the choice another key"


def _choice_problems(name: str, puller: str, choice: object, index: int, traits: frozenset[str]) -> Iterator[str]:
    if not isinstance(choice, dict):
        yield f"{name} is {_shown(choice)}; a choice is a mapping"
        return
    yield from _known_keys(name, choice, _CHOICE_KEYS, "a choice")
    yield from _override_problems(name, choice, traits)
    container = f"image-pull-profile-{index}-{puller}"
    override = choice.get("kubespawner_override")
    brings_image = isinstance(override, dict) and override.get("image")
    if brings_image and not _CONTAINER_NAME.fullmatch(container):
        yield (
            f"{name}: the chart's image puller would call a container {container}, and no cluster takes that; use "
            "lower-case letters, digits and single dashes in the keys, 63 characters in all"
        )


def _override_problems(name: str, layer: Mapping[str, object], traits: frozenset[str]) -> Iterator[str]:
    override = layer.get("kubespawner_override", {})
    if not isinstance(override, dict):
        yield f"{name}: kubespawner_override is {_shown(override)}; it has to be a mapping"
        return
    for key in map(str, override):
        if key not in traits:
            yield (
                f"{name}: kubespawner_override.{key} is no setting of KubeSpawner, which would ignore it or fail on it."
                f"{did_you_mean(key, traits)}"
            )


def _known_keys(name: str, layer: Mapping[str, object], known: frozenset[str], what: str) -> Iterator[str]:
    for key in map(str, layer):
        if key not in known:
            yield f"{name}: {key} is no key of {what}, and KubeSpawner would ignore it.{did_you_mean(key, known)}"


def _text_keys(name: str, value: object, path: str = "") -> Iterator[str]:
    """Yield the keys that YAML read as something else than text; what the hub looks for is text."""
    if isinstance(value, dict):
        for key, below in value.items():
            if not isinstance(key, str):
                yield f"{name}: the key {key} in {path} is not text; put it in quotes"
            yield from _text_keys(name, below, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for below in value:
            yield from _text_keys(name, below, path)


def _shown(value: object) -> str:
    return "null" if value is None else shorten(repr(value))
