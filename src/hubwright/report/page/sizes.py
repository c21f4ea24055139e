"""How large images are, and which of their layers make them so."""

from collections.abc import Sequence

from hubwright.account import Account, ImageAccount, Layer
from hubwright.report.page.figures import count, moved_size, size
from hubwright.report.page.html import Html, cut, join, tag
from hubwright.report.page.parts import more, scrolling, table

# On the whole page, the largest of each image first.
_MOST_LAYERS = 2000
# In a bar, thinner ones are no more than a line.
_THIN = 1 / 500
_MOST_TEXT = 160
_HEIGHT = 14


def sizes(account: Account) -> Html:
    known = [image for image in account.images if image.size is not None]
    if not known:
        return tag("p", "No image of this account is in the registry.", class_="quiet")
    largest = max((image.size or 0 for image in known), default=0) or 1
    shared = {image.variant: {layer.digest for layer in image.layers} for image in account.images}
    rows = [_row(image, largest, shared.get(image.parent or "", set())) for image in known]
    name = "Images by size, compressed"
    note = "In colour what an image adds, in grey what it has from the one that it stands on, which is stored once."
    room = _MOST_LAYERS
    layers = []
    for image in known:
        rows_of_it = _shown(image.layers, room)
        room -= len(rows_of_it)
        if rows_of_it:
            layers.append(_layers(image, rows_of_it, shared.get(image.parent or "", set())))
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
        layers,
    )


def _row(image: ImageAccount, largest: int, inherited: set[str]) -> Html:
    whole = image.size or 0
    since = moved_size(image.change.size_before, whole) if image.change else ""
    return tag(
        "tr",
        tag("th", image.variant, scope="row"),
        tag("td", _bar(image, largest, inherited)),
        tag("td", size(whole), class_="number"),
        tag("td", since, class_="number"),
    )


def _bar(image: ImageAccount, largest: int, inherited: set[str]) -> Html:
    own = sum(layer.size for layer in image.layers if layer.digest not in inherited)
    words = f"{size(image.size or 0)} in {count(len(image.layers), 'layer')}, {size(own)} of its own"
    parts = []
    at = 0.0
    for layer in image.layers or (Layer(digest="", size=image.size or 0, made_by=""),):
        width = 100 * layer.size / largest
        class_ = "inherited" if layer.digest in inherited else "own"
        if layer.size > largest * _THIN:
            parts.append(tag("rect", class_=class_, x=f"{at:.2f}%", y=2, width=f"{width - 0.15:.2f}%", height=10))
        at += width
    return tag("svg", tag("title", words), parts, class_="bar", role="img", aria_label=words, height=_HEIGHT)


def _layers(image: ImageAccount, shown: Sequence[Layer], inherited: set[str]) -> Html:
    left = len(image.layers) - len(shown)
    caption = f"Layers of {image.variant}" + (f"; {left:,} more are in report.json" if left > 0 else "")
    rows = [_layer(layer, inherited=layer.digest in inherited) for layer in shown]
    words = join(tag("b", image.variant), " ", tag("span", count(len(image.layers), "layer"), class_="quiet"))
    return more(words, scrolling(caption, table(caption, ("made by", "size", "from"), rows)))


def _shown(layers: Sequence[Layer], room: int) -> Sequence[Layer]:
    return sorted(layers, key=lambda layer: -layer.size)[:room]


def _layer(layer: Layer, *, inherited: bool) -> Html:
    return tag(
        "tr",
        tag("th", tag("code", cut(layer.made_by, _MOST_TEXT)), scope="row"),
        tag("td", size(layer.size), class_="number"),
        tag("td", "its parent" if inherited else "itself"),
    )
