"""How large images are and what they are made of, asked of a registry side by side."""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from hubwright.account import PackageSize
from hubwright.contents.attach import attached_sizes
from hubwright.errors import BuildError, HubwrightError
from hubwright.planned import Layer
from hubwright.publish import layers_of, read_back
from hubwright.registries.interface import Registry

_AT_ONCE = 8

T = TypeVar("T")


def sizes_of(registry: Registry, images: Collection[tuple[str, str]]) -> tuple[dict[str, int], list[str]]:
    """Return what a node pulls for each image, by its digest, and what could not be found out.

    An image is its repository and its digest. One that is gone has no size, and that is no secret of the registry's.
    """
    asked = {digest: (repository, digest) for repository, digest in images}
    return _side_by_side(asked, lambda image: read_back(registry, *image).size)


def layers_by_variant(
    registry: Registry, images: Mapping[str, tuple[str, str]]
) -> tuple[dict[str, tuple[Layer, ...]], list[str]]:
    """Return the layers of each variant's image, and what could not be found out."""
    return _side_by_side(images, lambda image: layers_of(registry, *image))


def packages_by_variant(
    registry: Registry, images: Mapping[str, tuple[str, str]]
) -> tuple[dict[str, tuple[PackageSize, ...]], list[str]]:
    """Return what packages take in each variant's image that was measured, and what could not be found out."""
    return _side_by_side(images, lambda image: attached_sizes(registry, *image))


def _side_by_side(
    images: Mapping[str, tuple[str, str]], ask: Callable[[tuple[str, str]], T | None]
) -> tuple[dict[str, T], list[str]]:
    def answer(image: tuple[str, str]) -> T | str | None:
        try:
            return ask(image)
        except BuildError:
            return None
        except HubwrightError as error:
            return f"{'@'.join(image)}: {error}"

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        answers = dict(zip(images, pool.map(answer, images.values()), strict=True))
    unread = [each for each in answers.values() if isinstance(each, str)]
    return {name: each for name, each in answers.items() if each is not None and not isinstance(each, str)}, unread
