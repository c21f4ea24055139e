"""What is no verdict about an image: a check at fault, an engine that is away, a deadline."""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.contract_bench import Bench
from hubwright.errors import ContractError
from hubwright.rehearse.contract.run import check_contract

_GONE_S = 60
CHECKS = b'''\
import pytest


def test_of_testinfra(host):
    assert host.file("/usr/local/bin/start.sh").mode == 0o755


def test_of_a_container_of_its_own(run_image):
    ran = run_image("sh", "-c", "echo out; echo err >&2; exit 3", options=("--env=A=1",))
    assert (ran.exit_code, ran.stdout, ran.stderr) == (3, "out\\n", "err\\n")


def test_that_fails(host):
    """The folder is there.

    Make it.
    """
    assert host.file("/no/such/folder").exists


def test_that_skips():
    pytest.skip("no time")


@pytest.mark.xfail(strict=False)
def test_that_may_fail():
    assert False
'''
SETTINGS = b"import pytest\n\n\n@pytest.fixture\ndef answer():\n    return 42\n"
EXCUSES = b'[no_such_check]\n"*" = "for nothing"\n\n[no_caches]\n"/root/.cache/*" = "for nothing either"\n'
KILLS = b"""\
import subprocess


def test_kills(subject):
    subprocess.run(["docker", "kill", subject.container], check=True)
    raise AssertionError("the container is gone")
"""


def test_what_the_repository_adds_passes_fails_or_shows_nothing(bench: Bench) -> None:
    with bench.container(bench.base_image) as container:
        trial = bench.check(
            bench.subject(container),
            {
                **bench.checks,
                "tests/contract/conftest.py": SETTINGS,
                "tests/contract/base/test_own.py": CHECKS,
                "tests/contract/base/test_silent.py": b"def check_misnamed(): ...\n",
                "tests/contract/child/excused.toml": EXCUSES,
                "tests/contract/child/test_shared.py": b"def test_own_fixtures(answer):\n    assert answer == 42\n",
            },
        )
    found = [(each.where.removeprefix("tests/contract/"), each.expected, each.seen) for each in trial.findings]
    assert [(where, expected, seen.partition("\n")[0]) for where, expected, seen in found] == [
        ("base/test_own.py::test_that_fails", "The folder is there.", "assert False"),
        ("base/test_own.py::test_that_skips", "that skips", "it was skipped: no time"),
        ("base/test_own.py::test_that_may_fail", "that may fail", "it is expected to fail: "),
        ("child/excused.toml", "every excuse excuses something", "[no_such_check] '*' excuses nothing"),
        ("child/excused.toml", "every excuse excuses something", "[no_caches] '/root/.cache/*' excuses nothing"),
        ("base/test_silent.py", "at least one check", "none"),
    ]
    assert trial.findings[0].advice == "Make it."
    shown = {each.check: each.seen for each in trial.evidence}
    assert shown["test_of_testinfra"] == shown["test_own_fixtures"] == "every assertion of the check holds"


@pytest.mark.parametrize(
    "content, said",
    [
        (b"def test_typo(host):\n    hosts.file('/')\n", "NameError: name 'hosts' is not defined"),
        (b"def test_typo(hosts): ...\n", "fixture 'hosts' not found"),
        (b"def test_typo(:\n", "SyntaxError"),
    ],
)
def test_a_check_at_fault_is_no_verdict(bench: Bench, content: bytes, said: str) -> None:
    with bench.container(bench.base_image) as container, pytest.raises(ContractError) as failure:
        bench.check(bench.subject(container), {**bench.checks, "tests/contract/base/test_broken.py": content})
    assert said in str(failure.value)


def test_an_engine_that_is_away_is_no_verdict(bench: Bench, tmp_path: Path) -> None:
    address = f"unix://{tmp_path}/nobody.sock"
    away = replace(bench.engine, environment={**bench.engine.environment, "DOCKER_HOST": address})
    with pytest.raises(ContractError, match=r"nobody\.sock"):
        check_contract(bench.subject("any"), {}, engine=away, environment={}, labels={})


def test_a_container_that_is_not_there_is_no_verdict(bench: Bench) -> None:
    with pytest.raises(ContractError, match="No such container: hubwright-nobody"):
        bench.check(bench.subject("hubwright-nobody"))


def test_a_container_that_ends_on_the_way_is_no_verdict(bench: Bench) -> None:
    with bench.container(bench.base_image) as container, pytest.raises(ContractError, match="ended while it was"):
        bench.check(bench.subject(container), {"tests/contract/base/test_kills.py": KILLS})


def test_at_the_deadline_everything_is_gone(bench: Bench) -> None:
    slow = {"tests/contract/base/test_slow.py": b"import time\n\n\ndef test_slow():\n    time.sleep(60)\n"}
    with bench.container(bench.base_image) as container:
        with pytest.raises(ContractError, match="did not end within 3 s"):
            check_contract(
                bench.subject(container), slow, engine=bench.engine, environment=os.environ, labels={}, timeout_s=3
            )
        deadline = time.monotonic() + _GONE_S
        # What was asked for at the last moment appears and goes after its client.
        while container in bench.docker.docker("ps", "--all", '--format={{.Label "hubwright.contract"}}'):
            assert time.monotonic() < deadline, "a container of the checks outlives them"
