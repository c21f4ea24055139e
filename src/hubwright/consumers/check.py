"""The last question before a profile list is written: does the hub start what was proven, and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hubwright.consumers.asking import Answer, MadeStart, ask_kubespawner
from hubwright.consumers.chart import read_chart
from hubwright.consumers.entries import entry_problems, profile_name
from hubwright.consumers.form import form_problems
from hubwright.consumers.helm import DEFAULTS, handed_over, merged, volumes_are_a_mapping
from hubwright.consumers.pods import pod_problems
from hubwright.consumers.schema import schema_problems
from hubwright.consumers.starts import ExpectedStart, start_name
from hubwright.errors import ENOUGH_PROBLEMS, ConsumerRefusedError
from hubwright.model import Chart
from hubwright.words import listed


def check_profiles(
    values: Mapping[str, object],
    starts: Sequence[ExpectedStart],
    *,
    chart: Chart,
    python: Path,
    chart_folder: Path | None,
    environment: Mapping[str, str],
    timeout_s: float,
) -> None:
    """Return when the chart's KubeSpawner makes exactly these starts of the chart's values.

    Raises ConsumerRefusedError with everything that is in the way. `python` is the one of the hub's environment. With
    a folder of the chart, its own schema and its own configuration of the hub are asked as well.
    """
    files = read_chart(chart_folder, chart) if chart_folder else None
    whole = merged(files.values if files else DEFAULTS, values)
    release = {"Chart": {"Name": "jupyterhub", "Version": chart.version}, "Release": {"Name": "hub"}}
    given = {
        "values": handed_over({**whole, **release}),
        "chart_config": str(files.config) if files else None,
        "volumes_as_mapping": volumes_are_a_mapping(chart),
    }
    problems = list(schema_problems(files.schema, whole)) if files else []
    answer = ask_kubespawner(python, given, environment=environment, timeout_s=timeout_s)
    problems += _all_problems(_profile_list(whole), answer, starts)
    if problems:
        raise ConsumerRefusedError(_message(chart, problems))


def _profile_list(values: Mapping[str, object]) -> object:
    singleuser = values.get("singleuser")
    return singleuser.get("profileList") if isinstance(singleuser, dict) else None


def _all_problems(profiles: object, answer: Answer, starts: Sequence[ExpectedStart]) -> Iterator[str]:
    if answer.trouble is not None:
        yield f"the hub would not come up: {answer.trouble}"
        return
    yield from entry_problems(profiles, answer.traits)
    yield from _slug_problems(profiles, answer)
    if answer.page is not None:
        yield from form_problems(answer.page, starts)
    yield from _start_problems(answer, starts)


def _slug_problems(profiles: object, answer: Answer) -> Iterator[str]:
    entries = profiles if isinstance(profiles, list) else []
    names = [profile_name(profile, index) for index, profile in enumerate(entries)]
    if answer.page_error is not None:
        yield f"the page where users pick fails for all of them: {answer.page_error}"
        for name, error in zip(names, answer.alone, strict=False):
            if error is not None:
                yield f"{name}: this profile alone keeps that page from being shown: {error}"
    for index, (name, slug) in enumerate(zip(names, answer.slugs, strict=False)):
        if slug == "":
            yield f"{name}: its slug is empty, and picking it would start the default profile; give it a `slug`"
        elif slug is not None and slug in answer.slugs[:index]:
            yield f"{name}: the slug {slug} belongs to an earlier profile, and this one cannot be reached"


def _start_problems(answer: Answer, starts: Sequence[ExpectedStart]) -> Iterator[str]:
    proven = {_picked(start): start for start in starts}
    made = {_picked(each): each for each in answer.starts}
    for picked, each in made.items():
        name = proven[picked].name if picked in proven else start_name(each.slug, each.choices)
        if each.choices is None:
            yield from _default_problems(name, each, made, starts)
        elif each.pod is None:
            yield f"{name}: KubeSpawner cannot start it: {each.error}{_without(each.cures)}"
        elif picked not in proven:
            yield f"{name}: it can be started, and nobody has proven it"
        else:
            yield from (f"{name}: {problem}" for problem in _pod_problems(each.pod, proven[picked], answer))
    missing = (start for picked, start in proven.items() if picked not in made)
    yield from (f"{start.name}: it was proven, and the list has no such start" for start in missing)


def _pod_problems(pod: Mapping[str, Any], start: ExpectedStart, answer: Answer) -> Iterator[str]:
    found = list(pod_problems(pod, start, names=answer.names, tolerations=answer.tolerations))
    yield from found
    options, as_handed_over = list(start.choices), sorted(start.choices)
    if found and options != as_handed_over:
        yield (
            f"Helm sorts options by their keys, so {as_handed_over[-1]} has the last word here and not {options[-1]}; "
            "where several options say the same, their keys have to be in order"
        )


_Picked = tuple[str | None, frozenset[tuple[str, str]] | None]


def _picked(start: ExpectedStart | MadeStart) -> _Picked:
    """Return what has to be picked for the start, in no order."""
    return start.slug, None if start.choices is None else frozenset(start.choices.items())


def _default_problems(
    name: str, unpicked: MadeStart, made: Mapping[_Picked, MadeStart], starts: Sequence[ExpectedStart]
) -> Iterator[str]:
    """Yield what is wrong with a start whose profile, or whose choices, nobody picked: it has to be one of the others.

    What is wrong with that other one is said there.
    """
    defaults = (start for start in starts if start.default_choices)
    by_profile = (start for start in defaults if start.default_profile or unpicked.slug is not None)
    meant = next((start for start in by_profile if unpicked.slug in {None, start.slug}), None)
    if meant is None and unpicked.pod is not None:
        yield f"{name}: it can be made, and nobody has proven it"
    elif meant is not None and _picked(meant) in made and made[_picked(meant)].pod != unpicked.pod:
        yield f"{name}: it has to be {meant.name}, and is another; look at every `default: true`"


def _without(cures: Sequence[str]) -> str:
    return f"; it could without {listed(cures)}" if cures else ""


def _message(chart: Chart, problems: Sequence[str]) -> str:
    shown = list(dict.fromkeys(problems))
    more = [f"and {len(shown) - ENOUGH_PROBLEMS} more"] if len(shown) > ENOUGH_PROBLEMS else []
    refused = (
        f"chart {chart.version} with KubeSpawner {chart.kubespawner} would not start exactly what was proven, so "
        "nothing was written:"
    )
    return "\n  ".join([refused, *shown[:ENOUGH_PROBLEMS], *more])
