"""Nodes to a typed document; every error of the schema becomes a finding in our words."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hubwright.matrix.document import Document
from hubwright.matrix.findings import ENOUGH, Finding
from hubwright.matrix.scalars import found
from hubwright.words import did_you_mean, listed, shorten
from hubwright.written.nodes import Location, Node, untyped

# Words of KubeSpawner, the chart or Kubernetes that people carry over, and what to write for them here.
_CARRIED_OVER: Mapping[str, str] = {
    "args": "The image's own start command is used.",
    "cmd": "The image's own start command is used.",
    "cpu_guarantee": "Write `cpu: [guarantee, limit]`.",
    "cpu_limit": "Write `cpu: [guarantee, limit]`.",
    "extra_resource_guarantees": "Write `resources:`; Kubernetes takes extended resources as limits only.",
    "extra_resource_limits": "Write `resources:`.",
    "kubespawner_override": "Write its keys directly: image, cpu, memory, resources, node_selector and so on.",
    "mem_guarantee": "Write `memory: [guarantee, limit]`.",
    "mem_limit": "Write `memory: [guarantee, limit]`.",
    "unlisted_choice": "It would let users start what was never proven.",
    "volume_mounts": "Write `storage:` at the top; volumes of a profile replace the user's home on some charts.",
    "volumes": "Write `storage:` at the top; volumes of a profile replace the user's home on some charts.",
}
_EXPECTED = {
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "tuple_type": "a list",
    "none_required": "nothing",
}


def validate(root: Node) -> Document | list[Finding]:
    """Return the document, or everything that the schema finds wrong with it."""
    try:
        return Document.model_validate(untyped(root))
    except ValidationError as error:
        details = error.errors(include_url=False)
    told = (detail for detail in details if not _is_echo(detail))
    return [_finding(detail) for detail in itertools.islice(told, ENOUGH)]


def _is_echo(detail: ErrorDetails) -> bool:
    """Say whether pydantic calls a list too short only because its entries were refused, each with its own error."""
    return detail["type"] == "too_short" and bool(detail["input"])


def _finding(detail: ErrorDetails) -> Finding:
    location, kind = detail["loc"], detail["type"]
    if kind == "extra_forbidden":
        return Finding(location, _unknown_key(location), on_key=True)
    if location and location[-1] == "[key]":
        return Finding(location[:-1], detail["msg"], on_key=True)
    if kind == "missing":
        return Finding(location[:-1], f"`{location[-1]}` is missing here: {_purpose(location)}", on_key=True)
    return Finding(location, _message(detail))


def _message(detail: ErrorDetails) -> str:
    kind, given = detail["type"], detail["input"]
    if kind == "too_short":
        return "expected at least one entry; found none"
    if kind == "too_long":
        return f"expected at most {detail['ctx']['max_length']} entries; found {len(given)}"
    return f"expected {_EXPECTED[kind]}; found {found(given)}" if kind in _EXPECTED else detail["msg"]


def _unknown_key(location: Location) -> str:
    key, known = str(location[-1]), sorted(_known_keys(location[:-1]))
    if key in _CARRIED_OVER:
        return f"`{shorten(key)}` is not a key here. {_CARRIED_OVER[key]}"
    return (
        f"`{shorten(key)}` is not a key here.{did_you_mean(key, known)} The keys are {listed(known, conjunction='and')}"
    )


def _purpose(location: Location) -> str:
    fields = _model_at(location[:-1]).model_fields.items()
    return next(str(field.description) for name, field in fields if location[-1] in {name, field.alias})


def _known_keys(location: Location) -> Iterator[str]:
    for name, field in _model_at(location).model_fields.items():
        yield field.alias or name


def _model_at(location: Location) -> type[BaseModel]:
    """Return the class of the mapping at a location that pydantic reported."""
    model: type[BaseModel] = Document
    steps = iter(location)
    for step in steps:
        for name, field in model.model_fields.items():
            if step in {name, field.alias}:
                if get_origin(field.annotation) is dict:
                    next(steps, None)  # a key that the person chose
                model = _inner_model(field.annotation) or model
                break
    return model


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    models = (_inner_model(inner) for inner in get_args(annotation))
    return next((model for model in models if model is not None), None)
