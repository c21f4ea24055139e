import json

import pytest

from hubwright.cli.verdicts import show_verdicts, wrong_with_verdicts
from hubwright.errors import HubError, HubwrightError, PullError, UnprovenError, WithheldError, raise_first
from hubwright.verdicts import Finding, Standing, Trial, Verdict

_WRONG = Trial(
    name="home", evidence=(), findings=(Finding(where="home, cell 4", expected="True", seen="False"),), seconds=1.0
)


def _verdict(offer: str, standing: Standing, reason: str = "", *trials: Trial) -> Verdict:
    return Verdict(offer=offer, variant="base", digest="", standing=standing, reason=reason, trials=trials, seconds=1.0)


_PROVEN = _verdict("lab", Standing.PROVEN)
_ELSEWHERE = _verdict("gpu", Standing.WITHOUT_HARDWARE, "no such device on this machine")
_FAILED = _verdict("data", Standing.FAILED, "home, cell 4: expected True, saw False", _WRONG)
_UNTESTED = _verdict("neuron", Standing.NOT_TESTED, "its image is withheld: no source")
_DIED, _NOT_PULLED = HubError("the hub died"), PullError("it could not be pulled")


@pytest.mark.parametrize(
    "verdicts, errors, strict",
    [
        ([], [], True),
        ([_PROVEN, _ELSEWHERE], [], True),
        ([_PROVEN, _UNTESTED], [], False),
    ],
)
def test_nothing_is_raised_where_all_is_as_it_should_be(
    verdicts: list[Verdict],
    errors: list[HubwrightError],
    strict: bool,  # noqa: FBT001 - a case
) -> None:
    assert wrong_with_verdicts(verdicts, errors, strict=strict) == []


@pytest.mark.parametrize(
    "verdicts, errors, kind, code, said",
    [
        ([_PROVEN, _FAILED], [], UnprovenError, 13, "data failed:\n  home, cell 4\n    expected: True"),
        ([_FAILED, _UNTESTED], [_DIED], UnprovenError, 13, "seen:     False\n\nthe hub died"),
        ([_UNTESTED], [_NOT_PULLED, _DIED], PullError, 52, "it could not be pulled"),
        ([_UNTESTED], [_DIED], HubError, 51, "the hub died"),
        ([_PROVEN, _UNTESTED], [], WithheldError, 11, "neuron: its image is withheld: no source"),
    ],
)
def test_the_worst_of_a_run_is_its_error(
    verdicts: list[Verdict], errors: list[HubwrightError], kind: type[HubwrightError], code: int, said: str
) -> None:
    with pytest.raises(kind) as failure:
        raise_first(wrong_with_verdicts(verdicts, errors, strict=True))
    assert failure.value.exit_code == code
    assert said in str(failure.value)


def test_people_are_shown_a_table_and_programs_everything(capsys: pytest.CaptureFixture[str]) -> None:
    show_verdicts([_PROVEN, _FAILED], as_json=False, seconds=2.0)
    table = capsys.readouterr().out
    assert "1 proven, 1 failed: 0 checks in 2.0 s" in table
    assert table.index("lab") < table.index("data")

    show_verdicts([_PROVEN, _FAILED], as_json=True, seconds=2.0)
    document = json.loads(capsys.readouterr().out)
    assert [(each["profile"], each["verdict"]) for each in document["verdicts"]] == [
        ("lab", "proven"),
        ("data", "failed"),
    ]
    (finding,) = document["verdicts"][1]["trials"][0]["findings"]
    assert (finding["where"], finding["seen"]) == ("home, cell 4", "False")
