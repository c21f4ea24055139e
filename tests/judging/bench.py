"""Judges the cases of the corpus, several side by side."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hubwright.errors import RehearsalBrokenError
from hubwright.rehearse.interface import Condition, Server
from hubwright.rehearse.judge.examination import Examinations
from hubwright.rehearse.judge.trial import judge_notebook
from hubwright.verdicts import Trial
from judging.case import Case

WELL = Condition(running=True, exit_code=None, out_of_memory=False, restarts=0)


class Bench:
    """Judges cases, several side by side: whoever asks for one has its neighbours judged with it."""

    _SIDE_BY_SIDE = 6

    def __init__(self, server: Server, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._examinations = Examinations()
        self._made: dict[str, Trial | RehearsalBrokenError] = {}

    def judge(self, case: Case, **others: Any) -> Trial:
        given: dict[str, Any] = {"state": lambda: WELL, "examinations": self._examinations} | others
        return judge_notebook(
            given.pop("server", self._server),
            case.notebook(),
            case.name,
            output=self._folder / f"{case.name}.ipynb",
            **given,
            parameters=case.parameters,
            hardware=case.hardware,
            limits=case.limits,
        )

    def trial(self, case: Case, cases: Sequence[Case]) -> Trial | RehearsalBrokenError:
        if case.name not in self._made:
            first = cases.index(case) // self._SIDE_BY_SIDE * self._SIDE_BY_SIDE
            batch = cases[first : first + self._SIDE_BY_SIDE]
            with ThreadPoolExecutor(len(batch)) as pool:
                self._made |= zip((each.name for each in batch), pool.map(self._try, batch), strict=True)
        return self._made[case.name]

    def _try(self, case: Case) -> Trial | RehearsalBrokenError:
        try:
            return self.judge(case)
        except RehearsalBrokenError as error:
            return error
