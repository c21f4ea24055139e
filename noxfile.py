"""The sessions of this project; `./noxw --list` shows them.

Every environment is installed from the hash-locked files in requirements/ and kept between runs.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["plan"]

REQUIREMENTS = Path("requirements")
HUB_LOCKS = Path("src/hubwright/rehearse/hub/locks")
# What all tests take at once, with engines, images and hubs. A full disk fails hundreds of them, each in its own way.
ROOM_FOR_TESTS = 10_000_000_000
# Stages whose every branch is tested: what they decide is what people rely on.
_FULLY_COVERED = (
    *(
        "proof/*",
        "contents/*",
        "emit/*",
        "workflows/*",
        "doctor/*",
        "proxies.py",
        "redaction.py",
        "verdicts.py",
        "matrix/*",
        "locks/*",
        "registries/*",
        "consumers/*",
        "plan.py",
        "fingerprint.py",
        "roots.py",
        "pins.py",
        "written/form.py",
        "pipeline/contents.py",
        "pipeline/keeping.py",
        "pipeline/nights.py",
        "pipeline/past.py",
        "pipeline/pinning.py",
        "pipeline/times.py",
        "report/history.py",
        "report/above.py",
        "report/board.py",
        "report/course.py",
        "report/estimate.py",
        "report/inquiry.py",
        "report/tasks.py",
        "report/terminal.py",
        "report/page/*",
        "report/rendering/*",
        "pipeline/recording.py",
        "pipeline/standing.py",
        "report/accounts/*",
        "report/junit.py",
        "report/markdown.py",
        "report/marks.py",
        "report/summary.py",
        "pipeline/measuring.py",
        "canonical.py",
        "frozen.py",
        "nesting.py",
        "cluster.py",
    ),
    *(
        "build.py",
        "buildx.py",
        "publish.py",
        "schedule.py",
        "progress.py",
        "sources.py",
        "debian.py",
        "aptsources.py",
        "vanishing.py",
        "opening.py",
        "branch.py",
        "git.py",
        "report/nightly.py",
    ),
)
FULLY_COVERED = ",".join(f"*/hubwright/{each}" for each in _FULLY_COVERED)


def _install(session: nox.Session, locked: str) -> None:
    # Compiled once, whatever the shell says: half of a command's start would otherwise be compiling its imports.
    session.env.update({"UV_COMPILE_BYTECODE": "1", "PYTHONDONTWRITEBYTECODE": ""})
    session.install("--quiet", "--require-hashes", "-r", str(REQUIREMENTS / locked))
    session.install("--quiet", "--no-deps", "--no-build-isolation", "-e", ".")


def _hubwright(session: nox.Session) -> None:
    """Run the command that the session is named after."""
    _install(session, "run.txt")
    session.run("hubwright", session.name, *session.posargs)


@nox.session
def plan(session: nox.Session) -> None:
    """Show what would be built, and why; options go after `--`."""
    _hubwright(session)


@nox.session(default=False)
def lock(session: nox.Session) -> None:
    """Resolve what images are made of, and write it down; options go after `--`."""
    _hubwright(session)


@nox.session
def build(session: nox.Session) -> None:
    """Go the whole way, from the matrix to the profile list that a hub reads; options go after `--`."""
    _hubwright(session)


@nox.session(default=False)
def nightly(session: nox.Session) -> None:
    """Lock what there is today, go the whole way strictly, and leave a branch; options go after `--`."""
    _hubwright(session)


@nox.session
def verify(session: nox.Session) -> None:
    """Rehearse each start that is not proven yet, and sign what was seen; options go after `--`."""
    _hubwright(session)


@nox.session
def emit(session: nox.Session) -> None:
    """Write the profile list that a hub reads, of what is proven; options go after `--`."""
    _hubwright(session)


@nox.session
def status(session: nox.Session) -> None:
    """Show what the registry holds of what the matrix asks for; options go after `--`."""
    _hubwright(session)


@nox.session(default=False)
def report(session: nox.Session) -> None:
    """Tell what the last run came to and what is offered, in files; options go after `--`."""
    _hubwright(session)


@nox.session(default=False)
def explain(session: nox.Session) -> None:
    """Show what makes a variant's fingerprint, and what moved it: `-- VARIANT`, or `-- VARIANT REVISION`."""
    _hubwright(session)


@nox.session(default=False)
def history(session: nox.Session) -> None:
    """Show what was ever proven of a profile: `-- PROFILE`; options go after `--`, too."""
    _hubwright(session)


@nox.session(default=False)
def rollback(session: nox.Session) -> None:
    """Offer a profile with an earlier image: `-- PROFILE`, or `-- PROFILE --undo`."""
    _hubwright(session)


@nox.session
def doctor(session: nox.Session) -> None:
    """Look at everything that a build needs of its surroundings; options go after `--`."""
    _hubwright(session)


@nox.session(default=False)
def ci(session: nox.Session) -> None:
    """Write the workflows that do all of this by themselves, or say with `-- --check` whether they are current."""
    _hubwright(session)


@nox.session
def engine(session: nox.Session) -> None:
    """Look after the container engine: `-- start`, `-- status`, `-- stop`, `-- remove`."""
    _hubwright(session)


@nox.session
def tests(session: nox.Session) -> None:
    """Run every check of the project: lint, types, and the tests with their coverage."""
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if not session.posargs and free < ROOM_FOR_TESTS:
        needed = f"{ROOM_FOR_TESTS / 1e9:.0f} GB in {tempfile.gettempdir()}"
        session.error(f"all tests together need {needed}, and {free / 1e9:.1f} GB are free there")
    _install(session, "dev.txt")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", "-n", "auto", "--dist", "worksteal", *session.posargs)
    session.run("coverage", "combine", "--quiet")
    session.run("coverage", "report", "--fail-under=97")
    session.run("coverage", "report", f"--include={FULLY_COVERED}", "--fail-under=100", silent=True)
    if not session.posargs:
        session.notify("lint")
        session.notify("types")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, import directions, Dockerfiles, workflows, and the matrix against its schema."""
    _install(session, "dev.txt")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports", "--no-cache")
    session.run("hadolint", *sorted(str(path) for path in Path("images").glob("*/Dockerfile")))
    session.run("zizmor", "--offline", "--persona=pedantic", ".github")
    for kind, pattern in {"github-workflows": "workflows/*.yml", "github-actions": "actions/*/action.yml"}.items():
        files = sorted(str(path) for path in Path(".github").glob(pattern))
        session.run("check-jsonschema", "--builtin-schema", f"vendor.{kind}", *files)
    session.run("check-jsonschema", "--schemafile", "src/hubwright/matrix/schema.json", "matrix.yaml")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types, strictly."""
    _install(session, "dev.txt")
    session.run("mypy")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure speed and memory beside yardsticks; `-- --help` tells of what takes longer."""
    _install(session, "dev.txt")
    session.run("python", "-m", "bench", *session.posargs, env={"PYTHONPATH": "tests"})


@nox.session(default=False)
def schema(session: nox.Session) -> None:
    """Write anew what is derived: the JSON Schemas, the reference page, and the pictures of terminals."""
    _install(session, "dev.txt")
    session.run("python", "-m", "hubwright.matrix.schema", "src/hubwright/matrix/schema.json")
    session.run("python", "-m", "hubwright.report.schema", "src/hubwright/report/schema.json")
    session.run("python", "docs/reference.py", "docs/reference.md")
    session.run("python", "docs/picture.py", "docs")


@nox.session(default=False, venv_backend="none")
def deps(session: nox.Session) -> None:
    """Resolve every dependency anew, and lock it with its hashes; `-- --upgrade` takes what is newest."""
    compile_ = ("uv", "pip", "compile", "--quiet", "--universal", "--python-version=3.11", "--generate-hashes")
    plain = ("--no-emit-index-url", "--no-annotate", "--custom-compile-command=./noxw -s deps", *session.posargs)
    for locked, sources in {
        "nox.txt": ("requirements/nox.in",),
        "run.txt": ("pyproject.toml", "requirements/build.in"),
        "dev.txt": (
            "pyproject.toml",
            "requirements/build.in",
            *("--group=tests", "--group=lint", "--group=types"),
            "--constraint=requirements/run.txt",
        ),
    }.items():
        session.run(*compile_, *plain, *sources, f"--output-file={REQUIREMENTS / locked}", external=True)
    asked = Path(session.create_tmp()) / "hub.in"
    for locked, requirements in _hubs():
        asked.write_text(requirements, encoding="utf-8")
        session.run(*compile_, *plain, str(asked), f"--output-file={HUB_LOCKS / locked}", external=True)


# As in pyproject.toml, and for the same reason: a hub imports it, too.
_QUICK = "jsonschema<4.25"


def _hubs() -> Iterator[tuple[str, str]]:
    """Yield the name of each hub's lock, and what it has to hold; charts may share a hub."""
    sys.path.insert(0, "src")
    from hubwright.matrix.charts import CHARTS  # noqa: PLC0415 - only found there, and only needed here

    for jupyterhub, kubespawner in sorted({(chart.jupyterhub, chart.kubespawner) for chart in CHARTS.values()}):
        wanted = f"jupyterhub=={jupyterhub}\njupyterhub-kubespawner=={kubespawner}\ndockerspawner\n{_QUICK}\n"
        yield f"{jupyterhub}.txt", wanted
