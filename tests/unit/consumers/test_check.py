"""What is made of KubeSpawner's answers; a script gives them here, and tests of integration have the real one."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.profile_list import DEDICATED, PLAIN, image, profile, small_chart, start, values
from hubwright.consumers.check import check_profiles
from hubwright.consumers.starts import ExpectedStart
from hubwright.errors import ConsumerRefusedError, HubError
from values import CHART

LAB = start("lab", default_profile=True)
POD = {
    "spec": {
        "containers": [
            {
                "image": image("a"),
                "env": [{"name": "GREETING", "value": "hello ada"}, {"name": "TAG", "value": "{1}"}],
                "resources": {
                    "limits": {"cpu": 2, "memory": 4 << 30},
                    "requests": {"cpu": 0.5, "memory": 2 << 30},
                },
                "securityContext": {"runAsUser": 1000, "runAsGroup": 100},
                "volumeMounts": [{"name": "home", "mountPath": "/home/jovyan"}],
            }
        ],
        "securityContext": {"fsGroup": 100},
        "tolerations": DEDICATED,
        "volumes": [{"name": "home"}],
    }
}
SHAPE = replace(PLAIN, shared=())
OTHER = {"spec": {**POD["spec"], "hostname": "other"}}


def _made(slug: str | None, choices: dict[str, str] | None, pod: Any = POD, *cures: str) -> dict[str, Any]:
    error = None if pod else "TraitError: no"
    return {"slug": slug, "choices": choices, "pod": pod, "error": error, "cures": list(cures)}


def _page(*slugs: str) -> str:
    return "".join(f'<input type="radio" name="profile" value="{slug}" checked>' for slug in slugs)


def _answer(*starts: Any, **changed: Any) -> dict[str, Any]:
    """Return the answer to a list with one profile, `lab`."""
    usual = {
        "trouble": None,
        "form": {"page": _page("lab"), "error": None},
        "alone": [],
        "slugs": ["lab"],
        "traits": list(profile("lab")["kubespawner_override"]),
        "names": {"username": "ada"},
        "tolerations": DEDICATED,
        "starts": starts or [_made(None, None), _made("lab", {})],
    }
    return {**usual, **changed}


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """Give a program that answers with what is in a file beside it, and keeps what it was told."""
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\ncp "$3" {tmp_path}/told\nenv > {tmp_path}/env\ncat {tmp_path}/answer || exit 3\n')
    program.chmod(0o755)
    return program


def _check(
    python: Path, answer: object, *starts: ExpectedStart, listed: Any = None, chart_folder: Path | None = None
) -> None:
    if answer is not None:
        python.with_name("answer").write_text(answer if isinstance(answer, str) else json.dumps(answer))
    check_profiles(
        values(profile("lab")) if listed is None else listed,
        starts,
        chart=CHART,
        python=python,
        chart_folder=chart_folder,
        environment={"PATH": "/usr/bin:/bin", "KUBERNETES_SERVICE_HOST": "10.0.0.1", "HOME": "/root"},
        timeout_s=30,
    )


def _problems(python: Path, answer: object, *starts: ExpectedStart, **more: Any) -> Sequence[str]:
    with pytest.raises(ConsumerRefusedError) as refused:
        _check(python, answer, *starts, **more)
    first, *problems = str(refused.value).split("\n  ")
    assert first == (
        "chart 4.4.0 with KubeSpawner 7.0.0 would not start exactly what was proven, so nothing was written:"
    )
    return problems


LAB = replace(LAB, shape=SHAPE)


def test_a_list_that_starts_what_was_proven_passes(python: Path) -> None:
    _check(python, _answer(), LAB)
    told = json.loads(python.with_name("told").read_text())
    assert told["chart_config"] is None
    assert list(told["values"]) == sorted(told["values"])
    assert told["volumes_as_mapping"]
    assert told["values"]["Chart"] == {"Name": "jupyterhub", "Version": "4.4.0"}
    assert told["values"]["scheduling"]["userPods"]["tolerations"] == DEDICATED
    assert "cmd" not in told["values"]["singleuser"]


def test_kubespawner_knows_nothing_of_the_cluster_around_it(python: Path) -> None:
    _check(python, _answer(), LAB)
    environment = python.with_name("env").read_text()
    assert "KUBERNETES_SERVICE_HOST" not in environment
    assert "HOME=/root" not in environment
    assert "KUBECONFIG=" in environment


@pytest.mark.parametrize("answer", [None, "", "{"])
def test_no_answer_says_nothing_about_the_list(python: Path, answer: str | None) -> None:
    with pytest.raises(HubError, match="KubeSpawner could not be asked what it makes of the profiles: "):
        _check(python, answer, LAB)


def test_a_hub_that_does_not_come_up_is_all_there_is_to_say(python: Path) -> None:
    problems = _problems(python, {"trouble": "TraitError: uid"}, LAB)
    assert problems == ["the hub would not come up: TraitError: uid"]


def test_a_page_that_fails_is_said_with_the_profile_that_it_fails_for(python: Path) -> None:
    broken = _answer(
        *(_made(None, None), _made("lab", {})),
        form={"page": None, "error": "KeyError: 'display_name'"},
        alone=[None, "KeyError: 'display_name'"],
        slugs=["lab", None],
    )
    assert _problems(python, broken, LAB, listed=values(profile("lab"), {})) == [
        "the page where users pick fails for all of them: KeyError: 'display_name'",
        "profile 2: this profile alone keeps that page from being shown: KeyError: 'display_name'",
    ]


def test_slugs_are_there_and_there_once(python: Path) -> None:
    listed = values(profile("lab", cmd=5), {"display_name": "***"}, profile("lab", cmd=5))
    form = {"page": _page("lab", "lab", "").replace(" checked", "", 2), "error": None}
    problems = _problems(python, _answer(slugs=["lab", "", "lab"], form=form), LAB, listed=listed)
    assert problems[:3] == [
        "lab: cmd is no key of a profile, and KubeSpawner would ignore it.",
        "***: its slug is empty, and picking it would start the default profile; give it a `slug`",
        "lab: the slug lab belongs to an earlier profile, and this one cannot be reached",
    ]
    assert problems[3].startswith("the form offers lab, lab and an empty value as profile")


def test_a_list_that_is_none_is_said(python: Path) -> None:
    nothing = _answer(_made(None, None, None), slugs=[], form={"page": "", "error": None})
    for listed in ({}, {"singleuser": 5}):
        assert _problems(python, nothing, listed=listed) == ["singleuser.profileList is null; it has to be a list"]


def test_what_cannot_be_started_is_said_with_what_would_help(python: Path) -> None:
    for cures, said in (
        ((), "lab: KubeSpawner cannot start it: TraitError: no"),
        (("a",), "lab: KubeSpawner cannot start it: TraitError: no; it could without a"),
        (("a", "b"), "lab: KubeSpawner cannot start it: TraitError: no; it could without a or b"),
    ):
        answer = _answer(_made(None, None, None), _made("lab", {}, None, *cures))
        assert _problems(python, answer, LAB) == [said]


def test_a_pod_that_is_another_is_said_once(python: Path) -> None:
    other = replace(LAB, image=image("b"))
    (problem,) = _problems(python, _answer(), other)
    assert problem.startswith(f"lab: the image is {image('a')}, and was {image('b')}")


def test_what_nobody_proved_and_what_is_missing_is_said(python: Path) -> None:
    assert _problems(python, _answer(), replace(LAB, choices={"o": "c"}), start("gpu"))[2:] == [
        "lab: it can be started, and nobody has proven it",
        "lab[o=c]: it was proven, and the list has no such start",
        "gpu: it was proven, and the list has no such start",
    ]
    (problem,) = _problems(python, _answer(_made(None, None), form={"page": "", "error": None}))
    assert problem == "a start without a profile picked: it can be made, and nobody has proven it"


def test_what_nobody_picked_has_to_be_the_default(python: Path) -> None:
    def start_of(choice: str) -> ExpectedStart:
        return replace(LAB, choices={"o": choice, "p": "x"}, default_choices=choice == "a")

    options = "".join(
        f'<select name="profile-option-lab--{name}">{choices}</select>'
        for name, choices in (
            ("o", '<option value="a" selected><option value="b">'),
            ("p", '<option value="x" selected>'),
        )
    )
    option: dict[str, Any] = {"choices": {"a": {}, "b": {}}}
    listed = values(profile("lab", profile_options={"o": option, "p": {"choices": {"x": {}}}}))
    made = [_made("lab", {"p": "x", "o": "a"}), _made("lab", {"p": "x", "o": "b"})]
    form = {"page": _page("lab") + options, "error": None}
    proven = (start_of("a"), start_of("b"))

    _check(python, _answer(_made(None, None), *made, _made("lab", None), form=form), *proven, listed=listed)

    others = _answer(_made(None, None, OTHER), *made, _made("lab", None, OTHER), form=form)
    assert _problems(python, others, *proven, listed=listed) == [
        "a start without a profile picked: it has to be lab[o=a,p=x], and is another; look at every `default: true`",
        "lab without a choice picked: it has to be lab[o=a,p=x], and is another; look at every `default: true`",
    ]


def test_where_options_are_not_in_order_the_order_is_told_with_what_is_wrong(python: Path) -> None:
    names = ("size", "place")
    options = "".join(
        f'<select name="profile-option-lab--{name}"><option value="x" selected></select>' for name in names
    )
    form = {"page": _page("lab") + options, "error": None}
    listed = values(profile("lab", profile_options={name: {"choices": {"x": {}}} for name in names}))
    answer = _answer(_made(None, None), _made("lab", {"place": "x", "size": "x"}), _made("lab", None), form=form)
    proven = replace(LAB, choices=dict.fromkeys(names, "x"))

    _check(python, answer, proven, listed=listed)

    image_differs, order = _problems(python, answer, replace(proven, image=image("b")), listed=listed)
    assert image_differs.startswith("lab[size=x,place=x]: the image is")
    assert order == (
        "lab[size=x,place=x]: Helm sorts options by their keys, so size has the last word here and not place; where "
        "several options say the same, their keys have to be in order"
    )


def test_of_several_profiles_the_default_is_the_one_that_is_meant(python: Path) -> None:
    listed = values(profile("lab"), profile("gpu", default=True))
    form = {"page": _page("gpu") + _page("lab").replace(" checked", ""), "error": None}
    pods = [_made("lab", {}), _made("gpu", {}, {"spec": {**POD["spec"], "hostname": "gpu"}})]
    proven = (replace(LAB, default_profile=False), replace(start("gpu", shape=SHAPE), default_profile=True))
    answer = _answer(_made(None, None, pods[1]["pod"]), *pods, form=form, slugs=["lab", "gpu"])
    _check(python, answer, *proven, listed=listed)


def test_the_charts_own_schema_and_configuration_are_asked(python: Path, tmp_path: Path) -> None:
    folder = small_chart(tmp_path / "jupyterhub", CHART.version)
    _check(python, _answer(), LAB, chart_folder=folder)
    told = json.loads(python.with_name("told").read_text())
    assert told["chart_config"] == str(folder / "files/hub/jupyterhub_config.py")
    assert told["values"]["singleuser"]["memory"] == {"guarantee": "1G"}

    listed = values(profile("lab"))
    listed["singleuser"]["workingDir"] = "/"
    (problem,) = _problems(python, _answer(), LAB, listed=listed, chart_folder=folder)
    assert problem.startswith("singleuser: Additional properties are not allowed ('workingDir' was unexpected)")


def test_nobody_has_to_read_more_than_enough(python: Path) -> None:
    proven = [start(f"p{number}") for number in range(150)]
    problems = _problems(python, _answer(), LAB, *proven)
    assert len(problems) == 101
    assert problems[-1] == "and 51 more"
