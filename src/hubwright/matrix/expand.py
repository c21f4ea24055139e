"""A checked document to variants: axes multiply, children take over what their parents have.

Parents come before their children, otherwise the order of the file is kept.
"""

import itertools
import math
from collections.abc import Iterator, Mapping

from hubwright.matrix.document import Document, Image
from hubwright.matrix.findings import ENOUGH, Finding
from hubwright.matrix.references import axis_arg, chain
from hubwright.matrix.rules import SUITE_FACTS, Rule, broken_rules
from hubwright.model import Variant
from hubwright.words import amount

MAX_VARIANTS = 2_000
# A variant's name becomes part of tags, container names and file names.
_MAX_NAME = 128
# What is behind the image's name in it stands in a tag of at most 128 characters, between `proven-` and a day.
_MAX_SUFFIX = 110


class Expansion:
    """The variants of a document by name, and what was found wrong on the way."""

    def __init__(self, document: Document, rules: tuple[Rule, ...]) -> None:
        self.variants: dict[str, Variant] = {}
        self.by_image: dict[str, list[Variant]] = {}
        self.findings: list[Finding] = []
        self._document = document
        self._rules = rules
        for name in _parents_first(document):
            if len(self.findings) < ENOUGH:
                self._expand(name, document.images[name])

    def _expand(self, name: str, image: Image) -> None:
        self.by_image[name] = []
        parents = self.by_image.get(image.from_)
        problems = list(self._check_inheritance(name, image))
        self.findings += problems
        if problems:
            return
        combinations = math.prod(len(values) for values in image.axes.values())
        starts = len(image.platforms) if parents is None else len(parents)
        if len(self.variants) + combinations * starts > MAX_VARIANTS:
            message = (
                f"the axes multiply to {amount(combinations * starts)} variants, besides {len(self.variants):,} of "
                f"other images; {MAX_VARIANTS:,} in all are allowed"
            )
            self.findings.append(Finding(("images", name, "axes"), message, on_key=True))
            return
        before = len(self.findings)
        for parent in self._starts(image, parents):
            for values in itertools.product(*image.axes.values()):
                if len(self.findings) < ENOUGH:
                    self._add(name, image, parent, dict(zip(image.axes, values, strict=True)))
        self._check_exclusions(name, image)
        # An image without any variant was told of already where its parent has none, or its names are not to be had.
        if starts and not self.by_image[name] and len(self.findings) == before:
            self.findings.append(Finding(("images", name), "nothing is left of this image to build", on_key=True))

    def _starts(self, image: Image, parents: list[Variant] | None) -> Iterator[tuple[str, Variant | None]]:
        """Yield what the image's variants stand on: each platform with the parent's variant, if it has one."""
        if parents is None:
            for platform in image.platforms:
                yield platform, None
        else:
            for parent in parents:
                if parent.platform in image.platforms:
                    yield parent.platform, parent

    def _add(self, name: str, image: Image, start: tuple[str, Variant | None], own: Mapping[str, str]) -> None:
        platform, parent = start
        axes = {**(parent.axes if parent else {}), **own}
        if any(excluded.items() <= axes.items() for excluded in image.exclude):
            return
        variant = self._variant(name, image, platform, parent, own)
        longest = min(_MAX_NAME, len(f"{name}-") + _MAX_SUFFIX)
        if len(variant.name) > longest or variant.name in self.variants:
            why = "is taken already" if variant.name in self.variants else f"is longer than {longest} characters"
            self.findings.append(Finding(("images", name), f"the variant's name {variant.name} {why}", on_key=True))
            return
        for rule, fact in broken_rules(variant.facts, self._rules):
            self.findings.append(Finding(("images", name), _broken(variant, rule, fact), on_key=True))
        self.variants[variant.name] = variant
        self.by_image[name].append(variant)

    def _variant(
        self, name: str, image: Image, platform: str, parent: Variant | None, own: Mapping[str, str]
    ) -> Variant:
        axes = {**(parent.axes if parent else {}), **own}
        many_platforms = len(image.platforms) > 1
        suffix = [f"{axis}{value}" for axis, value in axes.items()] + [platform.split("/")[1]] * many_platforms
        foundation = parent.foundation if parent else image.from_
        return Variant(
            name="-".join([name, *suffix]),
            image=name,
            platform=platform,
            axes=axes,
            parent=parent.name if parent else None,
            parent_image=parent.image if parent else None,
            level=parent.level + 1 if parent else 0,
            foundation=foundation,
            folder=image.folder or f"images/{name}",
            dockerfile=image.dockerfile,
            target=image.target,
            args={**image.args, **{axis_arg(axis): value for axis, value in axes.items()}},
            secrets=tuple(sorted(image.secrets)),
            smoke=tuple(sorted({*image.smoke, *(parent.smoke if parent else ())})),
            accelerator=image.accelerator or (parent.accelerator if parent else None),
            runs_on=image.runs_on or (parent.runs_on if parent else ()),
            sources=tuple(sorted({*image.sources, *(parent.sources if parent else ())})),
            facts={**(parent.facts if parent else self._foundation_facts(foundation)), **image.facts, **own},
        )

    def _foundation_facts(self, name: str) -> Mapping[str, str]:
        foundation = self._document.foundations[name]
        suite = foundation.bootstrap.suite if foundation.bootstrap else None
        return {**SUITE_FACTS.get(suite or "", {}), **foundation.facts}

    def _check_inheritance(self, name: str, image: Image) -> Iterator[Finding]:
        above = [(parent, self._document.images[parent]) for parent in chain(self._document, name)[1:]]
        for parent, other in above:
            for axis in image.axes:
                if axis in other.axes:
                    yield Finding(("images", name, "axes", axis), f"{parent} has the axis {axis} already", on_key=True)
            carried = {axis_arg(axis): axis for axis in other.axes}
            for arg in image.args:
                if arg in carried:
                    message = f"{arg} carries the axis {carried[arg]} of {parent} already"
                    yield Finding(("images", name, "args", arg), message, on_key=True)
            if image.accelerator and other.accelerator and image.accelerator != other.accelerator:
                message = f"{parent} computes on {other.accelerator} devices, and {name} stands on it"
                yield Finding(("images", name, "accelerator"), message)
        if above:
            parent, other = above[0]
            for index, platform in enumerate(image.platforms):
                if platform not in other.platforms:
                    location = (
                        ("images", name, "platforms", index)
                        if "platforms" in image.model_fields_set
                        else ("images", name)
                    )
                    yield Finding(location, f"{parent} is not built for {platform}")

    def _check_exclusions(self, name: str, image: Image) -> None:
        values: dict[str, set[str]] = {}
        for level in chain(self._document, name):
            for axis, its_values in self._document.images[level].axes.items():
                values.setdefault(axis, set()).update(its_values)
        for index, excluded in enumerate(image.exclude):
            for axis, value in excluded.items():
                if value not in values.get(axis, set()):
                    message = f"{axis} {value} is no value of an axis of {name}; there is nothing to exclude"
                    self.findings.append(Finding(("images", name, "exclude", index, axis), message))


def _parents_first(document: Document) -> Iterator[str]:
    """Yield every image after the one it stands on; there are no cycles any more."""
    done: set[str] = set()
    for name in document.images:
        pending = list(itertools.takewhile(lambda level: level not in done, chain(document, name)))
        done.update(pending)
        yield from reversed(pending)


def _broken(variant: Variant, rule: Rule, fact: str) -> str:
    given = ", ".join(f"{name} {variant.facts[name]}" for name in {**rule.when, fact: ""})
    return f"{variant.name} cannot work: {rule.because}. It has {given}; exclude it, or change one of them"
