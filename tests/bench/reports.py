"""The report of a large run, from its account to the files: 200 images, each with a start of 20 checks."""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from accounted import account, evidence, failed_start, failed_trial, image, start, trial
from bench.measuring import print_table
from hubwright.account import Account, ImageChange, Layer, PackageMove, Said, StartAccount, Stretch
from hubwright.report.accounts.document import account_json, read_account
from hubwright.report.junit import report_junit
from hubwright.report.markdown import report_markdown
from hubwright.report.page import page_html
from hubwright.verdicts import Standing, planned_trials

_IMAGES = 200
_CHECKS = 20
_RUNS = 9
_GOAL_S = 2.0


def bench_reports() -> None:
    made = _large()
    content = account_json(made)
    rows = [
        _row("run.json, read and written again", lambda: account_json(read_account(content, "run.json"))),
        _row("report.json", lambda: account_json(made, indent=2)),
        _row("report.md", lambda: report_markdown(made).encode()),
        _row("junit.xml", lambda: report_junit(made)),
        _row("report.html", lambda: page_html(made, {}).encode()),
    ]
    total = sum(seconds for _, seconds, _ in rows)
    print_table(
        ("file", "median", "bytes", "goal"),
        [*((name, f"{seconds:.3f} s", f"{size:,}", "") for name, seconds, size in rows), _total(total)],
    )


def _total(seconds: float) -> tuple[str, ...]:
    return ("all of them", f"{seconds:.3f} s", "", f"{_GOAL_S:.0f} s, 3 MB a page")


def _row(name: str, make: Callable[[], bytes]) -> tuple[str, float, int]:
    seconds, size = [], 0
    for _ in range(_RUNS):
        started = time.perf_counter()
        size = len(make())
        seconds.append(time.perf_counter() - started)
    return name, statistics.median(seconds), size


def _large() -> Account:
    starts = tuple(_starts())
    stretches = tuple(
        Stretch(
            name=f"image-{number}",
            kind="image",
            waited_for="",
            ready_s=0.0,
            began_s=float(number),
            ended_s=number + 60.0,
            outcome="built",
        )
        for number in range(_IMAGES)
    )
    moves = tuple(PackageMove(kind="python", name=f"package-{number}", before="1", after="2") for number in range(10))
    change = ImageChange(since=start().digest, size_before=1_000_000, moved=moves, scanned=False)
    layers = tuple(Layer(digest=start().digest, size=number, made_by=f"RUN step {number}") for number in range(20))
    images = tuple(image(f"image-{number}", layers=layers, change=change) for number in range(_IMAGES))
    return account(images=images, starts=starts, stretches=stretches)


def _starts() -> Iterator[StartAccount]:
    planned = planned_trials(["home", "kernels"])
    said = Said(on="2026-11-21T12:00:00Z", digest=start().digest, standing=Standing.PROVEN, failed=(), size=1_000_000)
    for number in range(_IMAGES):
        trials = tuple(
            trial(name, evidence=tuple(evidence(check=f"check {each}") for each in range(_CHECKS // len(planned) + 1)))
            for name in planned
        )
        shown = start(f"start-{number}", planned=planned, trials=trials, history=(said,) * 10)
        if number % 10 == 0:
            shown = failed_start(f"start-{number}", trials=(*trials[:3], failed_trial("kernels")))
        yield replace(shown, variant=f"image-{number}")
