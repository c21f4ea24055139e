import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from hubwright.build import BuildOrder, HostSettings, build_argv, labels, run_build
from hubwright.errors import BuildError
from hubwright.fingerprint import fingerprint
from hubwright.model import Entry, EntryKind, Recipe
from hubwright.progress import BuildProgress
from hubwright.redaction import Redact
from values import RECIPE, variant

BASE = "127.0.0.1:5000/hubwright/base@sha256:" + "a" * 64
SPARK = variant("spark", "base", args={"SPARK": "4.1.1", "A": "1 2"}, target="final")
LOCKED = Recipe(
    dockerfile_sha256="0" * 64,
    context=(Entry(path="requirements.lock", kind=EntryKind.FILE, value="f" * 64, executable=False), *RECIPE.context),
)


def _order() -> BuildOrder:
    return BuildOrder(
        variant=SPARK,
        fingerprint=fingerprint(SPARK, LOCKED, "b"),
        recipe=LOCKED,
        base_ref=BASE,
        destination="127.0.0.1:5000/hubwright/spark:fp-1",
    )


def test_the_command_line_says_everything_and_no_secret() -> None:
    host = HostSettings(
        files={"pip-config": Path("/p"), "ca-bundle": Path("/c")},
        values={"source-neuron": "https://user:password@example.org"},
        proxies=("HTTPS_PROXY",),
    )
    argv = build_argv(_order(), buildx=("docker", "buildx"), root=Path("/repo"), host=host)
    assert argv[:3] == ("docker", "buildx", "build")
    assert argv[-2:] == ("--", "/repo/images/spark")
    assert "--file=/repo/images/spark/Dockerfile" in argv
    assert "--provenance=false" in argv
    assert [arg for arg in argv if arg.startswith("--build-arg")] == [
        "--build-arg=A=1 2",
        f"--build-arg=BASE={BASE}",
        "--build-arg=SPARK=4.1.1",
        "--build-arg=HTTPS_PROXY",
    ]
    assert [arg for arg in argv if arg.startswith("--secret")] == [
        "--secret=id=ca-bundle,src=/c",
        "--secret=id=pip-config,src=/p",
        "--secret=id=source-neuron,env=HUBWRIGHT_SECRET_SOURCE_NEURON",
    ]
    assert "password" not in " ".join(argv)
    assert host.environment() == {"HUBWRIGHT_SECRET_SOURCE_NEURON": "https://user:password@example.org"}
    assert argv[argv.index("--target") + 1] == "final"


def test_an_image_says_what_it_stands_on_and_what_it_was_made_of() -> None:
    assert labels(_order()) == {
        "org.opencontainers.image.base.name": "127.0.0.1:5000/hubwright/base",
        "org.opencontainers.image.base.digest": "sha256:" + "a" * 64,
        "io.github.hubwright.fingerprint": _order().fingerprint.hex,
        "io.github.hubwright.variant": "spark",
        "io.github.hubwright.lock.requirements.lock": "f" * 64,
    }


def _run(*, said: bytes = b"", exit_code: int = 0, redact: Redact = str) -> None:
    def follow(argv: Sequence[str], *, on_stderr: Callable[[bytes], None], **_: object) -> int:
        del argv
        on_stderr(said)
        return exit_code

    run_build(["buildx"], name="spark", environment={}, follow=follow, redact=redact, on_progress=lambda _: None)


def test_a_build_that_ends_well_says_nothing() -> None:
    _run()


def test_a_failed_step_shows_the_end_of_what_it_printed_and_its_place() -> None:
    import base64  # noqa: PLC0415 - only here

    log = base64.b64encode("".join(f"line {number}\n" for number in range(50)).encode()).decode()
    documents = [
        {"vertexes": [{"digest": "a", "name": "[2/3] RUN broken", "error": "exit code: 3"}]},
        {"logs": [{"vertex": "a", "data": log}]},
    ]
    said = "".join(json.dumps(document) + "\n" for document in documents) + "Dockerfile:3\n >>> RUN broken\n"
    with pytest.raises(BuildError) as caught:
        _run(said=said.encode(), exit_code=1)
    lines = str(caught.value).split("\n")
    assert lines[:3] == ["spark: [2/3] RUN broken", "  | … 20 lines before these", "  | line 20"]
    assert lines[-4:] == ["  | line 49", "exit code: 3", "Dockerfile:3", " >>> RUN broken"]


def test_a_failed_step_that_printed_nothing_says_so() -> None:
    said = json.dumps({"vertexes": [{"digest": "a", "name": "[1/1] COPY x", "error": "not found"}]}) + "\n"
    with pytest.raises(BuildError, match=r"(?s)spark: \[1/1\] COPY x\n  \| \(it printed nothing\)\nnot found"):
        _run(said=said.encode(), exit_code=1)


@pytest.mark.parametrize("said, told", [(b"ERROR: no builder\n", "ERROR: no builder"), (b"", r"\(nothing\)")])
def test_a_builder_that_fails_before_any_step_is_quoted(said: bytes, told: str) -> None:
    with pytest.raises(BuildError, match=f"exit code 125 before any step failed; it said:\n{told}"):
        _run(said=said, exit_code=125)


def test_progress_is_handed_on() -> None:
    seen: list[BuildProgress] = []

    def follow(argv: Sequence[str], *, on_stderr: Callable[[bytes], None], **_: object) -> int:
        del argv
        on_stderr(b'{"vertexes": [{"digest": "a", "name": "[1/1] RUN a", "started": "1"}]}\n')
        return 0

    run_build([], name="a", environment={}, follow=follow, redact=str, on_progress=seen.append)
    assert [progress.current() for progress in seen] == ["[1/1] RUN a"]
