import os
import tracemalloc
from collections.abc import Mapping
from pathlib import Path

import pytest

from hubwright.errors import ContractError, RehearsalBrokenError
from hubwright.rehearse.contract.containers import Containers
from hubwright.rehearse.contract.subject import Assignment, Subject

_FLOOD = 1 << 20
_ENGINE = f"""#!/bin/sh
[ "$1" = run ] || exit 0
yes | head -c {_FLOOD} >&2
echo '{{"arguments": []}}' >&2
exit 42
"""


# It answers as an engine's client does that was refused, and then tells how the container is.
_REFUSES = """#!/bin/sh
case $1 in
run) echo 'said last' >&2; exit 125 ;;
container) [ -n '{state}' ] || exit 1; echo '{state}' ;;
esac
"""
# What it runs ends with an exit code, and before it has told anything.
_ENDS = """#!/bin/sh
case "$*" in
run*--detach*) ;;
run*) echo 'said last' >&2; exit {exit_code} ;;
exec*) exit {exit_code} ;;
logs*) echo 'said last' ;;
container*) [ {there} = yes ] || exit 1
    echo '{{"Running": false, "ExitCode": {exit_code}, "OOMKilled": {out_of_memory}, "Error": ""}}' ;;
esac
"""


def _program(folder: Path, text: str) -> str:
    program = folder / "docker"
    program.write_text(text)
    program.chmod(0o755)
    return str(program)


def _assignment(docker: str, labels: Mapping[str, str]) -> Assignment:
    subject = Subject(container="server", uid=1000, gid=100, fs_gid=100, home="/home/jovyan")
    return Assignment(subject=subject, docker=docker, environment=os.environ, labels=labels, report="")


def test_an_entry_point_that_talks_without_end_is_not_kept_in_memory(tmp_path: Path) -> None:
    containers = Containers(assignment=_assignment(_program(tmp_path, _ENGINE), {}))
    tracemalloc.start()
    try:
        entered = containers.enter("image")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (entered.told, entered.exit_code) == ({"arguments": []}, 42)
    # Its lines are short, and each of them is a word to look at.
    assert most < 8 * _FLOOD


def test_a_container_that_talks_without_end_does_not_fill_the_disk() -> None:
    asked = Containers(assignment=_assignment("echo", {})).run("image").stdout.split()
    assert {"--log-driver=json-file", "--log-opt=max-size=10m"} <= set(asked)


def test_a_container_of_the_checks_goes_with_the_checks_and_with_their_rehearsal() -> None:
    assignment = _assignment("echo", {"of.the.rehearsal": "1", "of.the.checks": "2"})
    asked = Containers(assignment=assignment).run("image").stdout.split()
    assert {"--label=of.the.rehearsal=1", "--label=of.the.checks=2"} <= set(asked)


@pytest.mark.parametrize(
    "state",
    [
        '{"Status": "exited", "ExitCode": 125, "Error": ""}',
        '{"Status": "created", "ExitCode": 128, "Error": "unable to find user nosuch: no matching entries"}',
    ],
)
def test_what_an_image_does_like_an_engine_that_refuses_is_told_apart(tmp_path: Path, state: str) -> None:
    docker = _program(tmp_path, _REFUSES.format(state=state))
    containers = Containers(assignment=_assignment(docker, {}))
    entered = containers.enter("image")
    assert (entered.told, entered.exit_code, entered.log) == (None, 125, "said last")
    assert containers.run("image").exit_code == 125


@pytest.mark.parametrize("state", ["", '{"Status": "created", "ExitCode": 128, "Error": "no space left on device"}'])
def test_an_engine_that_refuses_says_nothing_about_the_image(tmp_path: Path, state: str) -> None:
    docker = _program(tmp_path, _REFUSES.format(state=state))
    containers = Containers(assignment=_assignment(docker, {}))
    for asking in (containers.enter, containers.run):
        with pytest.raises(ContractError, match="could not be made: the engine says said last"):
            asking("image")


@pytest.mark.parametrize(
    "exit_code, there, why",
    [
        (137, "yes", "killed from outside .exit code 137.(.|\\n)*said last"),
        (143, "yes", "killed from outside .exit code 143.(.|\\n)*said last"),
        (1, "no", "somebody removed"),
    ],
)
def test_a_container_that_somebody_ends_says_nothing_about_the_image(
    tmp_path: Path, exit_code: int, there: str, why: str
) -> None:
    docker = _program(tmp_path, _ENDS.format(exit_code=exit_code, there=there, out_of_memory="false"))
    containers = Containers(assignment=_assignment(docker, {}))
    for asking in (
        lambda: containers.facts("image", "/home/jovyan"),
        lambda: containers.enter("image"),
        lambda: containers.serve("image", "/home/jovyan", 100),
    ):
        with pytest.raises(RehearsalBrokenError, match=why):
            asking()


@pytest.mark.parametrize("exit_code, out_of_memory", [(137, "true"), (3, "false")])
def test_a_container_that_ends_by_itself_or_for_its_memory_is_the_images(
    tmp_path: Path, exit_code: int, out_of_memory: str
) -> None:
    docker = _program(tmp_path, _ENDS.format(exit_code=exit_code, there="yes", out_of_memory=out_of_memory))
    containers = Containers(assignment=_assignment(docker, {}))
    assert containers.facts("image", "/home/jovyan").exit_code == exit_code
    assert containers.enter("image").exit_code == exit_code
    assert containers.serve("image", "/home/jovyan", 100).told is None
