"""Faults on what the command asks of a registry while it builds: an error is never taken for an absence."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from fakes.fault_proxy import Fault
from fakes.web import Request
from helpers.ecr_site import Site
from helpers.workplace import Workplace

_PASSING = [
    *(Fault.STATUS_500, Fault.STATUS_503, Fault.STATUS_429),
    *(Fault.RESET_BEFORE, Fault.RESET_AFTER, Fault.TRUNCATE),
]
_LASTING = {
    "status": Fault.STATUS_500,
    "throttled": Fault.STATUS_429,
    "reset": Fault.RESET_BEFORE,
    "cut": Fault.TRUNCATE,
    "slow": Fault.TRICKLE,
    "silent": Fault.HANG,
}


def _images(site: Site) -> list[str]:
    """Return what was pushed beside the steps that a build leaves for engines that start empty."""
    return [path for path in site.pushes if "/cache/" not in path]


@pytest.mark.parametrize("fault", _PASSING)
def test_a_fault_on_every_other_request_does_not_show(workplace: Workplace, site: Site, fault: Fault) -> None:
    site.breaks = lambda number, _: fault if number % 2 == 0 else None
    workplace.write("base")
    built = workplace.run("build", "--until=publish")
    assert (built.returncode, "1 built in" in built.stdout) == (0, True), built.stderr
    assert len(_images(site)) == 1
    again = workplace.run("build", "--until=publish")
    assert (again.returncode, "1 reused in" in again.stdout, len(_images(site))) == (0, True, 1), again.stderr


def test_faults_that_last_end_the_run_by_its_deadline_and_build_nothing(workplace: Workplace, site: Site) -> None:
    """All at once, because each waits for the deadline of a call."""
    workplace.write(*_LASTING, "late")
    first = workplace.run("build", "--until=publish", *(f"--select={workplace.image(name)}" for name in _LASTING))
    assert first.returncode == 0, first.stderr
    built = list(site.pushes)

    def breaks(_: int, request: Request) -> Fault | None:
        image = request.path.removeprefix("/v2/jupyter/").partition("/")[0]
        if image == workplace.image("late"):
            # Nobody can be asked any more once docker has pushed.
            return Fault.STATUS_503 if any(image in path for path in site.pushes) else None
        return _LASTING[image.removesuffix(f"-{workplace.mark}")]

    site.breaks = breaks
    names = [*_LASTING, "late"]
    with ThreadPoolExecutor(len(names)) as pool:
        runs = pool.map(
            lambda name: workplace.run("build", "--until=publish", f"--select={workplace.image(name)}"), names
        )
        ends = dict(zip(names, runs, strict=True))
    for name in _LASTING:
        assert ends[name].returncode == 20, ends[name].stderr
        assert "this says nothing about what the registry holds" in ends[name].stderr
    assert ends["late"].returncode == 10
    assert "this says nothing about what the registry holds" in ends["late"].stderr
    pushed = [path for path in site.pushes if path not in built]
    assert len(pushed) == len(site.pushes) - len(built) == 1

    site.reset()
    healed = workplace.run("build", "--until=publish")
    assert (healed.returncode, f"{len(names)} reused in" in healed.stdout, site.pushes) == (0, True, []), healed.stderr


def test_content_that_is_altered_under_way_is_refused(workplace: Workplace, site: Site) -> None:
    workplace.write("base")
    assert workplace.run("build", "--until=publish").returncode == 0
    site.breaks = lambda *_: Fault.FLIP
    altered = workplace.run("build", "--until=publish")
    assert (altered.returncode, "alters content" in altered.stderr) == (22, True)
    assert len(_images(site)) == 1
