"""The profiles: what KubeSpawner, the chart and Kubernetes would stumble over is refused here, with its place.

None of those three checks a profile list before a user meets it; KubeSpawner answers at the spawn page or at
the spawn, the API server when the pod is made.
"""

from collections.abc import Iterator

from hubwright.cluster import LONGEST_CONTAINER_NAME, puller_container
from hubwright.matrix.document import Document, Option, Profile
from hubwright.matrix.findings import Finding
from hubwright.matrix.shapes import check_shape


def check_profiles(document: Document) -> Iterator[Finding]:
    """Yield what is wrong with the profiles, apart from the images they name."""
    yield from _check_unique(document)
    for index, profile in enumerate(document.profiles):
        at = ("profiles", index)
        yield from check_shape(profile, at)
        for key, option in profile.profile_options.items():
            yield from _check_option(option, key, index)
        yield from _check_image_given(profile, index)


def _check_unique(document: Document) -> Iterator[Finding]:
    first: dict[str, int] = {}
    default: int | None = None
    for index, profile in enumerate(document.profiles):
        if first.setdefault(profile.slug, index) != index:
            message = (
                f"profile {first[profile.slug] + 1} has the slug {profile.slug} already; users could not reach this"
            )
            yield Finding(("profiles", index, "slug"), message)
        if profile.default:
            if default is not None:
                message = f"{document.profiles[default].slug} is the default already; the hub and the form would differ"
                yield Finding(("profiles", index, "default"), message)
            default = index if default is None else default


def _check_option(option: Option, key: str, index: int) -> Iterator[Finding]:
    at = ("profiles", index, "profile_options", key, "choices")
    defaults = [name for name, choice in option.choices.items() if choice.default]
    for name in defaults[1:]:
        yield Finding((*at, name, "default"), f"{defaults[0]} is the default of this option already")
    for name, choice in option.choices.items():
        container = puller_container(index, key, name)
        if choice.image and len(container) > LONGEST_CONTAINER_NAME:
            message = (
                f"the chart's image puller would name a container {container}, which is longer than "
                f"{LONGEST_CONTAINER_NAME} characters; shorten the option's or the choice's key"
            )
            yield Finding((*at, name), message, on_key=True)
        yield from check_shape(choice, (*at, name))


def _check_image_given(profile: Profile, index: int) -> Iterator[Finding]:
    by_every_choice = any(
        all(choice.image for choice in option.choices.values()) for option in profile.profile_options.values()
    )
    if profile.image is None and not by_every_choice:
        message = "`image` is missing here, and no option brings one with each of its choices"
        yield Finding(("profiles", index), message)
