"""What people and programs are told about verdicts, and what the exit code is."""

import sys
from collections.abc import Sequence

from hubwright.errors import HubwrightError, UnprovenError, WithheldError
from hubwright.report.table import print_tables
from hubwright.report.verdicts import findings_text, verdict_closing, verdict_table, verdicts_json
from hubwright.verdicts import Standing, Verdict


def show_verdicts(verdicts: Sequence[Verdict], *, as_json: bool, seconds: float) -> None:
    """Print a table to people, and everything that was seen to programs."""
    if as_json:
        sys.stdout.write(verdicts_json(verdicts))
    else:
        print_tables([verdict_table(verdicts)], verdict_closing(verdicts, seconds))


def wrong_with_verdicts(
    verdicts: Sequence[Verdict], errors: Sequence[HubwrightError], *, strict: bool
) -> list[HubwrightError]:
    """Return what is wrong: starts that failed, then rehearsals that could not be held.

    What was not tested for a reason that is known is wrong where the run is strict.
    """
    failed = findings_text(verdicts)
    wrong: list[HubwrightError] = [UnprovenError(failed)] if failed else []
    wrong += errors
    untested = [each for each in verdicts if each.standing is Standing.NOT_TESTED]
    if strict and untested and not wrong:
        wrong.append(WithheldError("; ".join(f"{each.offer}: {each.reason}" for each in untested)))
    return wrong
