"""Checks that span the document: names that must exist, chains that must end, facts stated once."""

import itertools
import re
from collections.abc import Iterator

from hubwright.matrix.charts import CHARTS
from hubwright.matrix.document import Document, Image
from hubwright.matrix.findings import Finding
from hubwright.redaction import looks_secret
from hubwright.words import did_you_mean, listed

# A Dockerfile adds at least one layer, and container runtimes take about 125 of them.
MAX_CHAIN = 50
# What builds are given of the host, by the names of its own settings.
_GIVEN = re.compile(r"ca-bundle|(?:apt|pip|uv)-config|source-.*")


def axis_arg(axis: str) -> str:
    """Return the build argument that carries an axis."""
    return axis.upper().replace("-", "_")


def check_references(document: Document) -> Iterator[Finding]:
    """Yield what is wrong between the parts of a document that are each well formed."""
    yield from _check_hub(document)
    yield from _check_foundations(document)
    yield from _check_parents(document)
    yield from _check_repositories(document)
    for name, image in document.images.items():
        yield from _check_sources(document, name, image)
        yield from _check_args(name, image)
        yield from _check_secrets(name, image)


def chain(document: Document, name: str) -> list[str]:
    """Return the image and its parents, up to the foundation; the parents are known to exist and to end."""
    names = [name]
    while (parent := document.images[names[-1]].from_) in document.images:
        names.append(parent)
    return names


def _check_hub(document: Document) -> Iterator[Finding]:
    chart = document.hub.chart
    if chart not in CHARTS:
        known = listed(CHARTS, conjunction="and")
        yield Finding(("hub", "chart"), f"chart {chart} is not known; the supported releases are {known}")


def _check_foundations(document: Document) -> Iterator[Finding]:
    for name, foundation in document.foundations.items():
        if foundation.pull is None and foundation.bootstrap is None:
            yield Finding(("foundations", name), "expected `pull`, `bootstrap` or both; found neither", on_key=True)
        if name in document.images:
            yield Finding(("images", name), f"{name} is a foundation already; name the image otherwise", on_key=True)


def _check_parents(document: Document) -> Iterator[Finding]:
    known = {**document.foundations, **document.images}
    parents = {name: image.from_ for name, image in document.images.items()}
    for name, parent in parents.items():
        if parent not in known:
            hint = did_you_mean(parent, known)
            message = f"there is no foundation or image named {parent}.{hint} There are {listed(known)}"
            yield Finding(("images", name, "from"), message)
        if _is_one_too_deep(name, parents):
            message = f"{name} stands on {MAX_CHAIN} images; at most {MAX_CHAIN - 1} are allowed"
            yield Finding(("images", name, "from"), message)
    for cycle in _cycles(parents):
        shown = cycle if len(cycle) <= MAX_CHAIN else [*cycle[:MAX_CHAIN], "..."]
        yield Finding(("images", cycle[0], "from"), f"a cycle: {' -> '.join([*shown, cycle[0]])}")


def _is_one_too_deep(name: str, parents: dict[str, str]) -> bool:
    """Say whether exactly the last image of the chain is too much: those further down are not told again."""
    return len(list(itertools.islice(_walk(name, parents), MAX_CHAIN + 2))) == MAX_CHAIN + 1


def _walk(name: str, parents: dict[str, str]) -> Iterator[str]:
    """Yield the image and what it stands on, without end where there is a cycle."""
    while name in parents:
        yield name
        name = parents[name]


def _cycles(parents: dict[str, str]) -> Iterator[list[str]]:
    """Yield each cycle once; every name has one parent, so following them is enough."""
    done: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        name = start
        while name in parents and name not in done and name not in path:
            path[name] = None
            name = parents[name]
        if name in path:
            walked = list(path)
            yield walked[walked.index(name) :]
        done.update(path)


def _check_repositories(document: Document) -> Iterator[Finding]:
    for name, source in document.sources.items():
        if source.apt and f"{name}-apt" in document.sources:
            message = f"{name}-apt is what a build calls the apt repository of {name}; name this source otherwise"
            yield Finding(("sources", f"{name}-apt"), message, on_key=True)


def _check_sources(document: Document, name: str, image: Image) -> Iterator[Finding]:
    for index, source in enumerate(image.sources):
        if source not in document.sources:
            hint = did_you_mean(source, document.sources)
            yield Finding(("images", name, "sources", index), f"there is no source named {source}.{hint}")


def _check_args(name: str, image: Image) -> Iterator[Finding]:
    from_axes = {axis_arg(axis): axis for axis in image.axes}
    for arg in image.args:
        location = ("images", name, "args", arg)
        if arg == "BASE":
            yield Finding(location, "BASE carries the parent's digest; it is set for you", on_key=True)
        if arg in from_axes:
            yield Finding(location, f"{arg} carries the axis {from_axes[arg]} already", on_key=True)
        if looks_secret(arg):
            yield Finding(location, _secret(arg), on_key=True)
    for arg, axis in from_axes.items():
        if looks_secret(arg):
            yield Finding(("images", name, "axes", axis), _secret(arg), on_key=True)


def _secret(arg: str) -> str:
    return f"{arg} looks like a secret, and build arguments stay in the image's history; use `secrets:`"


def _check_secrets(name: str, image: Image) -> Iterator[Finding]:
    for index, secret in enumerate(image.secrets):
        if _GIVEN.fullmatch(secret):
            message = f"{secret} is what every build may mount of the host already; name yours otherwise"
            yield Finding(("images", name, "secrets", index), message)
