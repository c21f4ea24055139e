"""One notebook on its way through a kernel: each cell is run, and judged by what was seen of it."""

import secrets
from collections.abc import Iterator, Mapping

from nbformat.notebooknode import NotebookNode

from hubwright.languages import Language
from hubwright.limits import Limits
from hubwright.rehearse.judge.evidence import differs, read_evidence
from hubwright.rehearse.judge.examination import computes, unasked
from hubwright.rehearse.judge.findings import FoundError
from hubwright.rehearse.judge.hearing import Hearing
from hubwright.rehearse.judge.kernel import Deadline, Kernel, within
from hubwright.rehearse.judge.lint import lint_text
from hubwright.verdicts import Evidence, Finding
from hubwright.words import shorten

_MISTAKEN = 10**6


class Performance:
    """Runs cells in the order in which it is given them, and keeps what was seen of them and what was wrong.

    `shown` is what the notebook showed, `evidence` what the judge saw beside it.
    """

    def __init__(
        self, kernel: Kernel, name: str, places: Mapping[int, str], *, limits: Limits, deadlines: tuple[Deadline, ...]
    ) -> None:
        self._kernel = kernel
        self._name = name
        self._places = places
        self._limits = limits
        self._deadlines = deadlines
        self._count = 0
        self.evidence: list[Evidence] = []
        self.shown: list[Evidence] = []
        self.findings: list[Finding] = []
        self.executed = 0

    def begin(self, language: Language) -> None:
        """Make those failures loud that the language keeps quiet."""
        if language.prelude:
            where = f"{self._name}, before its first cell"
            heard = self._kernel.ask(language.prelude, where, *self._soon())
            if heard.status != "ok" or heard.errors:
                seen = shorten("; ".join(heard.errors) or heard.status, 200)
                self.findings.append(Finding(where=where, expected="the judge's own words to run", seen=seen))

    def perform(self, index: int, cell: NotebookNode) -> bool:
        """Run a cell, and return whether it makes sense to go on."""
        if cell.cell_type != "code" or not cell.source.strip():
            return True
        where = self._places[index]
        try:
            heard = self._kernel.ask(cell.source, where, *self._soon(), counted=True, outputs=cell.outputs)
        except FoundError as error:
            self.findings.append(error.finding)
            return False
        self.findings += self._judge(heard, where)
        cell.execution_count = self._count
        return heard.status == "ok" and not heard.errors and not heard.asks_to_end

    def _soon(self) -> tuple[Deadline, ...]:
        return within(self._limits), *self._deadlines

    def _judge(self, heard: Hearing, where: str) -> Iterator[Finding]:
        wrong = list(self._take_evidence(heard, where))
        yield from wrong
        # The cell's own comparison fails too: that would say the same again.
        if not (wrong and heard.status == "error"):
            yield from _reply(heard, where)
        if heard.status == "ok":
            yield from self._number(heard, where)
        yield from lint_text(heard.text, where)

    def _take_evidence(self, heard: Hearing, where: str) -> Iterator[Finding]:
        for shown in heard.evidence:
            try:
                entry = read_evidence(shown, where)
            except ValueError as error:
                yield Finding(where=where, expected="evidence of a check", seen=str(error))
                continue
            self.shown.append(entry)
            if wrong := differs(entry):
                yield wrong

    def _number(self, heard: Hearing, where: str) -> Iterator[Finding]:
        count = heard.reply.get("execution_count") if heard.reply else None
        if isinstance(count, bool) or not isinstance(count, int) or count <= self._count:
            expected = f"a cell that is numbered, after {self._count}"
            yield Finding(where=where, expected=expected, seen=shorten(repr(count)), advice="The cell was not run.")
        else:
            self._count = count
            self.executed += 1

    def end(self, language: Language, *, shows: bool) -> None:
        """Ask what only a kernel knows that ran all of it; `shows` is whether the notebook shows evidence."""
        where = f"{self._name}, after its last cell"
        wrong = list(computes(self._kernel, language, where, *self._soon()))
        self.findings += wrong
        if not wrong:
            self.evidence.append(Evidence(check="the kernel computes", expected="the sum", seen="the sum", where=where))
        if shows and language.show:
            self.findings += self._shows_what_differs(language, where)
        if language.epilogue:
            heard = self._kernel.ask(language.epilogue, where, *self._soon())
            if heard.status != "ok" or heard.errors:
                # Shells say what it was before they fail, others in the error.
                seen = shorten(heard.text.strip() or "; ".join(heard.errors) or heard.status, 300)
                expected = "no failure that the notebook did not notice"
                self.findings.append(Finding(where=where, expected=expected, seen=seen))
        self.findings += unasked(self._kernel, self._name)

    def _shows_what_differs(self, language: Language, where: str) -> Iterator[Finding]:
        """Let the notebook's own way of showing evidence show something wrong, which it has to tell, and refuse."""
        check, a, b = secrets.token_hex(8), secrets.randbelow(_MISTAKEN), 1 + secrets.randbelow(_MISTAKEN)
        heard = self._kernel.ask(language.show.format(check=check, a=a, b=b), where, *self._soon())
        truth = [{"check": check, "expected": a, "seen": a + b}]
        advice = "Cells show evidence through the notebook's function `show(check, expected, seen)`."
        if heard.evidence != truth:
            seen = shorten(str(heard.evidence), 200)
            yield Finding(where=where, expected=f"evidence as it is: {truth}", seen=seen, advice=advice)
        if heard.status != "error" or not heard.errors:
            yield Finding(where=where, expected="an error for evidence that differs", seen="none", advice=advice)


def _reply(heard: Hearing, where: str) -> Iterator[Finding]:
    if heard.errors:
        yield Finding(where=where, expected="a cell that succeeds", seen=shorten(f"an error: {heard.errors[0]}", 500))
    elif heard.status == "error":
        told = heard.reply or {}
        seen = f"an error: {told.get('ename')}: {told.get('evalue')}"
        yield Finding(where=where, expected="a cell that succeeds", seen=shorten(seen, 500))
    elif heard.asks_to_end:
        advice = "Remove it: what comes after it may run or not."
        yield Finding(where=where, expected="a kernel that lives on", seen="a cell that ends the kernel", advice=advice)
    elif heard.status != "ok":
        seen = f"the reply {shorten(heard.status)!r}"
        yield Finding(where=where, expected="a cell that succeeds", seen=seen, advice="The cell was not run.")
