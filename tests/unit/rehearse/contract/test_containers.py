import os
import tracemalloc
from collections.abc import Mapping
from pathlib import Path

from hubwright.rehearse.contract.containers import Containers
from hubwright.rehearse.contract.subject import Assignment, Subject

_FLOOD = 1 << 20
_ENGINE = f"""#!/bin/sh
[ "$1" = run ] || exit 0
yes | head -c {_FLOOD} >&2
echo '{{"arguments": []}}' >&2
exit 42
"""


def _assignment(docker: str, labels: Mapping[str, str]) -> Assignment:
    subject = Subject(container="server", uid=1000, gid=100, fs_gid=100, home="/home/jovyan")
    return Assignment(subject=subject, docker=docker, environment=os.environ, labels=labels, report="")


def test_an_entry_point_that_talks_without_end_is_not_kept_in_memory(tmp_path: Path) -> None:
    engine = tmp_path / "docker"
    engine.write_text(_ENGINE)
    engine.chmod(0o755)
    containers = Containers(assignment=_assignment(str(engine), {}))
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
