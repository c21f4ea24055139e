"""The starts that were proven, as a user of the hub has to get them."""

from collections.abc import Mapping, Sequence

from hubwright.frozen import dataclass
from hubwright.model import Option, Shape
from hubwright.offering import ProfileEntry, Start


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpectedStart:
    """One start: what has to be picked for it, and what its pod has to be.

    `image` names the image by its digest, with the registry's host. `default_profile` says that the hub starts this
    profile for who picks none, and `default_choices` the same of its choices.
    """

    slug: str
    choices: Mapping[str, str]
    image: str
    shape: Shape
    default_profile: bool
    default_choices: bool

    @property
    def name(self) -> str:
        return start_name(self.slug, self.choices)


def start_name(slug: str | None, choices: Mapping[str, str] | None) -> str:
    """Return what people call a start; None stands for what was not picked."""
    if slug is None:
        return "a start without a profile picked"
    if choices is None:
        return f"{slug} without a choice picked"
    picked = ",".join(f"{option}={choice}" for option, choice in choices.items())
    return f"{slug}[{picked}]" if picked else slug


def expected(entries: Sequence[ProfileEntry], host: str) -> tuple[ExpectedStart, ...]:
    """Return every start of the entries; the registry's host is the one that the cluster pulls from.

    Where the default of a list was not kept, the first that was kept stands in for it, as it does in KubeSpawner.
    """
    offered = [entry for entry in entries if entry.starts]
    default = next((entry for entry in offered if entry.profile.default), offered[0] if offered else None)
    return tuple(
        _expected(start, host, _default_choices(entry), default_profile=entry is default)
        for entry in offered
        for start in entry.starts
    )


def _expected(start: Start, host: str, defaults: Mapping[str, str], *, default_profile: bool) -> ExpectedStart:
    return ExpectedStart(
        slug=start.offer.profile,
        choices=start.offer.choices,
        image=f"{host}/{start.repository}@{start.proven.digest}",
        shape=start.offer.shape,
        default_profile=default_profile,
        default_choices=start.offer.choices == defaults,
    )


def _default_choices(entry: ProfileEntry) -> dict[str, str]:
    def default(option: Option) -> str:
        kept = {start.offer.choices[option.key] for start in entry.starts}
        choices = [choice for choice in option.choices if choice.key in kept]
        return next((choice.key for choice in choices if choice.default), choices[0].key)

    return {option.key: default(option) for option in entry.profile.options}
