"""KubeSpawner's profile_list: what users see in the hub's form, and what each choice there does to their pod."""

import html
from collections.abc import Mapping, Sequence

from hubwright.emit.override import image_override, layer_override
from hubwright.emit.places import Place, default_choice, image_places, kept_choices
from hubwright.emit.spark import SERVICE_ACCOUNT, uses_spark
from hubwright.model import Layer, Variant
from hubwright.offering import ProfileEntry, Start


def offered(entries: Sequence[ProfileEntry]) -> tuple[ProfileEntry, ...]:
    """Return the entries that have something to start, in their order; an index into the list is one into these."""
    return tuple(entry for entry in entries if entry.starts)


def default_entry(entries: Sequence[ProfileEntry]) -> ProfileEntry:
    """Return the preselected one: the matrix's, or the first that is left where that one is gone."""
    return next((entry for entry in entries if entry.profile.default), entries[0])


def profile_list(
    entries: Sequence[ProfileEntry], variants: Mapping[str, Variant], host: str
) -> list[dict[str, object]]:
    """Return the list for KubeSpawner, in the order of the entries; `host` is the registry's.

    Merged as KubeSpawner merges it, each start gets exactly the shape of its offer, and its own proven image.
    """
    listed = offered(entries)
    return [_profile(entry, variants, host, default=entry is default_entry(listed)) for entry in listed]


def as_text(words: str) -> str:
    """Return the words such that the form shows them as they are.

    It puts them into its page without escaping. Only what a page would read as something else is escaped, because
    forms of other makers may escape by themselves.
    """
    is_read_as_other = "<" in words or ">" in words or html.unescape(words) != words
    return html.escape(words, quote=False) if is_read_as_other else words


def _profile(entry: ProfileEntry, variants: Mapping[str, Variant], host: str, *, default: bool) -> dict[str, object]:
    profile = entry.profile
    places = image_places(entry)
    said: dict[str, object] = {"display_name": as_text(profile.display_name), "slug": profile.slug}
    if profile.description is not None:
        said["description"] = as_text(profile.description)
    if default:
        said["default"] = True
    account = {"service_account": SERVICE_ACCOUNT} if uses_spark(entry, variants) else {}
    said["kubespawner_override"] = {
        **_override(profile.layer, None, places, variants, host),
        **_ids(entry.starts[0]),
        **account,
    }
    if profile.options:
        said["profile_options"] = _options(entry, places, variants, host)
    return said


def _options(
    entry: ProfileEntry, places: Mapping[Place, tuple[Start, ...]], variants: Mapping[str, Variant], host: str
) -> dict[str, object]:
    options: dict[str, object] = {}
    kept = kept_choices(entry)
    for option in entry.profile.options:
        choices: dict[str, object] = {}
        for choice in kept[option.key]:
            said: dict[str, object] = {"display_name": as_text(choice.display_name)}
            if choice is default_choice(kept[option.key]):
                said["default"] = True
            if override := _override(choice.layer, (option.key, choice.key), places, variants, host):
                said["kubespawner_override"] = override
            choices[choice.key] = said
        options[option.key] = {"display_name": as_text(option.display_name), "choices": choices}
    return options


def _override(
    layer: Layer,
    place: Place,
    places: Mapping[Place, tuple[Start, ...]],
    variants: Mapping[str, Variant],
    host: str,
) -> dict[str, object]:
    if place not in places:
        return layer_override(layer)
    start = places[place][0]
    return image_override(host, start, variants[start.offer.variant], layer)


def _ids(start: Start) -> dict[str, object]:
    """Return who the server runs as, which a profile says for all of its starts."""
    shape = start.offer.shape
    return {"uid": shape.uid, "gid": shape.gid, "fs_gid": shape.fs_gid}
