"""How an image comes onto the engine, with a client that fails as often as it is told to."""

from pathlib import Path

import pytest

from hubwright.engines.interface import Engine
from hubwright.errors import PullError
from hubwright.rehearse.docker.images import Held, have_image

NAME = "127.0.0.1:5000/hubwright/cuda@sha256:" + "b" * 64
CLIENT = """\
#!/bin/sh
echo "$1" >>calls
if [ "$1" = image ]; then
    [ -e there ] || {{ echo '[]'; echo 'Error response from daemon: No such image: cuda' >&2; exit 1; }}
    echo '[{{"Id": "sha256:i", "RepoDigests": ["{name}"]}}]'
elif [ -e failures ] && [ "$(grep -c pull calls)" -le "$(cat failures)" ]; then
    echo 'failed to check image: content digest sha256:b: not found' >&2
    exit {code}
else
    touch there
fi
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return with_client(tmp_path, code=1)


def with_client(folder: Path, *, code: int) -> Engine:
    client = folder / "docker"
    client.write_text(CLIENT.format(name=NAME, code=code))
    client.chmod(0o755)
    return Engine(name="one", address="unix:///none", environment={}, docker=str(client), buildx=())


def calls() -> list[str]:
    return Path("calls").read_text().split()


def test_what_is_there_is_not_fetched(engine: Engine) -> None:
    Path("there").touch()
    assert have_image(engine, {"PATH": "/usr/bin:/bin"}, NAME) == Held(id="sha256:i", name=NAME)
    assert calls() == ["image"]


@pytest.mark.parametrize("failures", [0, 1])
def test_what_is_not_there_is_fetched_and_once_more_where_that_fails(engine: Engine, failures: int) -> None:
    Path("failures").write_text(str(failures))
    assert have_image(engine, {"PATH": "/usr/bin:/bin"}, NAME) == Held(id="sha256:i", name=NAME)
    assert calls() == ["image", *["pull"] * (1 + failures), "image"]


def test_what_cannot_be_fetched_is_told_with_what_the_engine_said_last(engine: Engine) -> None:
    Path("failures").write_text("2")
    with pytest.raises(PullError, match=r"could not be pulled, so nothing is known about it\.[\s\S]*content digest"):
        have_image(engine, {"PATH": "/usr/bin:/bin"}, NAME)
    assert calls() == ["image", "pull", "pull"]


def test_a_client_that_does_not_work_is_not_asked_again(tmp_path: Path) -> None:
    Path("failures").write_text("2")
    with pytest.raises(PullError, match="exit code 125"):
        have_image(with_client(tmp_path, code=125), {"PATH": "/usr/bin:/bin"}, NAME)
    assert calls() == ["image", "pull"]
