"""What a run comes to, collected while it goes, and written down at its end for whoever reports it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from hubwright.account import Account, Stretch
from hubwright.cli.folders import put
from hubwright.cli.today import moment
from hubwright.emit.write import written
from hubwright.errors import AccountError, HubwrightError, LocalDiskError
from hubwright.pipeline.destination import Destination
from hubwright.planned import Layer, Made
from hubwright.publish import layers_of
from hubwright.redaction import Redact
from hubwright.report.accounts.document import account_json, read_account
from hubwright.report.accounts.run import Run, account_of
from hubwright.schedule import Done, Result
from hubwright.verdicts import Verdict

if TYPE_CHECKING:
    from hubwright.night import ImageDiff

RUN_FILE = "run.json"


def last_account(out: Path) -> Account | None:
    """Return the account that the last run left in the folder, None where there is none; else raise AccountError."""
    path = out / RUN_FILE
    try:
        content = written(path)
    except LocalDiskError as error:
        raise AccountError(str(error)) from error
    return read_account(content, str(path)) if content is not None else None


@dataclass(kw_only=True, slots=True)
class Ledger:
    """Whoever runs something puts into `run` what is known by then, and into `wrong` what is wrong with it."""

    run: Run
    wrong: list[HubwrightError] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)

    def saw(self, verdicts: Mapping[str, Verdict]) -> None:
        """Take in what was found out about starts; what a run itself has seen is not taken back."""
        self.run = replace(self.run, verdicts={**verdicts, **self.run.verdicts})

    def changed(self, diffs: Iterable["ImageDiff"]) -> None:
        """Take in what is different in images since the ones that were offered before, as far as that is known."""
        known = {diff.variant: diff.change for diff in diffs if diff.change}
        self.run = replace(self.run, changes={**self.run.changes, **known})

    def built(
        self, results: Mapping[str, Result[Made]], stretches: tuple[Stretch, ...], destination: Destination
    ) -> None:
        """Take in what became of images; those that were built now are looked into, which is a matter of two calls."""
        self.stretches += stretches
        layers: dict[str, tuple[Layer, ...]] = {}
        unread = list(self.run.unread)
        images = {node.variant.name: node.variant.image for node in self.run.plan.nodes}
        for name, result in results.items():
            if isinstance(result, Done) and result.value.built:
                repository, digest = destination.repository(images[name]), result.value.published.digest
                try:
                    layers[name] = layers_of(destination.registry, repository, digest)
                except HubwrightError as error:
                    unread.append(f"the layers of {name}: {error}")
        self.run = replace(self.run, results=results, layers=layers, unread=tuple(unread))


@contextmanager
def open_ledger(run: Run, redact: Redact) -> Iterator[Ledger]:
    """Give a ledger that is written down in the end, also where the run fails; a run that is broken off leaves none.

    Everything that is said in it goes through `redact`. Where it cannot be written, that is one more thing that is
    wrong.
    """
    ledger = Ledger(run=run)
    try:
        yield ledger
    except HubwrightError as error:
        ledger.wrong.insert(0, error)
        _write(ledger, redact)
        raise
    _write(ledger, redact)


def _write(ledger: Ledger, redact: Redact) -> None:
    run = replace(
        ledger.run,
        ended_on=moment(),
        stretches=tuple(ledger.stretches),
        wrong=tuple(str(error) for error in ledger.wrong),
    )
    try:
        put(Path(run.out), {RUN_FILE: account_json(account_of(run), redact=redact)}, "the account of this run")
    except LocalDiskError as error:
        ledger.wrong.append(error)
