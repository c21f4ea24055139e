import json
from collections.abc import Callable, Sequence

import pytest

from hubwright.build import run_build, run_export
from hubwright.errors import BuildError
from hubwright.progress import BuildProgress
from hubwright.redaction import Redact


@pytest.mark.parametrize(
    "exit_code, said, trouble",
    [
        (0, b"", None),
        (1, b'{"vertexes": [{"digest": "a", "name": "exporting cache", "error": "no route"}]}\n', "no route"),
        (1, b"ERROR: Cache export is not supported for the docker driver.\n",
         "ERROR: Cache export is not supported for the docker driver."),
        (125, b"", "buildx ended with exit code 125"),
    ],
)  # fmt: skip
def test_an_export_tells_what_went_wrong(exit_code: int, said: bytes, trouble: str | None) -> None:
    def follow(argv: Sequence[str], *, on_stderr: Callable[[bytes], None], **_: object) -> int:
        del argv
        on_stderr(said)
        return exit_code

    assert run_export([], environment={}, follow=follow, progress=BuildProgress()) == trouble


def _run(*, said: bytes = b"", exit_code: int = 0, redact: Redact = str) -> None:
    def follow(argv: Sequence[str], *, on_stderr: Callable[[bytes], None], **_: object) -> int:
        del argv
        on_stderr(said)
        return exit_code

    run_build(
        ["buildx"],
        name="spark",
        environment={},
        follow=follow,
        progress=BuildProgress(redact),
        on_progress=lambda _: None,
    )


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

    run_build([], name="a", environment={}, follow=follow, progress=BuildProgress(), on_progress=seen.append)
    assert [progress.current() for progress in seen] == ["[1/1] RUN a"]
