"""The notebook about kernels, played on real ones; only some of this server's can be believed."""

from cells import SMOKE
from judging.bench import Bench
from judging.case import SUCCEEDS, Case


def _case(*kernels: str) -> Case:
    text = (SMOKE / "kernels.ipynb").read_text(encoding="utf-8")
    replaced = {
        "KernelSpecManager().get_all_specs()": f"{{k: KernelSpecManager().get_all_specs()[k] for k in {kernels}}}",
        # The test's kernels are all below what this server calls its home.
        "Path.home()": "Path('/nowhere')",
    }
    for old, new in replaced.items():
        assert old in text
        text = text.replace(old, new)
    return Case(name="kernels-" + "-".join(kernels), cells=(), content=text.encode())


def test_kernels_that_have_results_and_such_that_only_print_are_tried(bench: Bench) -> None:
    trial = bench.judge(_case("bash", "java", "python3"))
    assert trial.findings == ()
    shown = {evidence.check: evidence.seen for evidence in trial.evidence}
    assert shown["every kernel computes"] == {"bash": ["42"], "java": ["42"], "python3": ["42"]}


def test_a_kernel_in_another_language_is_named(bench: Bench) -> None:
    finding, *_ = bench.judge(_case("cobol", "python3")).findings
    assert (finding.where, finding.expected) == ("kernels-cobol-python3, cell 5", SUCCEEDS)
    assert "nothing is known to try these kernels with: cobol (in 'cobol')" in finding.seen
