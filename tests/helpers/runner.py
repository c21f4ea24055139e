"""A runner of workflows on this machine: every `run:` is executed, in order, in a clean clone of the repository.

What GitHub gives is stood in for and nothing else: contexts and expressions, the files that steps write their outputs
to, and four actions, of which one is the repository's own. Every job has a clone and a temporary folder of its own;
the machine, and so its engine and its registry, is the same for all.
"""

import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from helpers.expressions import Expressions, spelled

# What nobody but an environment of GitHub's has; a fork's pull request must never come upon it.
PLANTED = "a secret that only environments have"
_SHELLS = {None: ["bash", "-e"], "bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"]}
# None of these tests takes as long: whatever does, hangs.
_HANG_S = 600


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One step that ran: its environment without that of the machine, and what it printed."""

    job: str
    name: str
    environment: Mapping[str, str]
    printed: str
    code: int


@dataclass(kw_only=True)
class Runner:
    """Runs workflows of the repository `github.repository`, which is a bare one below `server`."""

    server: Path
    folder: Path
    environment: Mapping[str, str]
    secrets: Mapping[str, str]
    event: str
    repository: str = "acme/notebooks"
    ref: str = "refs/heads/main"
    ran: list[Ran] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    artifacts: dict[str, list[str]] = field(default_factory=dict)
    summary: str = ""

    def run(self, file: str) -> dict[str, str]:
        """Return how each job of the workflow ended."""
        done = self._workflow(file, inputs={}, secrets=self.secrets)
        return {name: job["result"] for name, job in done.items()}

    def step(self, file: str, job: str, name: str, prepare: Any) -> Ran:
        """Run one step alone, in a clone that somebody prepared as the steps before it would have left it."""
        steps = self._read(file)["jobs"][job]["steps"]
        machine = _Machine(runner=self, job=job, inputs={}, needs={}, matrix={}, secrets=self.secrets)
        machine.check_out("")
        prepare(machine.workspace)
        machine.step(next(step for step in steps if step.get("name") == name))
        return self.ran[-1]

    def _read(self, file: str) -> dict[Any, Any]:
        # The caller's commit, as `$/` has it.
        argv = ["git", "-C", str(self.server / f"{self.repository}.git"), "show", f"{self.ref}:.github/{file}"]
        text = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
        return dict(yaml.safe_load(text))

    def _workflow(self, file: str, inputs: Mapping[str, Any], secrets: Mapping[str, str]) -> dict[str, dict[str, Any]]:
        done: dict[str, dict[str, Any]] = {}
        for name, job in self._read(file)["jobs"].items():
            needs = job.get("needs", [])
            before = {each: done[each] for each in ([needs] if isinstance(needs, str) else needs)}
            done[name] = self._job(name, job, before, inputs, secrets)
        return done

    def _job(
        self,
        name: str,
        job: dict[str, Any],
        needs: dict[str, dict[str, Any]],
        inputs: Mapping[str, Any],
        secrets: Mapping[str, str],
    ) -> dict[str, Any]:
        known: dict[str, Any] = {"inputs": inputs, "needs": needs}
        good = all(each["result"] == "success" for each in needs.values())
        if not self.expressions(good=good, **known).condition(job.get("if")):
            return {"result": "skipped", "outputs": {}}
        results, outputs = [], {}
        for index, share in enumerate(job.get("strategy", {}).get("matrix", {}).get("include", [{}])):
            if "uses" in job:
                given = self.expressions(good=good, **known, matrix=share, strategy={"job-index": index})
                called = {key: given.fill(value) for key, value in job["with"].items()}
                # A piece has only what its caller lets through.
                through = {each: secrets.get(each, "") for each in job.get("secrets", {})}
                piece = job["uses"].removeprefix("$/.github/")
                below = self._workflow(piece, self._with_defaults(piece, called), through)
                results += [each["result"] for each in below.values()]
            else:
                kept = secrets if "environment" in job else {}
                machine = _Machine(runner=self, job=name, **known, matrix=share, secrets=kept)
                results.append(machine.run(job["steps"]))
                outputs = {key: machine.expressions().fill(value) for key, value in job.get("outputs", {}).items()}
        return {"result": "success" if set(results) <= {"success"} else "failure", "outputs": outputs}

    def _with_defaults(self, piece: str, given: dict[str, Any]) -> dict[str, Any]:
        # YAML 1.1 reads the key `on` as true.
        inputs = self._read(piece)[True]["workflow_call"]["inputs"]
        return {**{name: each.get("default", "") for name, each in inputs.items()}, **given}

    def expressions(self, *, good: bool, **contexts: Any) -> Expressions:
        github = {"repository": self.repository, "ref": self.ref, "run_id": "7", "token": "the token of the run"}
        known: dict[str, Any] = {"github": github, "runner": {"temp": ""}, **contexts}
        functions: dict[str, Callable[..., Any]] = {
            "success": lambda: good,
            "failure": lambda: not good,
            "cancelled": lambda: False,
            "fromJSON": json.loads,
        }
        return Expressions(known, functions, self.asked)

    def new_folder(self, kind: str) -> Path:
        """Return an empty folder that no other job has."""
        return Path(tempfile.mkdtemp(prefix=f"{kind}-", dir=self.folder))


class _Machine:
    """One job: a clone, a temporary folder, and what its steps left in the files of GitHub's."""

    def __init__(self, *, runner: Runner, job: str, **contexts: Any) -> None:
        self._runner = runner
        self._job = job
        self._contexts = contexts
        self._steps: dict[str, dict[str, Any]] = {}
        self._good = True
        self.workspace = runner.new_folder("workspace")
        self._temp = runner.new_folder("temp")

    def expressions(self) -> Expressions:
        contexts = {**self._contexts, "steps": self._steps, "runner": {"temp": str(self._temp)}}
        return self._runner.expressions(good=self._good, **contexts)

    def run(self, steps: list[dict[str, Any]]) -> str:
        for step in steps:
            if self.expressions().condition(step.get("if")):
                self.step(step)
        return "success" if self._good else "failure"

    def step(self, step: dict[str, Any]) -> None:
        uses, given = step.get("uses", ""), {key: self.expressions().fill(v) for key, v in step.get("with", {}).items()}
        match uses.partition("@")[0]:
            case "":
                self._script(step)
            case "actions/checkout":
                self.check_out(given.get("ref", ""))
            case "actions/upload-artifact":
                self._keep(given)
            case own:
                action = self._runner._read(f"{own.removeprefix('$/.github/')}/action.yml")
                self.run(action["runs"]["steps"])

    def check_out(self, ref: str) -> None:
        url = f"file://{self._runner.server}/{self._runner.repository}.git"
        branch = ref or self._runner.ref.removeprefix("refs/heads/")
        subprocess.run(["git", "clone", "--quiet", "--branch", branch, url, str(self.workspace)], check=True)

    def _keep(self, given: Mapping[str, str]) -> None:
        paths = [self.workspace / line for line in given["path"].split()]
        found = [str(path.relative_to(self.workspace)) for path in paths if path.exists()]
        assert found or given["if-no-files-found"] == "ignore"
        self._runner.artifacts[given["name"]] = found

    def _script(self, step: dict[str, Any]) -> None:
        files = {name: self._temp / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        script = self._temp / "script"
        script.write_text(step["run"])
        own = {name: spelled(self.expressions().fill(value)) for name, value in step.get("env", {}).items()}
        done = subprocess.run(
            [*_SHELLS[step.get("shell")], str(script)],
            cwd=self.workspace,
            env={
                **self._runner.environment,
                **self._given(),
                **{name: str(path) for name, path in files.items()},
                **own,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_HANG_S,
            check=False,
        )
        ran = Ran(job=self._job, name=step["name"], environment=own, printed=done.stdout, code=done.returncode)
        self._runner.ran.append(ran)
        self._runner.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        if "id" in step:
            self._steps[step["id"]] = {"outputs": dict(line.split("=", 1) for line in lines)}
        self._good = self._good and done.returncode == 0

    def _given(self) -> dict[str, str]:
        """Return what GitHub says to every step."""
        bare = self._runner.server / f"{self._runner.repository}.git"
        argv = ["git", "-C", str(bare), "rev-parse", self._runner.ref]
        commit = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.strip()
        return {
            "CI": "true",
            "GITHUB_EVENT_NAME": self._runner.event,
            "GITHUB_REF": self._runner.ref,
            "GITHUB_REPOSITORY": self._runner.repository,
            "GITHUB_SERVER_URL": f"file://{self._runner.server}",
            "GITHUB_SHA": commit,
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self._temp),
        }


NewRunner = Callable[[str], Runner]
