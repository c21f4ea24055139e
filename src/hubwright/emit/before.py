"""What was offered until now, read from the list that an earlier run wrote; for people who want to see what changes."""

import itertools
import json
from collections.abc import Iterator
from typing import Any


def offered_before(text: bytes | None) -> dict[str, str]:
    """Return the digest of every start in a `profile_list.json`, by the start's name; nothing of what is no such list.

    Nothing is decided by it: the file may be anybody's.
    """
    try:
        return dict(_starts(json.loads(text or b"[]")))
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return {}


def _starts(profiles: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for profile in profiles:
        options = {key: option["choices"] for key, option in profile.get("profile_options", {}).items()}
        for picked in itertools.product(*options.values()):
            layers = [profile, *(options[key][choice] for key, choice in zip(options, picked, strict=True))]
            images = [layer.get("kubespawner_override", {}).get("image") for layer in layers]
            named = ",".join(f"{key}={choice}" for key, choice in zip(options, picked, strict=True))
            last = [image for image in images if image][-1]
            yield f"{profile['slug']}[{named}]" if named else profile["slug"], last.rpartition("@")[2]
