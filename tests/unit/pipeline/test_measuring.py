from fakes.content import push_image
from fakes.registry import FakeRegistry
from hubwright.account import PackageSize
from hubwright.contents.attach import attach_sizes
from hubwright.errors import RegistryUnavailableError
from hubwright.pipeline.measuring import layers_by_variant, packages_by_variant, sizes_of
from hubwright.registries.interface import Manifest, sha256_digest

_GONE = f"sha256:{'0' * 64}"


class _Away(FakeRegistry):
    """A registry that gives no answer about one repository, and remembers what it was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def manifest(self, repository: str, digest: str) -> Manifest | None:
        self.asked.append(digest)
        if repository == "team/away":
            msg = "it is away"
            raise RegistryUnavailableError(msg)
        return super().manifest(repository, digest)


def test_an_image_that_is_gone_has_no_size_and_one_that_cannot_be_asked_for_is_told() -> None:
    registry = _Away()
    here = push_image(registry, "team/base", "tag").digest
    images = {("team/base", here), ("team/base", _GONE), ("team/away", sha256_digest(b"x"))}

    sizes, unread = sizes_of(registry, images)

    assert sizes == {here: len(b"a layer") + len(b"{}")}
    assert unread == [f"team/away@{sha256_digest(b'x')}: it is away"]


def test_each_image_is_asked_for_once() -> None:
    registry = _Away()
    here = push_image(registry, "team/base", "tag").digest
    sizes_of(registry, [("team/base", here)] * 5)
    assert registry.asked == [here]


def test_layers_are_told_by_variant() -> None:
    registry = _Away()
    here = push_image(registry, "team/base", "tag").digest
    layers, unread = layers_by_variant(
        registry, {"base": ("team/base", here), "gone": ("team/base", _GONE), "away": ("team/away", here)}
    )
    assert {name: [each.size for each in told] for name, told in layers.items()} == {"base": [len(b"a layer")]}
    assert unread == [f"team/away@{here}: it is away"]


def test_what_packages_take_is_told_by_variant_where_it_was_measured() -> None:
    registry = _Away()
    here, bare = (push_image(registry, "team/base", tag, tag.encode()).digest for tag in ("one", "two"))
    sizes = (PackageSize(kind="python", name="numpy", size=5),)
    attach_sizes(registry, "team/base", here, sizes)
    packages, unread = packages_by_variant(registry, {"base": ("team/base", here), "bare": ("team/base", bare)})
    assert (packages, unread) == ({"base": sizes}, [])
    registry.unavailable = True
    packages, unread = packages_by_variant(registry, {"base": ("team/base", here)})
    assert packages == {}
    assert unread[0].startswith(f"team/base@{here}: ")
