"""Logins for docker and buildx that exist in one private folder, for as long as they are needed.

A token on a command line can be read by every user of the machine, and `docker login` writes it into the home folder
for good. Here it is in a file that only we can read, in memory where the system has such a place, and
`vanishing_folder` says how it ends.
"""

import base64
import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hubwright.errors import DockerLoginError
from hubwright.frozen import dataclass
from hubwright.registries.interface import Credential
from hubwright.vanishing import vanishing_folder

PARENTS = (Path("/dev/shm"), Path("/tmp"))  # noqa: S108 - the folder made in them is private and has a random name


@dataclass(frozen=True, kw_only=True, slots=True)
class DockerLogin:
    """A folder that docker takes its configuration from; `own` is the one it takes it from otherwise."""

    folder: Path
    own: Path | None

    @property
    def environment(self) -> Mapping[str, str]:
        """What docker must find in its environment, besides what it needs anyway."""
        # The builders that a person has set up stay where they are.
        builders = {"BUILDX_CONFIG": str(self.own / "buildx")} if self.own else {}
        return {"DOCKER_CONFIG": str(self.folder), **builders}

    def write(self, credentials: Mapping[str, Credential]) -> None:
        """Let docker know these credentials, by registry host; whoever reads meanwhile sees the old or the new."""
        document = json.dumps(_document(self.own, credentials)).encode()
        try:
            # Builds side by side log in side by side: each writes a file of its own, which nobody else can read.
            descriptor, fresh = tempfile.mkstemp(prefix="config.json.", dir=self.folder)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(document)
            Path(fresh).replace(self.folder / "config.json")
        except OSError as error:
            msg = f"cannot write the login for docker into {self.folder}: {error.strerror}"
            raise DockerLoginError(msg) from error


@contextmanager
def docker_login(
    credentials: Mapping[str, Credential], *, own: Path | None, parents: Sequence[Path] = PARENTS
) -> Iterator[DockerLogin]:
    """Give a login with these credentials, by registry host, and with all that `own` says otherwise.

    `own` is the person's configuration folder (`~/.docker`): its proxies, plugins and logins elsewhere go on counting.
    """
    with vanishing_folder(parents) as folder:
        login = DockerLogin(folder=folder, own=own)
        login.write(credentials)
        yield login


def _document(own: Path | None, credentials: Mapping[str, Credential]) -> dict[str, Any]:
    document = _read(own / "config.json") if own else {}
    auths = {host: {"auth": _encoded(credential)} for host, credential in credentials.items()}
    # A credential store hides what is in this file, except for a host whose own store is named as none.
    helpers = _table(document, "credHelpers")
    stores = {host: "" for host in credentials if document.get("credsStore") or host in helpers}
    plugins = [str(own / "cli-plugins")] if own else []
    return {
        **document,
        "auths": {**_table(document, "auths"), **auths},
        "credHelpers": {**helpers, **stores},
        "cliPluginsExtraDirs": [*plugins, *document.get("cliPluginsExtraDirs", ())],
    }


def _table(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    return document.get(key) or {}


def _read(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        # Not the error's own words: they may quote the file, and there are passwords in it.
        msg = f"{path} cannot be read as docker's configuration: {type(error).__name__}. Correct it, or move it away"
        raise DockerLoginError(msg) from error
    if not isinstance(document, dict):
        msg = f"{path} is no configuration of docker: expected an object. Correct it, or move it away"
        raise DockerLoginError(msg)
    return document


def _encoded(credential: Credential) -> str:
    return base64.b64encode(f"{credential.username}:{credential.password}".encode()).decode()
