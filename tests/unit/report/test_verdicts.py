import json
from dataclasses import replace
from pathlib import Path

from hubwright.report.verdicts import findings_text, verdict_closing, verdict_table, verdicts_json
from hubwright.verdicts import Evidence, Finding, Standing, Trial, Verdict

_DIGEST = "sha256:" + "ab" * 32
_SEEN = Evidence(check="HOME", expected="/home/jovyan", seen="/home/jovyan", where="home, cell 3")
_WRONG = Finding(
    where="home, cell 5", expected="True", seen="False\x1b[2J\nTraceback", advice="give the home to gid 100"
)
_HOME = Trial(name="home", evidence=(_SEEN,), findings=(), seconds=1.25, executed=Path("out/lab/home.ipynb"))
_PROVEN = Verdict(
    offer="lab", variant="base", digest=_DIGEST, standing=Standing.PROVEN, reason="", trials=(_HOME,), seconds=4.5
)
_FAILED = replace(
    _PROVEN,
    offer="spark",
    variant="pyspark",
    standing=Standing.FAILED,
    reason="home",
    trials=(replace(_HOME, findings=(_WRONG,)),),
)
_UNTESTED = Verdict(
    offer="trainium",
    variant="neuron",
    digest="",
    standing=Standing.NOT_TESTED,
    reason="withheld",
    trials=(),
    seconds=0.0,
)


def test_a_row_for_every_start() -> None:
    assert verdict_table([_PROVEN, _FAILED, _UNTESTED]).rows == (
        ("lab", "base", "sha256:abababababab", "proven", "4.5 s", ""),
        ("spark", "pyspark", "sha256:abababababab", "failed", "4.5 s", "home"),
        ("trainium", "neuron", "", "not tested", "", "withheld"),
    )


def test_the_closing_line_counts_verdicts_and_checks() -> None:
    assert verdict_closing([_PROVEN, _FAILED, _UNTESTED], 9.04) == (
        "1 proven, 1 failed, 1 not tested: 2 checks in 9.0 s"
    )
    assert verdict_closing([], 0.0) == "nothing to rehearse: 0 checks in 0.0 s"


def test_a_finding_says_where_what_and_what_to_do() -> None:
    assert findings_text([_PROVEN, _FAILED, _UNTESTED]).splitlines() == [
        "spark failed:",
        "  home, cell 5",
        "    expected: True",
        "    seen:     False\\x1b[2J",
        "              Traceback",
        "    to do:    give the home to gid 100",
    ]


def test_a_finding_without_advice_and_a_failure_without_findings() -> None:
    bare = replace(_FAILED, trials=(replace(_HOME, findings=(replace(_WRONG, advice=""),)),))
    silent = replace(_FAILED, trials=(), reason="nothing was seen of home\x07")
    assert "to do" not in findings_text([bare])
    assert findings_text([silent]) == "spark failed: nothing was seen of home\\x07"


def test_json_holds_everything_that_was_seen() -> None:
    document = json.loads(verdicts_json([_FAILED, _UNTESTED]))
    spark, trainium = document["verdicts"]
    assert (spark["profile"], spark["verdict"], spark["digest"]) == ("spark", "failed", _DIGEST)
    (trial,) = spark["trials"]
    assert (trial["name"], trial["passed"], trial["executed"]) == ("home", False, "out/lab/home.ipynb")
    assert trial["evidence"][0]["where"] == "home, cell 3"
    assert trial["findings"][0]["advice"] == "give the home to gid 100"
    assert (trainium["digest"], trainium["trials"]) == (None, [])


def test_half_a_character_does_not_keep_programs_from_being_told() -> None:
    trial = replace(_HOME, evidence=(replace(_SEEN, seen="/home/\ud800"),))
    (told,) = json.loads(verdicts_json([replace(_PROVEN, trials=(trial,))]).encode())["verdicts"]
    assert told["trials"][0]["evidence"][0]["seen"] == "/home/\ufffd"
