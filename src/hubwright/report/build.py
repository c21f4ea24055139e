"""How a build ended, for people."""

from collections.abc import Mapping
from typing import assert_never

from hubwright.planned import Action, Made, Plan
from hubwright.report.table import Table
from hubwright.schedule import Aborted, Done, Failed, Result
from hubwright.words import sized

_STYLES = {"built": "green", "reused": "green", "failed": "red", "not begun": "red", "withheld": "magenta"}


def build_table(plan: Plan, results: Mapping[str, Result[Made]], host: str, prefix: str) -> Table:
    """Return a row for every variant of the plan: where it is, how large, how long it took, or why it is not there."""
    rows = []
    for node in plan.nodes:
        variant = node.variant
        if variant.name in results:
            outcome, digest, size, took, remark = _outcome(results[variant.name])
        else:
            outcome, digest, size, took, remark = node.action.value, "", "", "", node.reason
        where = f"{host}/{prefix}/{variant.image}@{digest}" if digest else remark
        rows.append((variant.name, outcome, size, took, where))
    return Table(headings=("variant", "outcome", "size", "time", "image"), rows=tuple(rows), styles=_STYLES)


def _outcome(result: Result[Made]) -> tuple[str, str, str, str, str]:
    match result:
        case Done(value=made):
            outcome = "built" if made.built else "reused"
            took = f"{made.seconds:.0f} s" if made.built else ""
            return outcome, made.published.digest, sized(made.published.size), took, ""
        case Failed(error=error):
            return "failed", "", "", "", str(error).partition("\n")[0]
        case Aborted(because_of=name):
            return "not begun", "", "", "", f"it stands on {name}"
        case _:
            assert_never(result)


def build_closing(plan: Plan, results: Mapping[str, Result[Made]], seconds: float) -> str:
    """Return the one line that sums it up."""
    made = [result.value for result in results.values() if isinstance(result, Done)]
    built = sum(each.built for each in made)
    withheld = sum(node.action in {Action.WITHHELD, Action.BLOCKED} for node in plan.nodes)
    failed = len(results) - len(made)
    counts = {"built": built, "reused": len(made) - built, "withheld": withheld, "failed": failed}
    told = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    return f"{told} in {seconds:.1f} s"
