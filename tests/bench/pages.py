"""The page of a run and that of a notebook, each beside the plainest way to write the same values down."""

import dataclasses
import json
import statistics
import time
from collections.abc import Callable, Sequence

from bench.measuring import print_table
from helpers.written import code, markdown, notebook, stream
from hubwright.report.page import page_html
from hubwright.report.rendering import notebook_html
from nights import large

_RUNS = 9


def bench_pages() -> None:
    account = large()
    # None has a cell that another has: what was rendered once is remembered.
    written = [_written(number) for number in range(_RUNS + 1)]
    ours, theirs = iter(written), iter(written)
    print_table(
        ("what", "median", "size", "goal", "yardstick", "its median", "ratio"),
        [
            _row(
                "the page of 200 images with 20 checks each",
                lambda: page_html(account, {}),
                "about 1 s, 3 MB",
                "`json.dumps` of the same account",
                lambda: json.dumps(dataclasses.asdict(account), indent=2),
            ),
            _row(
                "the page of a notebook of 40 cells",
                lambda: notebook_html("notebook", next(ours)),
                "1 s",
                "nbconvert's own page of it",
                lambda: _plain(next(theirs)),
            ),
        ],
    )


def _written(number: int) -> bytes:
    parts = [
        (markdown(f"# Part {number}.{n}"), code(f"print({number}, {n})", stream("line\n" * 100))) for n in range(20)
    ]
    return notebook(*(cell for part in parts for cell in part))


def _plain(written: bytes) -> str:
    import nbformat  # noqa: PLC0415 - as heavy as nbconvert
    from nbconvert.exporters import HTMLExporter  # noqa: PLC0415 - the bench of something else need not wait for it

    exporter = HTMLExporter(template_name="lab")  # type: ignore[no-untyped-call] # it has none
    html, _ = exporter.from_notebook_node(nbformat.reads(written, as_version=4))
    return html


def _row(what: str, ours: Callable[[], str], goal: str, name: str, yardstick: Callable[[], str]) -> Sequence[str]:
    # Once before, so that both have imported what they need.
    made, _ = ours(), yardstick()
    pairs = [(_seconds(ours), _seconds(yardstick)) for _ in range(_RUNS)]
    seconds, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    size = f"{len(made.encode()) / 1e6:.2f} MB"
    return (what, f"{seconds:.2f} s", size, goal, name, f"{theirs:.2f} s", f"{seconds / theirs:.1f}x")


def _seconds(work: Callable[[], str]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
