"""The house that rehearsals are held in, put together from this machine; loaded when the first one is held.

What speaks to hubs, kernels and containers takes longer to load than a run takes that finds everything proven.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from hubwright.cli.folders import cache_folder, hub_folder, rehearsals_folder
from hubwright.cli.installer import uv_of_host
from hubwright.cli.occasion import Occasion
from hubwright.frozen import dataclass
from hubwright.model import Matrix, Offer
from hubwright.pipeline.casting import Call
from hubwright.pipeline.house import House, Part
from hubwright.pipeline.material import Material, foreign_part, part_of, read_material, require_unchanged
from hubwright.pipeline.rehearsals import Rehearsals
from hubwright.pipeline.rehearsing import rehearse
from hubwright.progress import Moves
from hubwright.rehearse.contract.files import accelerators
from hubwright.rehearse.contract.run import check_contract
from hubwright.rehearse.contract.subject import Subject
from hubwright.rehearse.contract.weigh import weigh
from hubwright.rehearse.docker.images import Held
from hubwright.rehearse.docker.spark import spark_cluster
from hubwright.rehearse.hub.environment import Installer
from hubwright.rehearse.interface import Condition, Server, Started
from hubwright.rehearse.judge.examination import Examinations
from hubwright.rehearse.judge.trial import judge_notebook
from hubwright.rehearse.script import Script
from hubwright.rehearse.stage import Surroundings
from hubwright.rehearse.staging import open_stage
from hubwright.schedule import Once, Shared
from hubwright.tree import DiskTree
from hubwright.verdicts import Trial, Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Theatre:
    """A house, and what the repository holds to be played in it."""

    house: House
    material: Material

    matrix: Matrix

    def rehearse(self, call: Call, moves: Moves) -> Verdict:
        return rehearse(part_of(call, self.material), self.house, moves)

    def rehearse_foreign(self, image: Held, like: Offer, moves: Moves) -> Verdict:
        """Return the verdict on an image that was not built here, started as the offer is."""
        return rehearse(foreign_part(image, like, self.matrix, self.material), self.house, moves)


def open_theatre(
    occasion: Occasion, stack: ExitStack, rehearsals: Rehearsals, keep: Callable[[Part, Started], None] | None
) -> Theatre:
    """Return the house; its hub begins with the first start, and the stack ends it with everything on it."""
    with DiskTree(occasion.root) as tree:
        material = read_material(tree, occasion.matrix, sorted(occasion.variants))
    require_unchanged(material, occasion.planned)
    stage = Once(lambda: stack.enter_context(open_stage(occasion.chart, _surroundings(occasion))))
    house = House(
        chart=occasion.chart,
        log_in=occasion.log_in,
        spawner=stage,
        judge=_Judge(),
        contract=lambda part, started: _contract(occasion, material, part, started, stage().labels),
        cluster=lambda _, part: spark_cluster(stage(), part.ref, part.offer.shape),
        shared=Shared(),
        fetched=Shared(),
        out=rehearsals_folder(occasion.out),
        aside=rehearsals.aside,
        keep=keep,
    )
    return Theatre(house=house, material=material, matrix=occasion.matrix)


def _surroundings(occasion: Occasion) -> Surroundings:
    program, environment = uv_of_host()
    folder = hub_folder(occasion.out, occasion.chart.version)
    folder.mkdir(parents=True, exist_ok=True)
    return Surroundings(
        engine=occasion.engine(),
        environment=_environment(occasion),
        cache=cache_folder(os.environ),
        folder=folder,
        installer=Installer(program=program, environment=environment),
        opened_by_people=occasion.keep,
    )


def _environment(occasion: Occasion) -> dict[str, str]:
    return {**os.environ, **occasion.environment}


class _Judge:
    """The judge, who examines each kernel of an image once."""

    def __init__(self) -> None:
        self._examinations: dict[str, Examinations] = {}

    def __call__(
        self,
        server: Server,
        script: Script,
        *,
        image: str,
        parameters: Mapping[str, object],
        hardware: bool,
        state: Callable[[], Condition],
        output: Path,
    ) -> Trial:
        return judge_notebook(
            server,
            script.content,
            script.name,
            state=state,
            output=output,
            examinations=self._examinations.setdefault(image, Examinations()),
            parameters=parameters,
            hardware=hardware,
        )


def _contract(occasion: Occasion, material: Material, part: Part, started: Started, labels: Mapping[str, str]) -> Trial:
    shape, variant = part.offer.shape, part.variant
    subject = Subject(
        container=started.container_id,
        uid=shape.uid,
        gid=shape.gid,
        fs_gid=shape.fs_gid,
        home=shape.home,
        accelerators=accelerators(variant, occasion.matrix.variants) if variant else (),
        parent=part.parent_ref,
        versions=material.versions[variant.name] if variant else None,
    )
    own = material.checks[variant.name] if variant else {}
    engine, environment = occasion.engine(), _environment(occasion)
    trial = check_contract(subject, own, engine=engine, environment=environment, labels=labels)
    if variant and occasion.weighed:
        ask = partial(weigh, started.container_id, engine=engine, environment=environment)
        occasion.weighed(variant, part.digest, ask)
    return trial
