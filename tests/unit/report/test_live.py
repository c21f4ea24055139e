import io
import json

from hubwright.errors import BuildError
from hubwright.planned import Made, Published
from hubwright.progress import BuildProgress, Milestone
from hubwright.report.live import PlainWatcher, outcome
from hubwright.report.tasks import Earlier, Kind, Outlook, Task
from hubwright.verdicts import Standing, Verdict

_DIGEST = "sha256:" + "a" * 64
_MADE = Made(published=Published(digest=_DIGEST, size=2_000_000), built=True, seconds=3.0)


_NOTHING = Outlook(tasks=(), places={})


def _progress(name: str) -> BuildProgress:
    progress = BuildProgress()
    progress.feed(json.dumps({"vertexes": [{"digest": name, "name": name, "started": "1"}]}).encode() + b"\n")
    return progress


def test_a_log_has_a_line_for_each_step_once() -> None:
    stream, clock = io.StringIO(), iter([0.0, 0.5, 1.0, 2.0, 3.0])
    with PlainWatcher(_NOTHING, stream, lambda: next(clock)) as watcher:
        watcher.begins("base", "the registry does not have this fingerprint")
        watcher.moves("base", BuildProgress())
        watcher.moves("base", _progress("[1/2] RUN a\x1b[2J"))
        watcher.moves("base", _progress("[1/2] RUN a\x1b[2J"))
        watcher.ends("base", _MADE)
        watcher.ends("other", BuildError("other: broken\nsecond line"))
    assert stream.getvalue().splitlines() == [
        "    0.5 s  base: the registry does not have this fingerprint",
        "    1.0 s  base: [1/2] RUN a\\x1b[2J",
        "    2.0 s  base: built in 3 s, 2 MB, sha256:aaaaaaaaaaaa",
        "    3.0 s  other: failed: other: broken",
    ]


def test_a_log_begins_with_what_is_known_of_earlier_runs() -> None:
    def told(seconds: dict[str, float]) -> str:
        stream = io.StringIO()
        task = Task(name="base", kind=Kind.IMAGE, certain=True)
        earlier = Earlier(seconds=seconds, sources={"run": "2026-11-20"})
        with PlainWatcher(Outlook(tasks=(task,), places={}, earlier=earlier), stream, lambda: 0.0):
            return stream.getvalue()

    assert told({"base": 240.0}) == "    0.0 s  expected: about 4 min (from the run of 2026-11-20)\n"
    assert told({}) == ""


def test_what_was_there_is_not_said_to_be_built() -> None:
    reused = Made(published=Published(digest=_DIGEST, size=1), built=False, seconds=0.0)
    assert outcome(reused) == "in the registry already, 1 B, sha256:aaaaaaaaaaaa"


def test_a_verdict_is_told_with_its_reason() -> None:
    proven = Verdict(
        offer="lab", variant="base", digest=_DIGEST, standing=Standing.PROVEN, reason="", trials=(), seconds=4.21
    )
    failed = Verdict(
        offer="lab",
        variant="base",
        digest=_DIGEST,
        standing=Standing.FAILED,
        reason="home: \x1b[2J",
        trials=(),
        seconds=1.0,
    )
    assert outcome(proven) == "proven in 4.2 s"
    assert outcome(failed) == "failed in 1.0 s: home: \\x1b[2J"


def test_a_rehearsal_s_steps_are_shown_as_a_build_s_are() -> None:
    stream, clock = io.StringIO(), iter([0.0, 0.5])
    with PlainWatcher(_NOTHING, stream, lambda: next(clock)) as watcher:
        watcher.moves("lab", Milestone(doing="the home notebook", done=1, total=4))
    assert stream.getvalue() == "    0.5 s  lab: the home notebook\n"
