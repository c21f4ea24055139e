from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path, PosixPath

import pytest

from fakes.spawner import FakeSpawner
from hubwright.errors import HubError
from hubwright.model import Offer
from hubwright.pipeline.house import Coming, House, Part
from hubwright.pipeline.rehearsing import rehearse
from hubwright.progress import Milestone
from hubwright.rehearse.homes import Folder, Volume
from hubwright.rehearse.interface import Condition, Server, Started
from hubwright.rehearse.script import Script
from hubwright.schedule import Shared
from hubwright.verdicts import Evidence, Finding, Standing, Trial, Verdict
from values import CHART, SHAPE, variant

_REF = "host:1/hubwright/base@sha256:" + "a" * 64
_OFFER = Offer(profile="lab", choices={}, variant="base", shape=SHAPE)
_SEEN = Evidence(check="a check", expected=1, seen=1, where="somewhere")
_WRONG = Finding(where="home, cell 4", expected="True", seen="False")


def _script(name: str, needs: frozenset[str] = frozenset()) -> Script:
    return Script(name=name, content=b"{}", asks=frozenset({"uid", "spark_master"}), needs=needs)


def _part(*names: str, offer: Offer = _OFFER) -> Part:
    scripts = tuple(_script(name) for name in names)
    return Part(offer=offer, variant=variant("base"), ref=_REF, digest="sha256:1", scripts=scripts)


@dataclass
class _Judge:
    """Sees what it is told to see of each notebook, by the name of the file that the executed one goes to."""

    findings: dict[str, Finding] = field(default_factory=dict)
    silent: frozenset[str] = frozenset()
    played: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)

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
        assert (server.token, image) == ("secret", _REF)
        assert state().running
        output.write_text("executed")
        self.calls.append(script.name)
        self.played.append((output.stem, dict(parameters)))
        found = self.findings.get(output.stem)
        return Trial(
            name=script.name,
            evidence=() if output.stem in self.silent else (_SEEN,),
            findings=(found,) if found else (),
            seconds=1.0,
            hardware=hardware,
        )


@dataclass
class _World:
    """A house of fakes, and what happened in it."""

    out: Path
    spawner: FakeSpawner = field(default_factory=FakeSpawner)
    judge: _Judge = field(default_factory=_Judge)
    shared: Shared[Trial] = field(default_factory=Shared)
    fetched: Shared[None] = field(default_factory=Shared)
    contract: Trial = field(default_factory=lambda: Trial(name="contract", evidence=(_SEEN,), findings=(), seconds=1.0))
    cluster: Mapping[str, object] | Finding = field(default_factory=lambda: {"spark_master": "spark://master"})
    contracts: int = 0
    look: Callable[[Part, Started], Trial] | None = None
    kept: list[str] | None = None
    moves: list[str] = field(default_factory=list)

    def play(self, part: Part) -> Verdict:
        house = House(
            chart=CHART,
            log_in=lambda: self.spawner.calls.append("log in"),
            spawner=lambda: self.spawner,
            judge=self.judge,
            contract=self.look or self._contract,
            cluster=self._cluster,
            shared=self.shared,
            fetched=self.fetched,
            aside=nullcontext,
            out=self.out,
            keep=None if self.kept is None else self._keep,
        )
        return rehearse(part, house, self._moved)

    def _contract(self, part: Part, started: Started) -> Trial:
        assert (part.ref, started.container_id) == (_REF, "container-1")
        self.contracts += 1
        return self.contract

    @contextmanager
    def _cluster(self, need: str, part: Part) -> Iterator[Coming]:
        self.spawner.calls.append(f"{need} for {part.offer.name}")
        yield self._came
        self.spawner.calls.append(f"{need} ends")

    def _came(self) -> Mapping[str, object] | Finding:
        self.spawner.calls.append("a cluster is waited for")
        return self.cluster

    def _keep(self, part: Part, started: Started) -> None:
        assert self.kept is not None
        self.kept.append(f"{part.offer.name} {started.user}")

    def _moved(self, milestone: Milestone) -> None:
        assert milestone.done < milestone.total
        self.moves.append(milestone.doing)


class _Shared(PosixPath):
    """A folder that another run empties at the same time."""

    def glob(self, pattern: str) -> Iterator["_Shared"]:  # type: ignore[override] # later versions have more options
        for path in list(super().glob(pattern)):
            path.unlink()
            yield path


def test_two_runs_may_empty_the_same_folder(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "old.ipynb").write_text("of an older run")
    world = _World(out=_Shared(tmp_path))
    assert world.play(_part("home")).standing is Standing.PROVEN
    assert not (tmp_path / "lab" / "old.ipynb").exists()


@pytest.fixture
def world(tmp_path: Path) -> _World:
    return _World(out=tmp_path)


def test_all_that_a_user_s_start_needs_is_played_and_proven(world: _World) -> None:
    verdict = world.play(_part("home", "kernels"))
    assert (verdict.standing, verdict.digest, verdict.variant) == (Standing.PROVEN, "sha256:1", "base")
    names = ["start", "server-outside", "home", "kernels", "contract", "used home", "network home"]
    assert [trial.name for trial in verdict.trials] == names
    assert world.spawner.calls == [
        *("log in", f"pull {_REF}", "start 1", "check 1", "stop 1"),
        *("start 2", "stop 2", "start 3", "stop 3"),
    ]
    assert world.moves == [
        *("fetching the image", "waiting for a server", "the server from outside"),
        *("notebook home", "notebook kernels", "the contract", "a start on a used home", "a start on a network home"),
    ]


def test_the_second_home_is_the_first_one_used_and_the_third_is_the_user_s_own(world: _World) -> None:
    world.play(_part("home", "kernels"))
    fresh, used, network = world.spawner.homes
    assert (fresh, used) == (None, Volume(name="home-1"))
    assert isinstance(network, Folder)
    assert (network.owner, network.mode) == (1000, 0o755)
    assert [name for name, _ in world.judge.played] == ["home", "kernels", "used home", "network home"]


def test_a_notebook_is_told_what_it_asks_for(world: _World) -> None:
    part = replace(_part(), scripts=(_script("spark", frozenset({"spark-cluster"})),))
    assert world.play(part).standing is Standing.PROVEN
    assert world.judge.played == [("spark", {"uid": 1000, "spark_master": "spark://master"})]


def test_a_cluster_comes_up_while_others_play_and_is_there_for_all_who_need_it(world: _World) -> None:
    needing = (_script(name, frozenset({"spark-cluster"})) for name in ("spark", "spark-again"))
    world.judge.calls = world.spawner.calls
    world.play(replace(_part(), scripts=(_script("home"), *needing)))
    assert world.spawner.calls[4:11] == [
        *("spark-cluster for lab", "home", "a cluster is waited for", "spark"),
        *("a cluster is waited for", "spark-again", "spark-cluster ends"),
    ]


def test_a_cluster_that_the_image_cannot_make_is_a_finding(world: _World) -> None:
    world.cluster = _WRONG
    verdict = world.play(replace(_part(), scripts=(_script("spark", frozenset({"spark-cluster"})),)))
    assert (verdict.standing, world.judge.played) == (Standing.FAILED, [])


def test_a_server_that_does_not_start_is_all_that_is_said(world: _World) -> None:
    world.spawner.refuses = {1: _WRONG}
    verdict = world.play(_part("home"))
    assert verdict.standing is Standing.FAILED
    assert verdict.reason == "start: expected True, saw False"
    assert world.spawner.calls == ["log in", f"pull {_REF}", "start 1"]


@pytest.mark.parametrize("number, name", [(2, "used home"), (3, "network home")])
def test_a_home_on_which_nothing_starts_fails_the_offer(world: _World, number: int, name: str) -> None:
    world.spawner.refuses = {number: _WRONG}
    verdict = world.play(_part("home"))
    assert verdict.standing is Standing.FAILED
    assert verdict.reason == f"{name}: expected True, saw False"


@pytest.mark.parametrize("notebook", ["home", "used home", "network home"])
def test_what_is_wrong_with_a_notebook_is_told_with_the_home_it_ran_on(world: _World, notebook: str) -> None:
    world.judge.findings = {notebook: _WRONG}
    verdict = world.play(_part("home"))
    assert verdict.standing is Standing.FAILED
    assert verdict.reason.startswith("home, cell 4" if notebook == "home" else f"{notebook}: home, cell 4")


@pytest.mark.parametrize("notebook", ["home", "used home", "network home"])
def test_a_notebook_that_shows_nothing_fails_the_offer(world: _World, notebook: str) -> None:
    world.judge.silent = frozenset({notebook})
    verdict = world.play(_part("home"))
    assert (verdict.standing, verdict.reason) == (Standing.FAILED, f"nothing was seen of {notebook}")


def test_what_depends_on_the_image_alone_is_done_once(world: _World) -> None:
    gpu = replace(_OFFER, profile="gpu", shape=replace(SHAPE, resources={"nvidia.com/gpu": 1}))
    first, second = world.play(_part("home")), world.play(_part("home", offer=gpu))
    assert world.contracts == 1
    assert [name for name, _ in world.judge.played] == ["home", "used home", "network home", "home"]
    assert first.trials[-3:] == second.trials[-3:]
    assert world.spawner.calls.count(f"pull {_REF}") == 1


def test_another_user_has_other_homes(world: _World) -> None:
    world.play(_part("home"))
    world.spawner.homes.clear()
    world.play(_part("home", offer=replace(_OFFER, shape=replace(SHAPE, uid=2000))))
    assert (world.contracts, len(world.spawner.homes)) == (2, 3)


@pytest.mark.parametrize("hardware, standing", [(False, Standing.WITHOUT_HARDWARE), (True, Standing.PROVEN)])
def test_devices_count_only_where_a_notebook_used_them(world: _World, hardware: bool, standing: Standing) -> None:  # noqa: FBT001 - a case
    world.spawner.hardware = hardware
    part = _part("home", offer=replace(_OFFER, shape=replace(SHAPE, resources={"nvidia.com/gpu": 1})))
    assert world.play(part).standing is standing


def test_a_failed_server_is_kept_where_somebody_wants_to_look_at_it(world: _World) -> None:
    world.kept = []
    world.judge.findings = {"home": _WRONG}
    world.play(_part("home"))
    assert (world.kept, "stop 1" in world.spawner.calls) == (["lab 1"], False)


def test_a_server_that_did_well_is_not_kept(world: _World) -> None:
    world.kept = []
    world.play(_part("home"))
    assert (world.kept, "stop 1" in world.spawner.calls) == ([], True)


def test_notebooks_of_an_older_run_do_not_pass_for_this_one_s(world: _World) -> None:
    older = world.out / "lab" / "removed.ipynb"
    older.parent.mkdir()
    older.write_text("older")
    world.play(_part("home"))
    assert sorted(path.name for path in older.parent.iterdir()) == [
        "home.ipynb",
        "network home.ipynb",
        "used home.ipynb",
    ]


def test_what_cannot_be_asked_is_no_verdict_and_is_tried_again_by_the_next(world: _World) -> None:
    def gone(_: str) -> None:
        msg = "the hub died"
        raise HubError(msg)

    world.spawner.on_pull = gone
    with pytest.raises(HubError):
        world.play(_part("home"))
    world.spawner.on_pull = lambda _: None
    assert world.play(_part("home")).standing is Standing.PROVEN


def test_what_was_found_before_nobody_could_be_asked_any_more_is_no_verdict(world: _World) -> None:
    def contract(part: Part, started: Started) -> Trial:
        del part, started
        msg = "the hub died"
        raise HubError(msg)

    world.judge.findings = {"home": _WRONG}
    world.look = contract
    with pytest.raises(HubError):
        world.play(_part("home"))
