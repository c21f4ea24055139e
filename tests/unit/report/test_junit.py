"""What shows test results reads, and that nothing passes there which was not seen to."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from account_strategies import HOSTILE, accounts
from accounts import COMMON, account, failed_start, failed_trial, image, shown, start, trial
from hubwright.account import Account, Became, Said, Wrong
from hubwright.report.junit import report_junit
from hubwright.verdicts import Standing
from strategies import STEADY_FEW

# XML 1.0 has no way to write these, not even as a reference.
_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|&#")
# What the schema that Jenkins ships, and whoever reads the same files, lets stand where; all of it is optional there.
_WITHIN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "skipped", "system-out"},
    "failure": set[str](),
    "skipped": set[str](),
    "system-out": set[str](),
}
_SAYS = {
    "testsuites": {"name"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    "testcase": {"name", "classname", "time"},
    "failure": {"message"},
    "skipped": {"message"},
    "system-out": set[str](),
}


def _read(made: Account) -> ET.Element:
    written = report_junit(made)
    assert not _FORBIDDEN.search(written.decode())
    return ET.fromstring(written)  # noqa: S314 - written a line above


def _became(made: Account, suite: str = "lab") -> dict[str, str]:
    """Return what became of each case of a suite."""
    cases = _read(made).findall(f"testsuite[@name='{suite}']/testcase")
    return {case.get("name", ""): next((each.tag for each in case if each.tag != "system-out"), "") for case in cases}


@given(accounts)
@STEADY_FEW
def test_every_account_is_a_file_of_the_common_form(made: Account) -> None:
    root = _read(made)
    for parent in root.iter():
        assert {child.tag for child in parent} <= _WITHIN[parent.tag]
        assert set(parent.attrib) == _SAYS[parent.tag]
    for suite in root:
        told = [next((each.tag for each in case if each.tag != "system-out"), "") for case in suite]
        assert suite.get("tests") == str(len(told))
        assert (suite.get("failures"), suite.get("skipped")) == (
            str(told.count("failure")),
            str(told.count("skipped")),
        )


@given(accounts)
@STEADY_FEW
def test_what_is_not_well_never_looks_well(made: Account) -> None:
    counts = {each.get("name"): each for each in _read(made)}
    failures = sum(int(suite.get("failures", "")) for suite in counts.values())
    wrong = (
        bool(made.wrong or made.unread)
        or any(each.became is Became.FAILED for each in made.images)
        or any(each.standing is Standing.FAILED and each.planned for each in made.starts)
    )
    assert failures or not wrong


def test_each_planned_trial_is_a_case_of_its_start() -> None:
    root = _read(account())
    assert [suite.get("name") for suite in root] == ["hubwright", "images", "lab"]
    assert _became(account()) == dict.fromkeys(COMMON, "")
    case = root.find("testsuite[@name='lab']/testcase[@name='home']")
    assert case is not None
    assert (case.get("classname"), case.get("time")) == ("lab", "2.400")
    assert (case.findtext("system-out") or "").splitlines() == [
        'home, cell 2: home answers: expected "True", saw "True"',
        'home, cell 3: HOME: expected "/home/jovyan", saw "/home/jovyan"',
    ]


def test_a_failure_says_where_and_what_to_do_and_what_came_after_was_not_held() -> None:
    made = account(starts=(failed_start(),))
    assert _became(made) == {
        "start": "",
        "server-outside": "",
        "home": "failure",
        "contract": "skipped",
        "used home": "skipped",
        "network home": "skipped",
    }
    failure = _read(made).find(".//failure")
    assert failure is not None
    assert failure.get("message") == "none"
    assert failure.text == "home, cell 2\nexpected: a home\nseen: none\nto do: Mount one"


@pytest.mark.parametrize(
    "shown, became",
    [
        (trial("home"), ""),
        (trial("home", evidence=()), "failure"),
        (trial("home", findings=(Wrong(where="a", expected="b", seen="c"),)), "failure"),
        (trial("home", passed=False), "failure"),
        (failed_trial("home"), "failure"),
    ],
)
def test_a_trial_passes_only_with_evidence(shown: Any, became: str) -> None:
    made = account(starts=(start(planned=("home",), trials=(shown,)),))
    assert _became(made) == {"home": became}


def test_a_trial_that_nothing_was_seen_of_is_a_failure() -> None:
    assert _became(account(starts=(start(trials=(trial("start"),), planned=("start", "home")),))) == {
        "start": "",
        "home": "failure",
    }


def _unrehearsed(standing: Standing, **changes: Any) -> Account:
    fields = {"rehearsed": False, "trials": (), "planned": ("start", "home"), "reason": "why", **changes}
    return account(starts=(start(standing=standing, **fields),))


def _said(*failed: str, **changes: Any) -> Said:
    fields: dict[str, Any] = {"digest": start().digest, "standing": Standing.FAILED, **changes}
    return Said(on="2026-11-21T12:00:00Z", failed=failed, size=None, **fields)


@pytest.mark.parametrize(
    "made, became",
    [
        (_unrehearsed(Standing.PROVEN), {"start": "", "home": ""}),
        (_unrehearsed(Standing.WITHOUT_HARDWARE), {"start": "", "home": "", "hardware": "skipped"}),
        (_unrehearsed(Standing.NOT_TESTED), {"start": "skipped", "home": "skipped"}),
        (_unrehearsed(Standing.FAILED), {"start": "failure", "home": "failure"}),
        (_unrehearsed(Standing.FAILED, history=(_said("home"),)), {"start": "skipped", "home": "failure"}),
        (_unrehearsed(Standing.FAILED, history=(_said("gone"),)), {"start": "failure", "home": "failure"}),
        (
            _unrehearsed(Standing.FAILED, history=(_said("home", digest="sha256:old"),)),
            {"start": "failure", "home": "failure"},
        ),
    ],
)
def test_what_was_not_rehearsed_now_is_as_the_registry_says(made: Account, became: dict[str, str]) -> None:
    assert _became(made) == became


def test_a_failed_verdict_fails_also_where_each_trial_passed() -> None:
    made = account(starts=(start(standing=Standing.FAILED, reason="nothing was seen of b"),))
    assert _became(made)["verdict"] == "failure"


@pytest.mark.parametrize(
    "became, case",
    [
        (Became.BUILT, ""),
        (Became.REUSED, ""),
        (Became.FAILED, "failure"),
        (Became.WITHHELD, "skipped"),
        (Became.BLOCKED, "skipped"),
        (Became.NOT_BEGUN, "skipped"),
    ],
)
def test_an_image_that_is_not_there_does_not_pass(became: Became, case: str) -> None:
    assert _became(account(images=(image(became=became, digest=None),)), "images") == {"base": case}


@pytest.mark.parametrize(
    "changes, became",
    [
        ({}, ""),
        ({"command": ""}, "skipped"),
        ({"wrong": ("a",)}, "failure"),
        ({"unread": ("a",)}, "failure"),
    ],
)
def test_the_run_is_a_case_too(changes: dict[str, Any], became: str) -> None:
    assert _became(account(**changes), "hubwright") == {"run": became}


def test_much_evidence_and_long_words_are_cut() -> None:
    told = trial("home", evidence=tuple(shown(seen="x" * 1000) for _ in range(60)))
    root = _read(account(starts=(start(planned=("home",), trials=(told,)),), wrong=("a\n" * 1000,)))
    said = (root.findtext(".//testsuite[@name='lab']/testcase/system-out") or "").splitlines()
    assert (len(said), said[-1]) == (51, "and 10 more")
    assert len(said[0]) < 200
    failure = root.findtext(".//failure") or ""
    assert failure.endswith("and 801 lines more")


@pytest.mark.parametrize("foreign", HOSTILE)
def test_hostile_text_is_told_and_harmless(foreign: str) -> None:
    wrong = Wrong(where=foreign, expected=foreign, seen=foreign, advice=foreign)
    broken = failed_trial(foreign, findings=(wrong,), evidence=(shown(check=foreign, seen=[foreign]),))
    made = account(
        starts=(start(foreign, planned=(foreign,), trials=(broken,)),),
        images=(image(foreign, became=Became.FAILED, error=foreign),),
        wrong=(foreign,),
    )
    assert [len(suite) for suite in _read(made)] == [1, 1, 1]
