import os

from hubwright.rehearse.contract.containers import Containers
from hubwright.rehearse.contract.subject import Assignment, Subject


def test_a_container_of_the_checks_goes_with_the_checks_and_with_their_rehearsal() -> None:
    assignment = Assignment(
        subject=Subject(container="server", uid=1000, gid=100, fs_gid=100, home="/home/jovyan"),
        docker="echo",
        environment=os.environ,
        labels={"of.the.rehearsal": "1", "of.the.checks": "2"},
        report="",
    )
    asked = Containers(assignment=assignment).run("image").stdout.split()
    assert {"--label=of.the.rehearsal=1", "--label=of.the.checks=2"} <= set(asked)
