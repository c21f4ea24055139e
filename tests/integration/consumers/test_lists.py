"""Whole lists: one without a fault, and those that offer too little, too much, or something else by default."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from helpers.kubespawner import Hub
from helpers.profile_list import PLAIN, changed, profile, small_chart, start, two_profiles, values
from hubwright.errors import HubError


def test_a_list_without_a_fault_passes(hub: Hub) -> None:
    listed, starts = two_profiles()
    hub.check(listed, *starts)


def test_what_one_start_overrides_is_not_left_for_the_next(hub: Hub) -> None:
    listed, starts = two_profiles()
    listed["singleuser"]["profileList"].reverse()
    hub.check(changed(listed, "singleuser.extraResource", {"limits": {}}), *starts)


def test_what_was_not_proven_must_not_be_startable(hub: Hub) -> None:
    listed, starts = two_profiles()
    lab, b, c = starts

    problems = hub.refusals(listed, lab, b)
    assert "gpu[image=c,size=small]: it can be started, and nobody has proven it" in problems
    assert "the form offers b and c as profile-option-gpu--image, and has to offer b" in problems

    problems = hub.refusals(listed, b, c)
    assert "lab: it can be started, and nobody has proven it" in problems

    problems = hub.refusals(listed, *starts, start("other"))
    assert problems[-1] == "other: it was proven, and the list has no such start"

    problems = hub.refusals(values())
    assert problems == ["a start without a profile picked: it can be made, and nobody has proven it"]


def test_another_default_than_what_was_meant_is_refused(hub: Hub) -> None:
    listed, (lab, b, c) = two_profiles()

    problems = hub.refusals(
        listed, replace(lab, default_profile=True), *(replace(each, default_profile=False) for each in (b, c))
    )
    assert problems[0].startswith("the form has gpu picked as profile before anybody picks, and profile has to be lab")
    assert problems[1:] == [
        "a start without a profile picked: it has to be lab, and is another; look at every `default: true`"
    ]

    problems = hub.refusals(listed, lab, replace(b, default_choices=False), replace(c, default_choices=True))
    assert "gpu without a choice picked: it has to be gpu[image=c,size=small], and is another" in "\n".join(problems)


def test_the_names_of_options_say_whose_override_is_the_last(hub: Hub) -> None:
    def option(limit: float) -> dict[str, Any]:
        return {"display_name": "Option", "choices": {"only": {"kubespawner_override": {"cpu_limit": limit}}}}

    listed = values(profile("lab", profile_options={"size": option(8), "extra": option(2)}))
    lab = start("lab", choices={"size": "only", "extra": "only"}, default_profile=True)

    # It stands last in the list, and has 2 as the limit; Helm gives the hub the options by their names.
    limit, order = hub.refusals(listed, lab)
    assert limit.startswith("lab[size=only,extra=only]: the limit of cpu is 8, and was 2")
    assert order.startswith(
        "lab[size=only,extra=only]: Helm sorts options by their keys, so size has the last word here and not extra"
    )
    assert PLAIN.cpu
    hub.check(listed, replace(lab, shape=replace(PLAIN, cpu=replace(PLAIN.cpu, limit=8000))))


def test_the_charts_own_files_are_asked(hub: Hub, tmp_path: Path) -> None:
    """No chart can be fetched in a test: the folder is written here, and read as the real one is."""
    folder = small_chart(tmp_path / "jupyterhub", hub.chart.version)
    listed, starts = two_profiles()
    hub.check(listed, *starts, chart_folder=folder)

    wrong = changed(changed(listed, "singleuser.workingDir", "/work"), "singleuser.uid", "1000")
    problems = hub.refusals(wrong, *starts, chart_folder=folder)
    assert problems[0].startswith("singleuser: Additional properties are not allowed ('workingDir' was unexpected)")
    assert problems[1] == "singleuser.uid: '1000' is not of type 'integer', 'null' (the chart's schema)"
    assert problems[2].startswith("the hub would not come up: TraitError: ")

    # Its configuration is asked, and not what it usually is.
    file = folder / "files/hub/jupyterhub_config.py"
    file.write_text(
        f"{file.read_text()}\nc.KubeSpawner.image_pull_policy = 'Never'\nc.KubeSpawner.working_dir = '/w'\n"
    )
    problems = hub.refusals(listed, *starts, chart_folder=folder)
    assert problems[0] == (
        "lab: the working directory is /w, and was nothing when it was proven; leave `working_dir` to the image"
    )

    file.write_text("raise ValueError('no such database')")
    problems = hub.refusals(listed, *starts, chart_folder=folder)
    assert problems == ["the hub would not come up: ValueError: no such database"]

    file.write_text("import os\nos._exit(0)")
    with pytest.raises(HubError, match="KubeSpawner could not be asked what it makes of the profiles"):
        hub.check(listed, *starts, chart_folder=folder)
