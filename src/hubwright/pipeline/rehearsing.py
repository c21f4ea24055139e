"""One start that can be offered, acted out with the image that plays it: from a reference to a verdict.

What depends on the shape is done for every offer. What depends on the image alone, its contract and the other homes
that a user may bring, is done once for each image and user, and counts for all its offers.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from hubwright.pipeline.house import Coming, House, Part
from hubwright.progress import Milestone, Moves
from hubwright.rehearse.homes import Folder, Volume, efs_home
from hubwright.rehearse.interface import NotStarted, Started
from hubwright.rehearse.parameters import known_parameters, parameters_for
from hubwright.rehearse.script import Script
from hubwright.verdicts import (
    CONTRACT,
    EFS_HOME,
    START,
    USED_HOME,
    Evidence,
    Finding,
    Trial,
    Verdict,
    conclude,
    expected_trials,
)

# The notebook that says what a home has to be; it is run again on the other homes.
HOME = "home"


def rehearse(part: Part, house: House, moves: Moves) -> Verdict:
    """Return the verdict on one offer; an error of the family says that nothing could be found out.

    Not even what was found before: a hub that is dying makes notebooks fail before anybody notices.
    """
    began = time.monotonic()
    rehearsal = _Rehearsal(part, house, moves)
    trials = tuple(rehearsal.run())
    standing, reason = conclude(trials, rehearsal.expected, needs_hardware=bool(part.offer.shape.resources))
    return Verdict(
        offer=part.offer.name,
        variant=part.offer.variant,
        digest=part.digest,
        standing=standing,
        reason=reason,
        trials=trials,
        seconds=time.monotonic() - began,
    )


class _Rehearsal:
    """One part, step by step."""

    def __init__(self, part: Part, house: House, moves: Moves) -> None:
        self.part = part
        self.house = house
        self.spawner = house.spawner()
        self.expected = expected_trials(script.name for script in part.scripts)
        self._folder = house.out / part.offer.name
        self._moves = moves
        self._done = 0

    def run(self) -> Iterator[Trial]:
        self._clear()
        self._begin("fetching the image")
        self.house.fetched.get((self.part.ref,), self._fetch)
        self._begin("waiting for a server")
        started = self.spawner.start(self.part.ref, self.part.offer.shape)
        yield _of_start(START, started)
        if isinstance(started, NotStarted):
            return
        network = efs_home(self.part.offer.shape)
        with self.house.aside(lambda: self._on_home(EFS_HOME, network)) as on_network:
            yield from self._until_it_stops(started)
            self._begin(f"a start on a {USED_HOME}")
            # The home is the volume that the first start has used; its server is gone.
            yield self._on_home(USED_HOME, started.home)
            self._begin(f"a start on a {EFS_HOME}")
            yield on_network()

    def _fetch(self) -> None:
        self.house.log_in()
        self.spawner.pull(self.part.ref)

    def _until_it_stops(self, started: Started) -> Iterator[Trial]:
        passed = False
        try:
            trials = []
            for trial in self._with(started):
                trials.append(trial)
                yield trial
            passed = all(trial.passed for trial in trials)
        finally:
            if passed or self.house.keep is None:
                self.spawner.stop(started)
            else:
                self.house.keep(self.part, started)

    def _with(self, started: Started) -> Iterator[Trial]:
        """Yield what is seen of a server that runs."""
        self._begin("the server from outside")
        yield self.spawner.check(started)
        # What takes its time to come up does so while the notebooks that need nothing of it run.
        with self._beside(self.part.scripts) as beside:
            for script in self.part.scripts:
                self._begin(f"notebook {script.name}")
                yield self._play(script, started, script.name, beside)
        self._begin("the contract")
        yield self._once(CONTRACT, lambda: self.house.contract(self.part, started))

    @contextmanager
    def _beside(self, scripts: Iterable[Script]) -> Iterator[Mapping[str, Coming]]:
        """Have everything begun that the notebooks need beside the server, until all of them were played."""
        needs = sorted({need for script in scripts for need in script.needs})
        with ExitStack() as stack:
            yield {need: stack.enter_context(self.house.cluster(need, self.part)) for need in needs}

    def _play(self, script: Script, started: Started, name: str, beside: Mapping[str, Coming]) -> Trial:
        part, house = self.part, self.house
        known = known_parameters(part.offer.shape, part.variant, house.chart, hardware=started.hardware)
        for need in sorted(script.needs):
            came = beside[need]()
            if isinstance(came, Finding):
                return Trial(name=name, evidence=(), findings=(came,), seconds=0.0)
            known = {**known, **came}
        return house.judge(
            started.server,
            script,
            image=part.ref,
            parameters=parameters_for(known, script.asks),
            hardware=started.hardware,
            state=lambda: self.spawner.condition(started),
            output=self._folder / f"{name}.ipynb",
        )

    def _on_home(self, name: str, home: Volume | Folder) -> Trial:
        return self._once(name, lambda: self._start_on(name, home))

    def _start_on(self, name: str, home: Volume | Folder) -> Trial:
        started = self.spawner.start(self.part.ref, self.part.offer.shape, home=home)
        trial = _of_start(name, started)
        if isinstance(started, NotStarted):
            return trial
        try:
            looks = [script for script in self.part.scripts if script.name == HOME]
            with self._beside(looks) as beside:
                for script in looks:
                    trial = _joined(trial, self._play(script, started, name, beside))
        finally:
            self.spawner.stop(started)
        return trial

    def _once(self, what: str, make: Callable[[], Trial]) -> Trial:
        shape = self.part.offer.shape
        return self.house.shared.get((what, self.part.ref, shape.uid, shape.gid, shape.fs_gid, shape.home), make)

    def _clear(self) -> None:
        """Have an empty folder: what an older run executed must not pass for this one's."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for left in self._folder.glob("*.ipynb"):
            # Another run may be about to begin in the same folder.
            left.unlink(missing_ok=True)

    def _begin(self, doing: str) -> None:
        # Fetching comes before the first thing that is expected to show something.
        self._moves(Milestone(doing=doing, done=self._done, total=len(self.expected) + 1))
        self._done += 1


def _of_start(name: str, started: Started | NotStarted) -> Trial:
    if isinstance(started, NotStarted):
        finding = replace(started.finding, where=name)
        return Trial(name=name, evidence=(), findings=(finding,), seconds=started.seconds)
    ready = Evidence(check="the hub calls the server ready", expected=True, seen=True, where=name)
    return Trial(name=name, evidence=(ready,), findings=(), seconds=started.seconds)


def _joined(start: Trial, played: Trial) -> Trial:
    """Return one trial of a start and of the notebook that looked at its home; silence of either is a failure."""
    return replace(
        played,
        name=start.name,
        evidence=(*start.evidence, *played.evidence) if played.evidence else (),
        findings=tuple(replace(each, where=f"{start.name}: {each.where}") for each in played.findings),
        seconds=start.seconds + played.seconds,
    )
