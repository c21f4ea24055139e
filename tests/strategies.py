"""Matrices that are right by construction, as the JSON instances that their schema describes."""

import itertools
from typing import Any

# The same examples in every run; a failure in one place is a failure in all.
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from hubwright.matrix.charts import CHARTS
from hubwright.words import UNSAFE

STEADY = settings(derandomize=True, deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
# A whole matrix takes a tenth of a second to make.
STEADY_FEW = settings(STEADY, max_examples=30)

_RESOURCES = {"nvidia": "nvidia.com/gpu", "neuron": "aws.amazon.com/neuron"}
Chain = tuple[str, ...]

# An x at the end keeps these apart from the words that rules and readers of YAML know.
words = st.from_regex(r"[a-z]{2,5}x", fullmatch=True)
labels = st.from_regex(r"[a-z]{1,5}(\.[a-z]{1,3}/[A-Za-z]{1,5})?", fullmatch=True)
versions = st.one_of(
    st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,3}", fullmatch=True),
    st.integers(0, 999_999),
    st.integers(0, 99_999).map(lambda number: number / 10),
)
lines = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=20).filter(
    lambda text: not UNSAFE.search(text)
)
phrases = lines.map(lambda text: "a" + text.replace("<", "").replace(">", ""))
values = st.one_of(lines, st.integers(-10, 10), st.booleans())
variables = lines.map(lambda text: text.replace("{", "{{").replace("}", "}}"))
paths = st.lists(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._+-]{0,5}", fullmatch=True), min_size=1, max_size=3).map(
    "/".join
)
cpus = st.integers(1, 1_024_000).map(lambda thousandths: thousandths / 1000)
memory = st.from_regex(r"[1-9][0-9]{0,4}[KMG]|[1-9][0-9]{0,2}T", fullmatch=True)


def _dicts(keys: st.SearchStrategy[str], inner: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[Any]:
    return st.dictionaries(keys, inner, min_size=least, max_size=2)


def _unique(inner: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(inner, unique=True, max_size=3)


foundations = st.one_of(
    st.fixed_dictionaries(
        {"pull": st.just("docker.io/library/debian:trixie-slim")},
        optional={"bootstrap": st.sampled_from([{"suite": "bookworm"}, {"suite": "trixie"}, None])},
    ),
    st.fixed_dictionaries({"bootstrap": st.just({"suite": "trixie"})}, optional={"facts": _dicts(words, versions)}),
)
tolerations = st.one_of(
    st.fixed_dictionaries({"key": labels}, optional={"value": st.just("a"), "effect": st.just("NoExecute")}),
    st.fixed_dictionaries({"operator": st.just("Exists")}, optional={"key": labels}),
)
runners = st.lists(
    st.from_regex(r"[A-Za-z][A-Za-z0-9._/=+-]{0,9}x", fullmatch=True), min_size=1, max_size=3, unique=True
)
automation = st.fixed_dictionaries(
    {"repository": words.map("owner/{}".format)},
    optional={
        "subject": st.just("owner@1/name@2"),
        "machine": st.just("one"),
        "runs_on": runners,
        "signing_key": st.none(),
        "chart": st.one_of(st.none(), st.fixed_dictionaries({"repository": st.just("o/r"), "folder": paths})),
    },
)
shapes = {
    "cpu": st.one_of(st.none(), cpus, st.tuples(cpus, cpus).map(sorted)),
    "memory": st.one_of(st.none(), memory, memory.map(lambda amount: [amount, amount])),
    "node_selector": _dicts(labels, st.from_regex(r"([a-z]{1,5})?", fullmatch=True)),
    "tolerations": st.one_of(st.none(), st.lists(tolerations, max_size=2)),
    "environment": _dicts(st.from_regex(r"[A-Z_]{1,5}X", fullmatch=True), variables),
}
options = _dicts(
    words,
    st.fixed_dictionaries(
        {
            "display_name": phrases,
            "choices": _dicts(words, st.fixed_dictionaries({"display_name": phrases}, optional=shapes), least=1),
        }
    ),
)


@st.composite
def matrices(draw: st.DrawFn) -> dict[str, Any]:
    """Return a whole matrix."""
    roots = draw(_dicts(words.map("f".__add__), foundations, least=1))
    sources = draw(_dicts(words, st.fixed_dictionaries({}, optional={"index": st.just("https://example.org/a")})))
    images, made = draw(_images(sorted(roots), sorted(sources)))
    instance: dict[str, Any] = {
        "version": 1,
        "hub": {"chart": draw(st.sampled_from(sorted(CHARTS)))},
        "foundations": roots,
        "sources": sources,
        "images": images,
        "profiles": draw(_profiles(images, made)),
    }
    if draw(st.booleans()):
        instance["rules"] = [
            {"when": {"when-x": ">=1,<3"}, "require": {"then-x": draw(versions)}, "because": draw(phrases)}
        ]
        instance["registries"] = {"embedded": {}, "ecr": None}
        instance["ci"] = draw(automation)
        instance["storage"] = {"home": "/home/a", "shared": draw(_dicts(words, _shared()))}
    return instance


def _shared() -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"path": words.map("/a/{}".format), "claim": words}, optional={"read_only": st.booleans()}
    )


def _image_fields(sources: list[str], accelerator: str | None) -> st.SearchStrategy[dict[str, Any]]:
    """Return the fields of an image that stand for themselves, any of them or none."""
    fields = {
        "folder": paths,
        "args": _dicts(st.from_regex(r"[A-Z]{1,3}X", fullmatch=True), values),
        "smoke": _unique(words),
        "secrets": _unique(words),
        "target": st.one_of(st.none(), words),
        "sources": _unique(st.sampled_from(sources)) if sources else st.just([]),
        "facts": _dicts(words, versions),
        "accelerator": st.sampled_from([None, accelerator]),
        "runs_on": runners,
    }
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def _images(draw: st.DrawFn, roots: list[str], sources: list[str]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Return images, each on a root or on one before it, and the names of the variants of each."""
    accelerator = draw(st.sampled_from([None, "nvidia", "neuron"]))
    platforms = draw(st.sampled_from([["linux/amd64"], ["linux/arm64"], ["linux/arm64", "linux/amd64"]]))
    images: dict[str, Any] = {}
    suffixes: dict[str, list[tuple[Chain, str]]] = {}
    for number, name in enumerate(draw(st.lists(words.map("i".__add__), min_size=1, max_size=3, unique=True))):
        parent = draw(st.sampled_from([*roots, *images]))
        axes = draw(
            _dicts(
                words.map(f"a{number}".__add__),
                _unique(
                    st.from_regex(r"[A-Za-z0-9.]{1,4}v", fullmatch=True).filter(lambda value: value[0] != ".")
                ).filter(bool),
            )
        )
        images[name] = {
            "from": parent,
            "platforms": platforms,
            "axes": axes,
            **draw(_image_fields(sources, accelerator)),
        }
        above = suffixes.get(parent, [((), platform) for platform in platforms])
        suffixes[name] = [
            ((*chain, *(f"{axis}{value}" for axis, value in zip(axes, picked, strict=True))), platform)
            for chain, platform in above
            for picked in itertools.product(*axes.values())
        ]
    many = len(platforms) > 1
    return images, {
        name: ["-".join([name, *chain, *([platform.split("/")[1]] * many)]) for chain, platform in made]
        for name, made in suffixes.items()
    }


@st.composite
def _profiles(draw: st.DrawFn, images: dict[str, Any], made: dict[str, list[str]]) -> list[Any]:
    profiles = []
    for slug in draw(st.lists(words, min_size=1, max_size=3, unique=True)):
        image = draw(st.sampled_from(sorted(made)))
        variant = draw(st.sampled_from(made[image]))
        accelerator = _accelerator(images, image)
        profiles.append(
            {
                "slug": slug,
                "display_name": draw(st.one_of(phrases, st.integers(-5, 5), st.booleans())),
                "image": image if len(made[image]) == 1 and draw(st.booleans()) else variant,
                "resources": {_RESOURCES[accelerator]: draw(st.integers(1, 16))} if accelerator else {},
                **draw(
                    st.fixed_dictionaries(
                        {},
                        optional={
                            **shapes,
                            "description": phrases,
                            "uid": st.integers(0, 2_000_000_000),
                            "profile_options": options,
                        },
                    )
                ),
            }
        )
    if draw(st.booleans()):
        draw(st.sampled_from(profiles))["default"] = True
    return profiles


def _accelerator(images: dict[str, Any], name: str) -> str | None:
    while name in images:
        if found := images[name].get("accelerator"):
            return str(found)
        name = images[name]["from"]
    return None


def variant_count(instance: dict[str, Any]) -> int:
    """Return how many variants the axes and platforms make, counted without expanding them."""
    counts: dict[str, int] = {}
    for name, image in instance["images"].items():
        above = counts.get(image["from"], len(image["platforms"]))
        counts[name] = above
        for axis in image["axes"].values():
            counts[name] *= len(axis)
    return sum(counts.values())
