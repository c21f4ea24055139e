"""A place where repositories lie, as GitHub is one: bare ones on this disk, and programs that stand for the rest of it.

`gh` notes what it is asked for; git itself is the real one. `sudo` is there because GitHub's machines have it.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_GH = """\
#!{python}
import json, os, pathlib, sys

record = pathlib.Path({record!r})
asked = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
argv = sys.argv[1:]


def option(name, of):
    return of[of.index(name) + 1] if name in of else None


if argv[:2] == ["pr", "list"]:
    wanted = (option("--repo", argv), option("--head", argv))
    made = [each["argv"] for each in asked if each["argv"][:2] == ["pr", "create"]]
    print(sum((option("--repo", of), option("--head", of)) == wanted for of in made))
body = option("--body-file", argv)
line = {{"argv": argv, "token": os.environ.get("GH_TOKEN"), "body": pathlib.Path(body).read_text() if body else None}}
with record.open("a") as file:
    file.write(json.dumps(line) + "\\n")
"""
_SUDO = '#!/bin/sh\nexec "$@"\n'
# The sessions of a repository whose checks are not what these tests are about: nox is the real one.
_NOXFILE = """\
import nox

nox.options.default_venv_backend = "none"


def _add(name):
    def session(session):
        session.run("hubwright", name, *session.posargs, external=True)

    nox.session(session, name=name)


for each in {commands!r}:
    _add(each)


@nox.session
def lint(session):
    session.run("check-jsonschema", "--version", external=True)


@nox.session
def types(session):
    session.run("mypy", "--version", external=True)


@nox.session
def tests(session):
    session.run("pytest", "--version", external=True)
"""
_NOXW = '#!/bin/sh\nexec {python} -m nox --noxfile "$(dirname -- "$0")/noxfile.py" "$@"\n'
_IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")


@dataclass(frozen=True, kw_only=True)
class Forge:
    """`server` has the repositories, `programs` what stands on PATH before everything else."""

    folder: Path

    @property
    def server(self) -> Path:
        return self.folder / "server"

    @property
    def programs(self) -> Path:
        return self.folder / "programs"

    @property
    def asked(self) -> list[dict[str, Any]]:
        """Return what gh was asked for, without the questions."""
        record = self.folder / "asked"
        lines = [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []
        return [line for line in lines if line["argv"][:2] != ["pr", "list"]]

    def install(self) -> None:
        self.programs.mkdir(parents=True)
        scripts = {"gh": _GH.format(python=sys.executable, record=str(self.folder / "asked")), "sudo": _SUDO}
        for name, script in scripts.items():
            (self.programs / name).write_text(script)
            (self.programs / name).chmod(0o755)

    def equip(self, root: Path, commands: tuple[str, ...]) -> None:
        """Give a repository what workflows start: nox with a session for each command, and the tests."""
        (root / "noxfile.py").write_text(_NOXFILE.format(commands=commands))
        (root / "noxw").write_text(_NOXW.format(python=sys.executable))
        (root / ".ci").mkdir()
        (root / ".ci/run").write_text('#!/bin/sh\nexec "$(dirname -- "$0")/../noxw" -s tests\n')
        (root / ".gitignore").write_text("out/\n.nox/\n__pycache__/\n")
        for path in (root / "noxw", root / ".ci/run"):
            path.chmod(0o755)

    def publish(self, root: Path, name: str) -> None:
        """Commit what is in the folder, and have it as a repository of this name."""
        git(root, "init", "--quiet")
        git(root, "add", "--all")
        git(root, "commit", "--quiet", "--message", "Begin")
        bare = self.server / f"{name}.git"
        bare.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["git", "clone", "--quiet", "--bare", str(root), str(bare)], check=True)

    def show(self, name: str, what: str) -> str:
        return git(self.server / f"{name}.git", "show", what)


def git(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    argv = ["git", *_IDENTITY, *arguments]
    return subprocess.run(argv, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout
