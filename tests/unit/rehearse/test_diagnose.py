"""Why a server did not start: each kind of start that comes to nothing, and what a person is told."""

from dataclasses import replace

import pytest

from hubwright.rehearse.diagnose import Symptoms, diagnose

SILENT = Symptoms(
    exit_code=None,
    out_of_memory=False,
    restarts=0,
    error="",
    log="",
    waited_s=60.0,
    uid=1000,
    jupyterhub="5.5.0",
)
NOT_FOUND = 'exec: "jupyterhub-singleuser": executable file not found in $PATH: unknown'


@pytest.mark.parametrize(
    "changes, seen, advice",
    [
        ({"exit_code": 137, "out_of_memory": True}, "used up the profile's memory", "raise the profile's memory"),
        ({"error": "No command specified"}, "no command and no entry point", "give the image a CMD"),
        ({"exit_code": 1, "log": "exec /init: exec format error"}, "another processor", "the platform of the nodes"),
        ({"exit_code": 127, "error": NOT_FOUND}, "has no jupyterhub-singleuser", "jupyterhub==5.*"),
        ({"exit_code": 127, "log": "exec: jupyterhub-singleuser: not found"}, "has no jupyterhub", "jupyterhub==5.*"),
        ({"exit_code": 1, "log": "No module named 'jupyterhub'"}, "has no jupyterhub-singleuser", "jupyterhub==5.*"),
        ({"exit_code": 127, "error": 'exec: "/init": no such file or directory'}, "command is not in", "ENTRYPOINT"),
        ({"exit_code": 1, "uid": 0, "log": "Running as root is not recommended"}, "as root", "`uid` that is not 0"),
        ({"exit_code": 1, "log": "mkdir: /opt/x: Permission denied"}, "may not be done as uid 1000", "for any user"),
        ({"exit_code": 1, "restarts": 3}, "started 3 times again", "what ends it"),
        ({"exit_code": 0}, "ended at once", "must exec its arguments"),
        ({"exit_code": 3}, "ended with exit code 3", "look at its last lines"),
        ({"exit_code": 1, "uid": 0, "log": "Permission denied"}, "ended with exit code 1", "look at its last lines"),
        ({"log": "http://localhost:8888/lab?token=abc"}, "does not know of the hub", "JUPYTERHUB_API_TOKEN"),
        ({"log": "http://127.0.0.1:8888/?token=abc"}, "does not know of the hub", "JUPYTERHUB_API_TOKEN"),
        ({"log": "http://x:8888/user/a/lab?token=abc"}, "nobody answers on its port", "JUPYTERHUB_SERVICE_URL"),
        ({}, "nobody answers on its port", "JUPYTERHUB_SERVICE_URL"),
    ],
)
def test_what_was_seen_is_told_with_what_to_do(changes: dict[str, object], seen: str, advice: str) -> None:
    finding = diagnose(replace(SILENT, **changes))  # type: ignore[arg-type] # a table of some of the fields

    assert seen in finding.seen
    assert advice in finding.advice
    assert finding.expected == "a single-user server that answers within 60 s"


def test_the_last_lines_and_the_exit_code_are_told() -> None:
    log = "".join(f"line {number}\n\n" for number in range(9))
    finding = diagnose(replace(SILENT, exit_code=127, error=NOT_FOUND, log=log))

    assert "(exit code 127)" in finding.seen
    assert finding.seen.endswith("line 4\nline 5\nline 6\nline 7\nline 8")
