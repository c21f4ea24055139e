from hubwright.rehearse.interface import Spawner
from hubwright.rehearse.stage import Stage


def test_a_stage_keeps_the_promises_of_a_spawner() -> None:
    # What it promises of types is for the type checker to say.
    kept: type[Spawner] = Stage
    assert {name for name in vars(Spawner) if not name.startswith("_")} <= set(dir(kept))
