"""What docker is told about credentials, and for how long."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from hubwright.errors import DockerLoginError
from hubwright.registries.docker_login import PARENTS, DockerLogin, docker_login
from hubwright.registries.interface import Credential

HOST = "111122223333.dkr.ecr.us-west-2.amazonaws.com"
CREDENTIAL = Credential(username="AWS", password="PLANTED")
_DEADLINE_S = 30.0


@pytest.fixture
def umask_000() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def _read(login: DockerLogin) -> Any:
    return json.loads((login.folder / "config.json").read_bytes())


def _own(folder: Path, document: Any) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text(document if isinstance(document, str) else json.dumps(document))
    return folder


def test_docker_is_told_the_credential_by_a_file_that_only_we_can_read(tmp_path: Path, umask_000: None) -> None:
    del umask_000
    with docker_login({HOST: CREDENTIAL}, own=None, parents=[tmp_path]) as login:
        assert login.environment == {"DOCKER_CONFIG": str(login.folder)}
        assert b64decode(_read(login)["auths"][HOST]["auth"]) == b"AWS:PLANTED"
        assert stat.S_IMODE((login.folder / "config.json").stat().st_mode) == 0o600
        assert "PLANTED" not in repr(login)
        commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
        assert not any(b"PLANTED" in command for command in commands)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_in_memory_where_the_system_has_such_a_place() -> None:
    with docker_login({HOST: CREDENTIAL}, own=None) as login:
        assert login.folder.parent == next(parent for parent in PARENTS if parent.is_dir())


def test_what_a_person_has_set_up_goes_on_counting(tmp_path: Path) -> None:
    document = {
        "auths": {"docker.io": {"auth": "x"}, HOST: {"auth": "old"}},
        "proxies": {"default": {"httpProxy": "http://proxy"}},
        "cliPluginsExtraDirs": ["/plugins"],
    }
    own = _own(tmp_path / "own", document)
    with docker_login({HOST: CREDENTIAL}, own=own, parents=[tmp_path]) as login:
        told = _read(login)
        assert login.environment["BUILDX_CONFIG"] == str(own / "buildx")
    assert told["auths"]["docker.io"] == {"auth": "x"}
    assert told["auths"][HOST]["auth"] != "old"
    assert told["proxies"] == document["proxies"]
    assert told["cliPluginsExtraDirs"] == [str(own / "cli-plugins"), "/plugins"]
    assert json.loads((own / "config.json").read_text()) == document


@pytest.mark.parametrize(
    "document,helpers",
    [
        ({}, {}),
        ({"credHelpers": None}, {}),
        ({"credHelpers": {"gcr.io": "gcloud"}}, {"gcr.io": "gcloud"}),
        ({"credsStore": "desktop"}, {HOST: ""}),
        ({"credHelpers": {HOST: "ecr-login", "gcr.io": "gcloud"}}, {HOST: "", "gcr.io": "gcloud"}),
    ],
)
def test_no_store_of_the_person_hides_the_credential(tmp_path: Path, document: Any, helpers: Any) -> None:
    with docker_login({HOST: CREDENTIAL}, own=_own(tmp_path / "own", document), parents=[tmp_path]) as login:
        assert _read(login)["credHelpers"] == helpers


def test_a_person_without_a_configuration_is_fine(tmp_path: Path) -> None:
    with docker_login({HOST: CREDENTIAL}, own=tmp_path / "none", parents=[tmp_path]) as login:
        assert set(_read(login)["auths"]) == {HOST}


@pytest.mark.parametrize("document", ['{"auths": PLANTED', "[]", "[" * 100_000])
def test_a_configuration_that_cannot_be_read_is_told_and_not_quoted(tmp_path: Path, document: str) -> None:
    own = _own(tmp_path / "own", document)
    with pytest.raises(DockerLoginError, match=r"own/config\.json") as raised:
        docker_login({HOST: CREDENTIAL}, own=own, parents=[tmp_path]).__enter__()
    assert "PLANTED" not in str(raised.value)
    assert list(tmp_path.iterdir()) == [own]


def test_a_renewed_token_takes_the_place_of_the_old_one_in_one_step(tmp_path: Path) -> None:
    with docker_login({HOST: CREDENTIAL}, own=None, parents=[tmp_path]) as login:
        ended = threading.Event()
        torn: list[Exception] = []

        def read() -> None:
            while not ended.is_set():
                try:
                    _read(login)
                except ValueError as error:
                    torn.append(error)

        reader = threading.Thread(target=read)
        reader.start()
        for turn in range(200):
            login.write({HOST: Credential(username="AWS", password=f"t{turn}")})
        ended.set()
        reader.join()
        assert torn == []
        assert b64decode(_read(login)["auths"][HOST]["auth"]) == b"AWS:t199"


def test_a_login_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(DockerLoginError, match="cannot write the login"):
        DockerLogin(folder=tmp_path / "gone", own=None).write({HOST: CREDENTIAL})


def test_the_token_is_gone_after_its_owner_was_killed(tmp_path: Path) -> None:
    program = """
import signal, sys
from pathlib import Path
from hubwright.registries.docker_login import docker_login
from hubwright.registries.interface import Credential
with docker_login({"host": Credential(username="AWS", password="PLANTED")}, own=None, parents=[Path(sys.argv[1])]) as l:
    print(l.folder, flush=True)
    signal.pause()
"""
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        folder = Path(owner.stdout.readline().strip())
        assert (folder / "config.json").exists()
        os.kill(owner.pid, signal.SIGKILL)
        _until(lambda: not folder.exists())
    assert list(tmp_path.iterdir()) == []


def _until(predicate: Callable[[], bool]) -> None:
    expires = time.monotonic() + _DEADLINE_S
    while not predicate():
        assert time.monotonic() < expires
        time.sleep(0.005)


def test_any_number_of_builds_may_log_in_at_the_same_time(tmp_path: Path) -> None:
    with docker_login({HOST: CREDENTIAL}, own=None, parents=[tmp_path]) as login:
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: login.write({HOST: CREDENTIAL}), range(400)))
        assert [path.name for path in login.folder.iterdir()] == ["config.json"]
