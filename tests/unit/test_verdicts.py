from dataclasses import replace

import pytest

from hubwright.verdicts import Evidence, Finding, Standing, Trial, conclude

_SEEN = Evidence(check="HOME", expected="/home/jovyan", seen="/home/jovyan", where="home, cell 3")
_WRONG = Finding(where="home, cell 3", expected="'/home/jovyan'", seen="'/'")
_HOME = Trial(name="home", evidence=(_SEEN,), findings=(), seconds=1)
_GPU = replace(_HOME, name="devices-nvidia")


def test_all_that_was_expected_and_nothing_wrong_is_proven() -> None:
    assert conclude([_HOME], frozenset({"home"}), needs_hardware=False) == (Standing.PROVEN, "")


def test_one_finding_fails_all_and_is_told_with_its_place() -> None:
    standing, reason = conclude(
        [_GPU, replace(_HOME, findings=(_WRONG, _WRONG))], frozenset({"home"}), needs_hardware=False
    )
    assert standing is Standing.FAILED
    assert reason == "home, cell 3: expected '/home/jovyan', saw '/' (and 1 more)"


@pytest.mark.parametrize("trials", [[], [_GPU], [replace(_HOME, evidence=())]])
def test_silence_is_failure(trials: list[Trial]) -> None:
    assert conclude(trials, frozenset({"home"}), needs_hardware=False) == (
        Standing.FAILED,
        "nothing was seen of home",
    )


def test_devices_that_nothing_used_prove_nothing_about_them() -> None:
    expected = frozenset({"devices-nvidia"})
    assert conclude([_GPU], expected, needs_hardware=True)[0] is Standing.WITHOUT_HARDWARE
    assert conclude([replace(_GPU, hardware=True)], expected, needs_hardware=True)[0] is Standing.PROVEN
