from helpers.workflow_cases import TEXTS, matrix_of
from hubwright.workflows.shares import Share, special, waves

HOSTED = ("ubuntu-24.04",)
GPU = ("self-hosted", "gpu")


def _share(runs_on: tuple[str, ...], *names: str) -> Share:
    return Share(names=names, runs_on=runs_on)


def test_one_machine_publishes_everything_and_proves_what_needs_no_other() -> None:
    (wave,) = waves(*matrix_of(TEXTS["one machine"]))
    big = ("big", "linux")
    assert (wave.level, wave.publish) == (None, (_share(big),))
    assert wave.prove == (_share(big, "base", "spark-spark4.1.1"), _share(GPU, "torch"))


def test_levels_follow_the_images_and_only_what_is_offered_is_proven() -> None:
    first, second, third, last = waves(*matrix_of(TEXTS["levels"]))
    assert (first.level, first.publish, first.prove) == (0, (_share(HOSTED, "base"),), (_share(HOSTED, "base"),))
    assert second.publish == tuple(
        _share(HOSTED, name) for name in ("spark-spark4.0.1", "spark-spark4.1.1", "cuda", "tools")
    )
    assert second.prove == (_share(HOSTED, "spark-spark4.1.1"),)
    # What stands on an image for GPUs is proven where that is.
    assert (third.publish, third.prove) == ((_share(HOSTED, "torch"),), (_share(GPU, "torch"),))
    assert (last.publish, last.prove) == ((_share(HOSTED, "unused"),), ())


def test_what_asks_for_a_runner_of_its_own() -> None:
    assert special(*matrix_of(TEXTS["levels"])) == (_share(GPU, "torch"),)
