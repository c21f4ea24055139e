"""The command as people run it: a process of its own, its output, its exit codes."""

import json
import os
import pty
import signal
import subprocess
import sys
import threading
from pathlib import Path

import click
import pytest

from hubwright import cli
from hubwright.cli import app
from hubwright.errors import LocalDiskError

_COVERAGE = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
_ENVIRONMENT = {"PATH": os.environ["PATH"], "COLUMNS": "100", **_COVERAGE}


def _hubwright(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "hubwright", *arguments]
    return subprocess.run(argv, cwd=folder, env=_environment(folder), capture_output=True, text=True, check=False)


def _environment(folder: Path) -> dict[str, str]:
    return {**_ENVIRONMENT, "XDG_CACHE_HOME": str(folder.parent / "cache")}


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=_ENVIRONMENT, check=True, capture_output=True)


def test_plan_prints_every_variant_with_its_reason(project: Path) -> None:
    done = _hubwright(project, "plan")
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split() for line in done.stdout.splitlines()[1:4]]
    assert [(row[0], row[1], row[3]) for row in rows] == [
        ("base", "trixie", "build"),
        ("spark-spark4.0.1", "base", "build"),
        ("spark-spark4.1.1", "base", "build"),
    ]
    assert "3 to build; 1 start to prove under chart 4.4.0" in done.stdout


def test_plan_json_is_the_same_bytes_twice(project: Path) -> None:
    first, second = _hubwright(project, "plan", "--json"), _hubwright(project, "plan", "--json")
    assert first.stdout == second.stdout
    assert [node["variant"] for node in json.loads(first.stdout)["nodes"]] == [
        "base",
        "spark-spark4.0.1",
        "spark-spark4.1.1",
    ]


def test_plan_selects_with_what_is_needed(project: Path) -> None:
    done = _hubwright(project, "plan", "--json", "--select", "*4.1.1")
    assert [node["variant"] for node in json.loads(done.stdout)["nodes"]] == ["base", "spark-spark4.1.1"]


def test_the_matrix_may_lie_elsewhere(project: Path, tmp_path: Path) -> None:
    assert _hubwright(tmp_path, "plan", "--matrix", str(project / "matrix.yaml")).returncode == 0


@pytest.mark.parametrize(
    "arguments, code, message",
    [
        (["plan", "--select", "nothing"], 5, "error: nothing matches no image or variant"),
        (["plan", "--matrix", "missing.yaml"], 4, "error: missing.yaml: No such file or directory"),
        (["plan", "--matrix", "nowhere/matrix.yaml"], 4, "error: nowhere: No such file or directory"),
        (["plan", "--slect", "x"], 2, "Error: No such option '--slect'. Did you mean '--select'?"),
        (["paln"], 2, "Error: there is no command 'paln'. Did you mean plan?"),
        (["verify", "--like", "lab"], 2, "error: --like says what --image is started as; add --image REF, or leave it"),
        (["verify", "--image", "x", "--select", "base"], 2, "error: --select chooses among the images of the matrix"),
        (["verify", "--image", "x", "--like", "labs"], 5, "error: there is no profile labs. Did you mean lab?"),
        (["verify", "--chart", "4.5.0"], 2, "Invalid value for '--chart': '4.5.0' is not one of '3.3.8', "),
        (["verify", "--select", "nothing"], 5, "error: nothing matches no image or variant"),
        (["explain"], 2, "Error: Missing argument 'VARIANT'"),
        (["explain", "spark"], 5, "error: there is no variant named spark."),
        (["explain", "base", "no-such-revision"], 6, "error: git cannot be asked for no-such-revision in"),
    ],
)
def test_each_failure_has_its_code_and_says_what_to_do(
    project: Path, arguments: list[str], code: int, message: str
) -> None:
    done = _hubwright(project, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


@pytest.mark.parametrize(
    "arguments", [["build"], ["build", "--until", "publish"], ["verify"], ["nightly"], ["emit"]], ids=" ".join
)
def test_a_folder_that_takes_nothing_is_told_of_before_anything_is_done(project: Path, arguments: list[str]) -> None:
    done = _hubwright(project, *arguments, "--out", "matrix.yaml/out")
    assert done.returncode == LocalDiskError.exit_code
    assert "matrix.yaml/out does not take what this run writes: Not a directory." in done.stderr


def test_a_list_of_pins_that_cannot_be_written_is_told(project: Path) -> None:
    digest = f"sha256:{'0' * 64}"
    (project / "pins.yaml").write_text(f"version: 1\npins:\n  lab:\n    digest: {digest}\n    because: it works\n")
    (project / ".pins.yaml.fresh").mkdir()
    done = _hubwright(project, "rollback", "lab", "--undo")
    assert done.returncode == LocalDiskError.exit_code
    assert f"{project} does not take the list of pins" in done.stderr


def test_a_typo_names_line_column_and_the_nearest_key(project: Path) -> None:
    matrix = project / "matrix.yaml"
    matrix.write_text(matrix.read_text().replace("axes:", "axis:"))
    done = _hubwright(project, "plan")
    assert done.returncode == 3
    assert "matrix.yaml:7:23: images.spark.axis: `axis` is not a key here. Did you mean axes?" in done.stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--help"], ["plan", "Show what would be built, and why.", "explain"]),
        (["plan", "--help"], ["--select", "--json", "Examples:"]),
        (["explain", "-h"], ["VARIANT", "REVISION"]),
        (["--version"], ["hubwright 0.1.0"]),
    ],
)
def test_help_teaches(project: Path, arguments: list[str], words: list[str]) -> None:
    done = _hubwright(project, *arguments)
    assert done.returncode == 0
    assert [word for word in words if word not in done.stdout] == []


def test_the_list_of_commands_says_what_the_commands_say_of_themselves() -> None:
    context = click.Context(app.group)
    for name, summary in app.COMMANDS.items():
        command = app.group.get_command(context, name)
        assert command is not None
        assert (command.help or "").partition("\n")[0] == summary


def test_explain_tells_what_moved_since_a_revision(project: Path) -> None:
    _git(project, "init", "--quiet")
    _git(project, "add", ".")
    _git(project, "commit", "--quiet", "--message=first")
    assert _hubwright(project, "explain", "spark-spark4.1.1", "HEAD").stdout.endswith("The same as at HEAD.\n")
    (project / "images" / "base" / "extra.txt").write_text("new\n")
    moved = _hubwright(project, "explain", "spark-spark4.1.1", "HEAD").stdout.splitlines()
    assert moved[-3].startswith("Moved since HEAD, where it was fp-")
    assert moved[-2].startswith("  base: ")
    assert moved[-1].startswith("  base: context extra.txt: new, file ")
    document = json.loads(_hubwright(project, "explain", "base", "HEAD", "--json").stdout)
    assert [move["part"] for move in document["against"]["moves"]] == ["context extra.txt"]


def test_explain_refuses_a_variant_that_the_revision_does_not_have(project: Path) -> None:
    _git(project, "init", "--quiet")
    _git(project, "add", ".")
    _git(project, "commit", "--quiet", "--message=first")
    matrix = project / "matrix.yaml"
    matrix.write_text(matrix.read_text().replace('"4.0.1", ', '"4.0.2", '))
    done = _hubwright(project, "explain", "spark-spark4.0.2", "HEAD")
    assert done.returncode == 6
    assert "spark-spark4.0.2 is not in the matrix of HEAD; the variants there are base, spark" in done.stderr


def test_a_terminal_gets_the_same_words(project: Path) -> None:
    reader, writer = pty.openpty()
    argv = [sys.executable, "-m", "hubwright", "plan"]
    environment = {**_ENVIRONMENT, "TERM": "xterm-256color"}
    with subprocess.Popen(argv, cwd=project, env=environment, stdout=writer, stdin=subprocess.DEVNULL) as process:
        os.close(writer)
        shown = b""
        while True:
            try:
                shown += os.read(reader, 65536)
            except OSError:  # Linux's way to say that the other end is closed
                break
    os.close(reader)
    assert process.returncode == 0
    for word in (b"spark-spark4.1.1", b"no registry was asked", b"3 to build", b"\x1b[33mbuild"):
        assert word in shown


@pytest.mark.parametrize("buffered", ["", "1"])
def test_a_reader_that_goes_away_is_no_crash(project: Path, buffered: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    argv = [sys.executable, "-m", "hubwright", "plan", "--json"]
    environment = {**_ENVIRONMENT, "PYTHONUNBUFFERED": buffered}
    done = subprocess.run(argv, cwd=project, env=environment, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.parametrize(
    "closed, arguments, code",
    [
        (">&-", ["plan"], 0),
        (">&-", ["plan", "--json"], 0),
        (">&-", ["--version"], 0),
        ("2>&-", ["plan"], 0),
        ("2>&-", ["plan", "--matrix", "missing.yaml"], 4),
        ("2>&-", ["plan", "--slect"], 2),
        ("<&- >&- 2>&-", ["plan", "--matrix", "missing.yaml"], 4),
    ],
)
def test_a_stream_that_is_closed_is_no_crash(project: Path, closed: str, arguments: list[str], code: int) -> None:
    argv = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "hubwright", *arguments]
    done = subprocess.run(argv, cwd=project, env=_ENVIRONMENT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (code, b"")


@pytest.mark.parametrize("locale", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {}])
def test_what_is_printed_is_utf8_whatever_the_locale(project: Path, locale: dict[str, str]) -> None:
    (project / "images/base/naïve →").touch()
    argv = [sys.executable, "-m", "hubwright", "explain", "base"]
    environment = {**_ENVIRONMENT, **locale}
    told = subprocess.run(argv, cwd=project, env=environment, capture_output=True, check=True).stdout
    assert "    naïve →  file " in told.decode("utf-8")
    told = subprocess.run([*argv, "--json"], cwd=project, env=environment, capture_output=True, check=True).stdout
    assert "naïve →" in [entry[0] for entry in json.loads(told)["parts"]["context"]]


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_with_its_code_and_nothing_else(project: Path, number: signal.Signals, code: int) -> None:
    """What it waits for is a git that says it has started and then hangs."""
    fifo = project / "hang"
    os.mkfifo(fifo)
    git = project / "bin" / "git"
    git.parent.mkdir()
    git.write_text(f"#!/bin/sh\necho started > {project}/started\nexec cat {fifo}\n")
    git.chmod(0o755)
    os.mkfifo(project / "started")
    environment = {**_ENVIRONMENT, "PATH": f"{git.parent}:{_ENVIRONMENT['PATH']}"}
    # Whoever runs the tests in the background may have SIGINT ignored, and a child inherits that.
    argv = ["env", "--default-signal=INT", sys.executable, "-m", "hubwright", "explain", "base", "HEAD"]
    with subprocess.Popen(argv, cwd=project, env=environment, stderr=subprocess.PIPE) as process:
        with (project / "started").open() as started:
            started.read()
        process.send_signal(number)
        _, said = process.communicate()
    assert process.returncode == code
    assert said.strip() in {b"interrupted", b"terminated"}


def test_a_bug_is_reported_with_everything_that_mends_it(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        # As of a file whose name is not UTF-8.
        msg = "an invariant that did not hold: \udce9"
        raise AssertionError(msg)

    monkeypatch.setattr("hubwright.pipeline.planning.plan", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = signal.getsignal(signal.SIGTERM)
    try:
        assert cli.main(["plan", "--matrix", str(project / "matrix.yaml")]) == 70
    finally:
        signal.signal(signal.SIGTERM, before)
    said = capsys.readouterr().err
    assert r"hubwright has a bug: AssertionError: an invariant that did not hold: \udce9" in said
    (log,) = tmp_path.glob("hubwright-*.log")
    assert str(log) in said
    assert "Traceback" in log.read_text()


@pytest.mark.parametrize(
    "signalled, end", [(signal.SIGINT, (130, "interrupted")), (signal.SIGTERM, (143, "terminated"))]
)
def test_a_lock_that_a_signal_caught_open_is_no_bug(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    signalled: signal.Signals,
    end: tuple[int, str],
) -> None:
    """So it looks where the signal comes while a wait has let go of its lock, and did not yet begin."""

    def caught(*_: object, **__: object) -> None:
        lock = threading.RLock()
        try:
            with lock:
                lock.release()
                signal.raise_signal(signalled)
        except RuntimeError as error:
            error.add_note("1 of 2 built")
            raise

    monkeypatch.setattr("hubwright.pipeline.planning.plan", caught)
    before = signal.getsignal(signal.SIGTERM)
    # Whoever runs the tests in the background may have it ignored.
    before_int = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        code = cli.main(["plan", "--matrix", str(project / "matrix.yaml")])
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, before_int)
    assert (code, capsys.readouterr().err) == (end[0], f"{end[1]}; 1 of 2 built\n")


_HEAVY = ("docker", "boto3", "botocore", "papermill", "nbclient", "nbformat", "jupyter_client", "jupyter_server")
_PROBE = """\
import sys
from hubwright.cli import main
code = main(["plan", "--json"])
sys.stdout = sys.stderr
print(",".join(sorted({name.partition(".")[0] for name in sys.modules})))
sys.exit(code)
"""


def test_plan_does_not_pay_for_what_it_does_not_use(project: Path) -> None:
    imported = _imported_by_plan(project)
    assert {"click", "pydantic", "yaml"} <= imported
    heavy = {*_HEAVY, "kubernetes", "kubernetes_asyncio", "jupyterhub", "requests", "urllib3", "rich", "asyncio"}
    assert imported & heavy == set()


def test_plan_checks_a_matrix_once(project: Path) -> None:
    _imported_by_plan(project)
    assert _imported_by_plan(project) & {"pydantic", "pydantic_core", "yaml"} == set()
    with (project / "matrix.yaml").open("a") as file:
        file.write("# one more line\n")
    assert {"pydantic", "yaml"} <= _imported_by_plan(project)


def _imported_by_plan(project: Path) -> set[str]:
    argv, environment = [sys.executable, "-c", _PROBE], _environment(project)
    done = subprocess.run(argv, cwd=project, env=environment, capture_output=True, text=True, check=True)
    return set(done.stderr.strip().split(","))


def test_a_user_without_a_home_can_plan(project: Path) -> None:
    homeless = "import os, sys; os.setreuid(12345, 0); from hubwright.cli import main; sys.exit(main(['plan']))"
    argv = [sys.executable, "-c", homeless]
    done = subprocess.run(argv, cwd=project, env=_ENVIRONMENT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 to build" in done.stdout


def test_what_is_wrong_with_a_matrix_is_told_again_and_nothing_else_is_kept(project: Path) -> None:
    assert _hubwright(project, "plan").returncode == 0
    (project / "matrix.yaml").write_text("version: 1\nmoon: full\n")
    first, second = _hubwright(project, "plan"), _hubwright(project, "plan")
    assert (first.returncode, first.stderr) == (second.returncode, second.stderr) == (3, first.stderr)
    assert "moon" in first.stderr
