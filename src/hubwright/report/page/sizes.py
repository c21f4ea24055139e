"""How large images are, and which of their layers and packages make them so."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Self

from hubwright.account import Account, ImageAccount, PackageSize
from hubwright.frozen import dataclass
from hubwright.planned import Layer
from hubwright.report.figures import count
from hubwright.report.page.html import Child, Html, cut, join, tag
from hubwright.report.page.parts import more, scrolling, table
from hubwright.words import resized, sized

# On the whole page, the largest of each image first.
_MOST_LAYERS = 2000
_MOST_PACKAGES = 1000
# Of one image.
_LARGEST = 40
# In a bar, thinner ones are no more than a line.
_THIN = 1 / 500
_MOST_TEXT = 160
_HEIGHT = 14
# Of a package: what no package has, by its folder.
_OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parent:
    """What an image may have from the one that it stands on."""

    layers: frozenset[str] = frozenset()
    packages: frozenset[PackageSize] = frozenset()

    @classmethod
    def of(cls, image: ImageAccount) -> Self:
        return cls(layers=frozenset(layer.digest for layer in image.layers), packages=frozenset(image.packages))


_NOBODY = _Parent()


def sizes(account: Account) -> Html:
    known = [image for image in account.images if image.size is not None]
    if not known:
        return tag("p", "No image of this account is in the registry.", class_="quiet")
    largest = max((image.size or 0 for image in known), default=0) or 1
    parents = {image.variant: _Parent.of(image) for image in account.images}
    rows = [_row(image, largest, parents.get(image.parent or "", _NOBODY).layers) for image in known]
    name = "Images by size, compressed"
    note = "In colour what an image adds, in grey what it has from the one that it stands on, which is stored once."
    room, room_of_packages = _MOST_LAYERS, _MOST_PACKAGES
    parts = []
    for image in known:
        parent = parents.get(image.parent or "", _NOBODY)
        layers, packages = _shown(image.layers, room), image.packages[: min(_LARGEST, room_of_packages)]
        room, room_of_packages = room - len(layers), room_of_packages - len(packages)
        if layers or packages:
            parts.append(_parts(image, layers, packages, parent))
    return join(
        tag("p", note, class_="quiet"),
        scrolling(
            name,
            table(
                name,
                ("image", "layers", *(tag("span", words, class_="number") for words in ("size", "since before"))),
                rows,
                class_="sizes",
            ),
        ),
        parts,
    )


def _row(image: ImageAccount, largest: int, inherited: AbstractSet[str]) -> Html:
    whole = image.size or 0
    since = resized(image.change.size_before, whole) if image.change else ""
    return tag(
        "tr",
        tag("th", image.variant, scope="row"),
        tag("td", _bar(image, largest, inherited)),
        tag("td", sized(whole), class_="number"),
        tag("td", since, class_="number"),
    )


def _bar(image: ImageAccount, largest: int, inherited: AbstractSet[str]) -> Html:
    own = sum(layer.size for layer in image.layers if layer.digest not in inherited)
    words = f"{sized(image.size or 0)} in {count(len(image.layers), 'layer')}, {sized(own)} of its own"
    parts = []
    at = 0.0
    for layer in image.layers or (Layer(digest="", size=image.size or 0, made_by=""),):
        width = 100 * layer.size / largest
        class_ = "inherited" if layer.digest in inherited else "own"
        if layer.size > largest * _THIN:
            parts.append(tag("rect", class_=class_, x=f"{at:.2f}%", y=2, width=f"{width - 0.15:.2f}%", height=10))
        at += width
    return tag("svg", tag("title", words), parts, class_="bar", role="img", aria_label=words, height=_HEIGHT)


def _parts(image: ImageAccount, layers: Sequence[Layer], packages: Sequence[PackageSize], parent: _Parent) -> Html:
    counts = [count(len(image.layers), "layer"), *([count(_number(image), "package")] if image.packages else [])]
    words = join(tag("b", image.variant), " ", tag("span", ", ".join(counts), class_="quiet"))
    return more(words, _layers(image, layers, parent) if layers else None, _packages(image, packages, parent))


def _layers(image: ImageAccount, shown: Sequence[Layer], parent: _Parent) -> Html:
    left = len(image.layers) - len(shown)
    caption = f"Layers of {image.variant}" + (f"; {left:,} more are in report.json" if left > 0 else "")
    rows = [_layer(layer, inherited=layer.digest in parent.layers) for layer in shown]
    return scrolling(caption, table(caption, ("made by", "size", "from"), rows))


def _number(image: ImageAccount) -> int:
    return sum(each.kind != _OTHER for each in image.packages)


def _packages(image: ImageAccount, shown: Sequence[PackageSize], parent: _Parent) -> Child:
    """Return what the largest packages take, and what all others take together."""
    if not shown:
        return None
    whole, told = (sum(each.size for each in some) for some in (image.packages, shown))
    caption = f"What the packages of {image.variant} take"
    note = tag("p", f"Installed, and not compressed, they are {sized(whole)}.", class_="quiet")
    rows = [_package(each, inherited=each in parent.packages) for each in shown]
    left = len(image.packages) - len(shown)
    if left:
        cells = (
            tag("th", f"{left:,} others", scope="row"),
            tag("td", ""),
            tag("td", sized(whole - told), class_="number"),
        )
        rows.append(tag("tr", *cells, tag("td", "all of them are in report.json")))
    return join(note, scrolling(caption, table(caption, ("package", "kind", "size", "from"), rows)))


def _package(package: PackageSize, *, inherited: bool) -> Html:
    name = tag("code", cut(package.name, _MOST_TEXT)) if package.kind == _OTHER else cut(package.name, _MOST_TEXT)
    kind = tag("td", "no package" if package.kind == _OTHER else package.kind)
    return _entry(name, kind, size=package.size, inherited=inherited)


def _shown(layers: Sequence[Layer], room: int) -> Sequence[Layer]:
    return sorted(layers, key=lambda layer: -layer.size)[:room]


def _layer(layer: Layer, *, inherited: bool) -> Html:
    return _entry(tag("code", cut(layer.made_by, _MOST_TEXT)), None, size=layer.size, inherited=inherited)


def _entry(name: Child, kind: Html | None, *, size: int, inherited: bool) -> Html:
    return tag(
        "tr",
        tag("th", name, scope="row"),
        kind,
        tag("td", sized(size), class_="number"),
        tag("td", "its parent" if inherited else "itself"),
    )
