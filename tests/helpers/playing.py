"""Whole rehearsals of images that tests make, all on one stage, and what they may leave out to be quick."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from helpers.docker_client import DockerClient
from helpers.images import BaseImage
from hubwright.limits import Limits
from hubwright.matrix.charts import CHARTS
from hubwright.model import Offer, Shape
from hubwright.pipeline.house import Coming, House, Part
from hubwright.pipeline.rehearsing import rehearse
from hubwright.rehearse.docker.spark import spark_cluster
from hubwright.rehearse.homes import Folder, Volume
from hubwright.rehearse.interface import Condition, NotStarted, Server, Started
from hubwright.rehearse.judge.examination import Examinations
from hubwright.rehearse.judge.trial import judge_notebook
from hubwright.rehearse.script import Script, read_script
from hubwright.rehearse.stage import Stage
from hubwright.schedule import Shared
from hubwright.verdicts import CONTRACT, Evidence, Trial, Verdict
from judging.case import LIMITS, Case
from values import SHAPE

_KEPT = Evidence(check="the contract is another test's", expected=True, seen=True, where=CONTRACT)
# A machine that does ten other things starts a server in this time.
_START_S = 300.0


def no_contract(_: Part, started: Started) -> Trial:
    """Stand in for the checks that tests/integration/contract is about."""
    del started
    return Trial(name=CONTRACT, evidence=(_KEPT,), findings=(), seconds=0.0)


def smoke(root: Path, name: str) -> Script:
    """Return a notebook that is shipped."""
    return read_script(name, (root / f"notebooks/smoke/{name}.ipynb").read_bytes())


def script(case: Case) -> Script:
    return read_script(case.name, case.notebook())


@dataclass(frozen=True, kw_only=True)
class Play:
    """One rehearsal of one image: what it is held to, and with what."""

    shape: Shape = SHAPE
    scripts: tuple[Script, ...] = ()
    limits: Limits = LIMITS
    start_s: float = _START_S
    contract: Callable[[Part, Started], Trial] = no_contract


@dataclass(frozen=True, kw_only=True)
class _Patience:
    """The stage, as it is for a hub with its own idea of how long a start may take."""

    stage: Stage
    start_s: float

    def pull(self, ref: str) -> None:
        """Do nothing: what tests have built is there, and in no registry."""

    def start(self, ref: str, shape: Shape, *, home: Folder | Volume | None = None) -> Started | NotStarted:
        return self.stage.start(ref, shape, home=home, timeout_s=self.start_s)

    def check(self, started: Started) -> Trial:
        return self.stage.check(started)

    def condition(self, started: Started) -> Condition:
        return self.stage.condition(started)

    def log(self, started: Started) -> str:
        return self.stage.log(started)

    def stop(self, started: Started) -> None:
        self.stage.stop(started)


@dataclass(frozen=True, kw_only=True)
class Theatre:
    """Builds on the base image, and rehearses what came of it; `names` are what was built."""

    stage: Stage
    base: BaseImage
    folder: Path
    names: list[str] = field(default_factory=list)

    def build(self, lines: str, files: Mapping[str, str]) -> str:
        """Return the name of the base image with these lines, and these programs in the build's context."""
        context = self.folder / secrets.token_hex(6)
        context.mkdir()
        for name, content in files.items():
            (context / name).write_text(content)
            (context / name).chmod(0o755)
        (context / "Dockerfile").write_text(f"FROM {self.base.ref}\nUSER 0:0\n{lines}\nUSER 1000:100\n")
        name = f"hubwright-tests/{context.name}:1"
        self.docker.build(context, f"--tag={name}", "--load")
        self.names.append(name)
        return name

    @property
    def docker(self) -> DockerClient:
        return DockerClient(engine=self.base.engine)

    def play(self, ref: str, play: Play) -> Verdict:
        examinations = Examinations()

        def judge(
            server: Server,
            script: Script,
            *,
            image: str,
            parameters: Mapping[str, object],
            hardware: bool,
            state: Callable[[], Condition],
            output: Path,
        ) -> Trial:
            assert image == ref
            return judge_notebook(
                server,
                script.content,
                script.name,
                state=state,
                output=output,
                examinations=examinations,
                parameters=parameters,
                hardware=hardware,
                limits=play.limits,
            )

        house = House(
            chart=CHARTS["4.4.0"],
            log_in=lambda: None,
            spawner=lambda: _Patience(stage=self.stage, start_s=play.start_s),
            judge=judge,
            contract=play.contract,
            cluster=self._cluster,
            shared=Shared(),
            fetched=Shared(),
            aside=nullcontext,
            out=self.folder / secrets.token_hex(6),
        )
        offer = Offer(profile="lab", choices={}, variant="lab", shape=play.shape)
        return rehearse(
            Part(offer=offer, variant=None, ref=ref, digest=ref, scripts=play.scripts), house, lambda _: None
        )

    @contextmanager
    def _cluster(self, need: str, part: Part) -> Iterator[Coming]:
        assert need == "spark-cluster"
        with spark_cluster(self.stage, part.ref, part.offer.shape) as coming:
            yield coming
