"""Whether what a matrix says of its workflows can be, and the values that are made of it."""

from collections import Counter
from collections.abc import Iterable, Iterator

from hubwright.matrix.automation import Ci as WrittenCi
from hubwright.matrix.document import Document
from hubwright.matrix.findings import Finding
from hubwright.model import ChartFolder, Ci, Machine, Variant

# GitHub makes no more jobs than these of one matrix.
MAX_JOBS = 256


def check_ci(document: Document) -> Iterator[Finding]:
    """Yield what does not go together with the registries."""
    ci, ecr = document.ci, document.registries.ecr
    if ci is None:
        return
    if ecr and ci.signing_key is None:
        message = (
            "`signing_key` is missing here: releases go to Amazon ECR, and a key of AWS KMS signs the proofs there"
        )
        yield Finding(("ci",), message, on_key=True)
    if not ecr and ci.signing_key is not None:
        message = "there is no registries.ecr, and the registry of a machine has a key of its own; leave this one out"
        yield Finding(("ci", "signing_key"), message, on_key=True)
    if not ecr and ci.machine == Machine.LEVELS:
        message = "many machines need a registry that all of them see; write registries.ecr, or `machine: one`"
        yield Finding(("ci", "machine"), message)


def check_levels(document: Document, variants: Iterable[Variant]) -> Iterator[Finding]:
    """Yield where there is more to do side by side than GitHub takes."""
    if document.ci is None or document.ci.machine != Machine.LEVELS:
        return
    for level, count in sorted(Counter(variant.level for variant in variants).items()):
        if count > MAX_JOBS:
            message = f"level {level} has {count:,} variants, and GitHub takes {MAX_JOBS} jobs; write `machine: one`"
            yield Finding(("ci", "machine"), message)


def read_ci(written: WrittenCi) -> Ci:
    """Return the value of what is written."""
    chart = written.chart
    return Ci(
        repository=written.repository,
        subject=written.subject or written.repository,
        machine=Machine(written.machine),
        runs_on=written.runs_on,
        signing_key=written.signing_key,
        chart=ChartFolder(repository=chart.repository, folder=chart.folder) if chart else None,
    )
