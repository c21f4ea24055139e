"""The report of a large run, from its account to the files: 200 images, each with a start of 20 checks."""

import statistics
import time
from collections.abc import Callable

from bench.measuring import print_table
from hubwright.report.accounts.document import account_json, read_account
from hubwright.report.junit import report_junit
from hubwright.report.markdown import report_markdown
from hubwright.report.page import page_html
from nights import large

_RUNS = 9
_GOAL_S = 2.0


def bench_reports() -> None:
    made = large()
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
