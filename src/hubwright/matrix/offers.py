"""Profiles to offers: every start that a user's choices can lead to, with its image and its whole shape."""

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import TypeVar

from hubwright.cluster import ARCH_LABEL, architecture
from hubwright.matrix.document import Choice, Document, Profile, ShapeFields
from hubwright.matrix.document import Toleration as WrittenToleration
from hubwright.matrix.expand import Expansion
from hubwright.matrix.findings import ENOUGH, Finding
from hubwright.matrix.shapes import vendors
from hubwright.model import Choice as ModelChoice
from hubwright.model import (
    Layer,
    Needs,
    Offer,
    OnWithheld,
    Option,
    Policy,
    Shape,
    SharedDirectory,
    Span,
    Toleration,
    Variant,
)
from hubwright.model import Profile as ModelProfile
from hubwright.words import amount, did_you_mean, listed
from hubwright.written.nodes import Location

# Each is a rehearsal of minutes.
MAX_OFFERS = 1_000
# What a start showed goes into a folder of its name, and file systems take no longer ones.
_MAX_NAME = 255
_MAX_AGE_DAYS = 90
T = TypeVar("T")


class Offers:
    """The profiles of a document with all their offers, and what was found wrong on the way."""

    def __init__(self, document: Document, expansion: Expansion) -> None:
        self.findings: list[Finding] = []
        self._count = 0
        self._document = document
        self._expansion = expansion
        defaults = [profile.default for profile in document.profiles]
        default = defaults.index(True) if True in defaults else 0
        self.profiles = tuple(
            self._profile(index, profile, default=index == default) for index, profile in enumerate(document.profiles)
        )

    def _profile(self, index: int, profile: Profile, *, default: bool) -> ModelProfile:
        at = ("profiles", index)
        # Helm sorts what has names, so a hub merges the options by their keys, however the matrix lists them.
        written = dict(sorted(profile.profile_options.items()))
        options = tuple(
            Option(key=key, display_name=option.display_name, choices=tuple(self._choices(option.choices)))
            for key, option in written.items()
        )
        count = math.prod(len(option.choices) for option in options)
        self._count += count
        offers: list[Offer] = []
        if self._count > MAX_OFFERS:
            message = (
                f"the options multiply to {amount(count)} starts to prove; the profiles up to this one have "
                f"{amount(self._count)}, and {MAX_OFFERS:,} are allowed"
            )
            self.findings.append(Finding((*at, "profile_options"), message, on_key=True))
        else:
            for keys in itertools.product(*(option.choices for option in written.values())):
                if len(self.findings) < ENOUGH:
                    choices = dict(zip(written, keys, strict=True))
                    offers += self._offer(profile, choices, at)
            self._check_names(offers, at)
        return ModelProfile(
            slug=profile.slug,
            display_name=profile.display_name,
            description=profile.description,
            default=default,
            options=options,
            layer=self._layer(profile),
            offers=tuple(offers),
            policy=_policy(profile, offers),
        )

    def _check_names(self, offers: Iterable[Offer], at: Location) -> None:
        longest = max((len(offer.name) for offer in offers), default=0)
        if longest > _MAX_NAME:
            message = (
                f"a start of this profile has a name of {longest} characters, made of its slug and these keys, and "
                f"{_MAX_NAME} are allowed; shorten the keys of options and choices"
            )
            self.findings.append(Finding((*at, "profile_options"), message, on_key=True))

    def _choices(self, written: Mapping[str, Choice]) -> Iterable[ModelChoice]:
        """Yield the choices with exactly one default, the first where none is marked: as KubeSpawner decides."""
        marked = [key for key, choice in written.items() if choice.default]
        default = marked[0] if marked else next(iter(written))
        for key, choice in written.items():
            yield ModelChoice(
                key=key, display_name=choice.display_name, default=key == default, layer=self._layer(choice)
            )

    def _layer(self, fields: ShapeFields) -> Layer:
        of_image = self._expansion.by_image.get(fields.image or "", ())
        return Layer(
            variant=of_image[0].name if len(of_image) == 1 else fields.image,
            cpu=_span([fields.cpu]),
            memory=_span([fields.memory]),
            resources=fields.resources,
            node_selector=fields.node_selector,
            tolerations=_tolerations(fields.tolerations),
            environment=fields.environment,
        )

    def _offer(self, profile: Profile, choices: Mapping[str, str], at: Location) -> Iterable[Offer]:
        layers: list[tuple[ShapeFields, Location]] = [(profile, at)]
        for option, key in choices.items():
            choice = profile.profile_options[option].choices[key]
            layers.append((choice, (*at, "profile_options", option, "choices", key)))
        fields, where = next((layer, place) for layer, place in reversed(layers) if layer.image is not None)
        variant = self._variant(str(fields.image), (*where, "image"))
        if variant is None:
            return
        shape = self._shape(profile, [layer for layer, _ in layers])
        self._check_fit(variant, shape, (*where, "image"))
        yield Offer(profile=profile.slug, choices=choices, variant=variant.name, shape=shape)

    def _variant(self, name: str, at: Location) -> Variant | None:
        if name in self._expansion.variants:
            return self._expansion.variants[name]
        of_image = self._expansion.by_image.get(name)
        if of_image is None:
            known = [*self._expansion.by_image, *self._expansion.variants]
            message = f"there is no image named {name}.{did_you_mean(name, known)}"
            self.findings.append(Finding(at, message))
            return None
        if len(of_image) > 1:
            names = listed(variant.name for variant in of_image)
            message = f"{name} has {len(of_image)} variants; name one of {names}, or give a choice for each"
            self.findings.append(Finding(at, message))
        return of_image[0] if len(of_image) == 1 else None

    def _shape(self, profile: Profile, layers: list[ShapeFields]) -> Shape:
        """Merge as KubeSpawner does: mappings key by key, everything else as a whole, the last one wins."""
        tolerations = [layer.tolerations for layer in layers if layer.tolerations is not None]
        return Shape(
            uid=profile.uid,
            gid=profile.gid,
            fs_gid=profile.fs_gid,
            home=self._document.storage.home,
            cpu=_span([layer.cpu for layer in layers]),
            memory=_span([layer.memory for layer in layers]),
            resources=_merged(layer.resources for layer in layers),
            node_selector=_merged(layer.node_selector for layer in layers),
            tolerations=_tolerations(tolerations[-1]) or () if tolerations else (),
            environment=_merged(layer.environment for layer in layers),
            shared=tuple(
                SharedDirectory(name=name, path=shared.path, claim=shared.claim, read_only=shared.read_only)
                for name, shared in sorted(self._document.storage.shared.items())
            ),
        )

    def _check_fit(self, variant: Variant, shape: Shape, at: Location) -> None:
        devices = vendors(shape.resources)
        if variant.accelerator and variant.accelerator not in devices:
            resource = {"nvidia": "nvidia.com/gpu", "neuron": "aws.amazon.com/neuron"}[variant.accelerator]
            message = (
                f"{variant.image} computes on {variant.accelerator} devices, and this asks for none; "
                f"add `resources: {{{resource}: 1}}`"
            )
            self.findings.append(Finding(at, message))
        for device in sorted(devices - {variant.accelerator}):
            message = f"this asks for {device} devices, and {variant.image} does not say `accelerator: {device}`"
            self.findings.append(Finding(at, message))
        arch = architecture(variant.platform)
        if shape.node_selector.get(ARCH_LABEL, arch) != arch:
            message = (
                f"{variant.name} is built for {variant.platform}, and the node selector asks for "
                f"{shape.node_selector[ARCH_LABEL]}"
            )
            self.findings.append(Finding(at, message))


def _policy(profile: Profile, offers: Iterable[Offer]) -> Policy:
    """Return what the profile says, and where it does not: who asks for devices is shown them."""
    uses_devices = any(offer.shape.resources for offer in offers)
    return Policy(
        needs=Needs(profile.needs or (Needs.HARDWARE if uses_devices else Needs.SOFTWARE)),
        max_age_days=profile.max_age or _MAX_AGE_DAYS,
        on_withheld=OnWithheld(profile.on_withheld),
    )


def _span(layers: list[tuple[int, int] | None]) -> Span | None:
    given = [ends for ends in layers if ends is not None]
    return Span(guarantee=given[-1][0], limit=given[-1][1]) if given else None


def _merged(layers: Iterable[Mapping[str, T]]) -> dict[str, T]:
    merged: dict[str, T] = {}
    for layer in layers:
        merged.update(layer)
    return merged


def _tolerations(written: Iterable[WrittenToleration] | None) -> tuple[Toleration, ...] | None:
    if written is None:
        return None
    return tuple(Toleration(key=t.key, operator=t.operator, value=t.value, effect=t.effect) for t in written)
