"""Values for tests of what is decided from values alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hubwright.fingerprint import fingerprints
from hubwright.model import (
    Chart,
    Foundation,
    Layer,
    Matrix,
    Needs,
    Offer,
    OnWithheld,
    Policy,
    Profile,
    Shape,
    Source,
    Variant,
)
from hubwright.planned import Entry, EntryKind, Fingerprint, Recipe

CHART = Chart(version="4.4.0", jupyterhub="5.5.0", kubespawner="7.0.0")
FOUNDATION = Foundation(name="trixie", pull="docker.io/library/debian:trixie-slim", suite="trixie")
SHAPE = Shape(
    uid=1000,
    gid=100,
    fs_gid=100,
    home="/home/jovyan",
    cpu=None,
    memory=None,
    resources={},
    node_selector={},
    tolerations=(),
    environment={},
    shared=(),
)
RECIPE = Recipe(
    dockerfile_sha256="0" * 64,
    context=(Entry(path="Dockerfile", kind=EntryKind.FILE, value="0" * 64, executable=False),),
)


def variant(name: str, parent: str | None = None, **changes: object) -> Variant:
    fields: dict[str, object] = {
        "name": name,
        "image": name,
        "platform": "linux/amd64",
        "axes": {},
        "parent": parent,
        "parent_image": parent,
        "level": 0,
        "foundation": "trixie",
        "folder": f"images/{name}",
        "dockerfile": "Dockerfile",
        "target": None,
        "args": {},
        "secrets": (),
        "smoke": (),
        "accelerator": None,
        "runs_on": (),
        "sources": (),
        "facts": {},
    }
    return Variant(**{**fields, **changes})  # type: ignore[arg-type] # the fields above, with some replaced


def profile(slug: str, variant_name: str) -> Profile:
    offer = Offer(profile=slug, choices={}, variant=variant_name, shape=SHAPE)
    return Profile(
        slug=slug,
        display_name=slug.title(),
        description=None,
        default=False,
        options=(),
        layer=layer(variant=variant_name),
        offers=(offer,),
        policy=policy(),
    )


def layer(**changed: Any) -> Layer:
    """Return a layer that says nothing but what is changed."""
    nothing = Layer(
        variant=None, cpu=None, memory=None, resources={}, node_selector={}, tolerations=None, environment={}
    )
    return replace(nothing, **changed)


def policy(**changed: Any) -> Policy:
    """Return the policy of a profile that asks for no devices and says nothing."""
    usual = Policy(needs=Needs.SOFTWARE, max_age_days=90, on_withheld=OnWithheld.KEEP_LAST_GOOD)
    return replace(usual, **changed)


def matrix(*variants: Variant, profiles: tuple[Profile, ...] = ()) -> Matrix:
    return Matrix(
        chart=CHART,
        ecr=None,
        foundations={"trixie": FOUNDATION},
        sources={"neuron": Source(name="neuron", index=None)},
        variants={variant.name: variant for variant in variants},
        profiles=profiles,
    )


def prints(of: Matrix) -> Mapping[str, Fingerprint]:
    return fingerprints(of.variants.values(), dict.fromkeys(of.variants, RECIPE), of.foundations)
