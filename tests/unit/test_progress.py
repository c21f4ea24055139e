import base64
import json
import random

import pytest

from hubwright.progress import BuildProgress


def _vertex(digest: str, name: str, **state: object) -> dict[str, object]:
    return {"vertexes": [{"digest": digest, "name": name, **state}]}


def _log(digest: str, text: str) -> dict[str, object]:
    return {"logs": [{"vertex": digest, "stream": 1, "data": base64.b64encode(text.encode()).decode()}]}


_STREAM = [
    _vertex("i", "[internal] load build context", started="1", completed="2"),
    _vertex("a", "[stage-1 1/3] FROM base", started="1", completed="2", cached=True),
    _vertex("b", "[stage-1 2/3] RUN { broken; }", started="3"),
    _log("b", "one\n"),
    _log("b", "two {\n"),
    _vertex("c", "[tools 1/2] RUN other", started="3", completed="4", error="context canceled: b failed"),
    _vertex("b", "[stage-1 2/3] RUN { broken; }", started="3", completed="5", error="exit code: 3"),
]
_SPEECH = "Dockerfile:3\n----\n   3 | >>> RUN { broken; }\nERROR: failed to solve\n"


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("seed", range(5))
def test_the_stream_is_understood_in_whatever_pieces_it_comes(indent: int | None, seed: int) -> None:
    data = "".join(json.dumps(document, indent=indent) + "\n" for document in _STREAM).encode() + _SPEECH.encode()
    pieces = random.Random(seed)  # noqa: S311 - cuts, no secrets
    progress = BuildProgress()
    while data:
        cut = pieces.randrange(1, 40)
        progress.feed(data[:cut])
        data = data[cut:]
    progress.close()
    failed = progress.failed_step()
    assert failed is not None
    assert (failed.name, failed.error, progress.log_text(failed)) == (
        "[stage-1 2/3] RUN { broken; }",
        "exit code: 3",
        "one\ntwo {\n",
    )
    assert progress.speech == _SPEECH
    assert progress.counts() == (3, 5)
    assert progress.current() == ""


def test_the_step_that_runs_is_shown_rather_than_what_the_builder_does_for_itself() -> None:
    progress = BuildProgress()
    progress.feed(json.dumps(_vertex("i", "[internal] load", started="1")).encode() + b"\n")
    assert progress.current() == "[internal] load"
    progress.feed(json.dumps(_vertex("a", "[1/2] RUN a", started="1")).encode() + b"\n")
    progress.feed(json.dumps(_vertex("j", "[internal] more", started="1")).encode() + b"\n")
    assert progress.current() == "[1/2] RUN a"


@pytest.mark.parametrize(
    "line",
    [
        "{not json}",
        "[1, 2]",
        '{"vertexes": 3, "logs": {"a": 1}}',
        '{"logs": [{"vertex": "x", "data": "not base64"}, 5]}',
        '{"a":' * 100_000 + "}",
        "\udcff",
        "",
    ],
)
def test_nonsense_is_no_failure(line: str) -> None:
    progress = BuildProgress()
    progress.feed(line.encode("utf-8", "surrogateescape") + b"\r\n")
    progress.close()
    assert progress.failed_step() is None


def test_a_document_that_never_ends_is_told_as_it_came() -> None:
    progress = BuildProgress()
    progress.feed(b'{\n  "vertexes": [')
    progress.close()
    assert progress.speech == '{\n  "vertexes": ['


def test_a_flood_of_output_keeps_its_end() -> None:
    progress = BuildProgress()
    for number in range(300):
        progress.feed(json.dumps(_log("a", f"{number:04}" * 2_000)).encode() + b"\n")
    step = progress.steps["a"]
    assert step.log_size <= 1 << 20
    assert progress.log_text(step).endswith("0299")


def test_cancelled_steps_are_shown_where_nothing_else_failed() -> None:
    progress = BuildProgress()
    progress.feed(json.dumps(_vertex("a", "[1/1] RUN a", error="context canceled")).encode() + b"\n")
    failed = progress.failed_step()
    assert failed is not None
    assert failed.name == "[1/1] RUN a"


def test_a_cache_that_cannot_be_read_is_no_failed_step() -> None:
    progress = BuildProgress()
    lost = _vertex("i", "importing cache manifest from r.io/a", error="not found")
    progress.feed(json.dumps(lost).encode() + b"\n")
    assert (progress.failed_step(), progress.unread_cache(), progress.is_verdict()) == (None, "not found", False)


@pytest.mark.parametrize(
    "error, verdict",
    [
        ('process "/bin/sh -c false" did not complete successfully: exit code: 1', True),
        ("failed to copy: could not fetch content descriptor sha256:1 from remote: not found", False),
    ],
)
def test_only_a_program_that_ran_gives_a_verdict(error: str, verdict: bool) -> None:  # noqa: FBT001 - a case
    progress = BuildProgress()
    progress.feed(json.dumps(_vertex("a", "[1/1] RUN a", error=error)).encode() + b"\n")
    assert (progress.is_verdict(), progress.unread_cache()) == (verdict, "")
