"""What a reviewer of the written files wants to know of each image: what it is, and why it may be offered.

Days and digests, and no ages: what is written today is written tomorrow, as long as nothing has changed.
"""

from collections.abc import Iterator, Mapping, Sequence

from hubwright.emit.places import Place, image_places
from hubwright.emit.profile_list import offered
from hubwright.emit.spark import SERVICE_ACCOUNT
from hubwright.emit.text import Path
from hubwright.model import Chart, Offer
from hubwright.offering import Basis, ProfileEntry, Proven, Start
from hubwright.words import short_digest

_LIST: Path = ("singleuser", "profileList")


def notes(entries: Sequence[ProfileEntry]) -> Mapping[Path, Sequence[str]]:
    """Return what to say above each part of the chart's values."""
    said: dict[Path, list[str]] = {}
    absent = [line for entry in entries if not entry.starts for line in _withheld(entry)]
    if absent:
        said[_LIST] = absent
    for index, entry in enumerate(offered(entries)):
        at = (*_LIST, index)
        said[at] = []
        for place, starts in image_places(entry).items():
            said.setdefault(_path(at, place), []).extend(_image(starts))
        said[at] += _withheld(entry)
    return {path: lines for path, lines in said.items() if lines}


def head_of_values(chart: Chart, *, spark: bool) -> tuple[str, ...]:
    """Return what stands above the values."""
    first = ("Before it: kubectl apply --namespace <the hub's> -f spark-rbac.yaml",) if spark else ()
    runs = f"JupyterHub {chart.jupyterhub}, KubeSpawner {chart.kubespawner}"
    return (
        "Written by hubwright. Change the matrix, not this file.",
        f"Checked with chart {chart.version} of zero-to-jupyterhub ({runs}).",
        "",
        f"  helm upgrade <release> jupyterhub/jupyterhub --version {chart.version} -f <your values> -f profiles.yaml",
        "",
        *first,
        "Helm replaces lists as a whole: lists of this file take the place of the same lists in your values.",
    )


def head_of_manifests() -> tuple[str, ...]:
    """Return what stands above what Spark may do."""
    return (
        "Written by hubwright. What profiles with Spark may do in the namespace of their pods:",
        "",
        "  kubectl apply --namespace <the hub's> -f spark-rbac.yaml",
        "",
        "Whoever may make pods in a namespace may run them as any of its service accounts, and may mount any of its",
        "secrets, the hub's as well. Offer these profiles to people who may do that.",
        f"If notebooks need a role of AWS, annotate {SERVICE_ACCOUNT} with it; applying this file leaves that alone.",
    )


def _path(profile: Path, place: Place) -> Path:
    return (*profile, "profile_options", place[0], "choices", place[1]) if place else profile


def _image(starts: Sequence[Start]) -> Iterator[str]:
    """Yield what the image is, then each start of it that was proven by itself."""
    variants = dict.fromkeys(start.offer.variant for start in starts)
    yield f"{', '.join(variants)} {starts[0].proven.digest}"
    for start in starts:
        proven = start.proven
        which = f"{_picked(start.offer)}: " if start.offer.choices else ""
        yield (
            f"  {which}{_verdict(proven, start.offer)} on {proven.on[:10]}, "
            f"key {proven.key}, proof {short_digest(proven.proof)}, {start.basis}"
        )
        if start.basis is not Basis.TODAY:
            yield f"  {start.basis.upper()}: {start.reason}"


def _verdict(proven: Proven, offer: Offer) -> str:
    if not offer.shape.resources:
        return "proven"
    return "proven on hardware" if proven.hardware else "proven without hardware"


def _withheld(entry: ProfileEntry) -> Iterator[str]:
    """Yield each reason once, with everything that is withheld for it."""
    by_reason: dict[str, list[str]] = {}
    for each in entry.withheld:
        by_reason.setdefault(each.reason, []).append(each.offer.name)
    yield from (f"NOT OFFERED {', '.join(names)}: {reason}" for reason, names in by_reason.items())


def _picked(offer: Offer) -> str:
    return ",".join(f"{option}={choice}" for option, choice in offer.choices.items())
