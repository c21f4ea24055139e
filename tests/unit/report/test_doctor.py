import json

from hubwright.doctor.interface import Finding, fail, not_asked, ok, warn
from hubwright.report.doctor import doctor_closing, doctor_json, doctor_table

FINDINGS = [
    Finding(check="engine", outcome=ok("it answers")),
    Finding(check="disk", outcome=warn("little room", "Free some")),
    Finding(check="registry", outcome=fail("refused\n  twice \x1b[31m. Try again")),
    Finding(check="proofs", outcome=not_asked("the registry comes first", "See `registry`")),
]


def test_each_check_is_one_line_that_steers_no_terminal() -> None:
    assert doctor_table(FINDINGS).rows == (
        ("engine", "ok", "it answers"),
        ("disk", "warn", "little room. Free some"),
        ("registry", "fail", "refused twice \\x1b[31m. Try again"),
        ("proofs", "not asked", "the registry comes first. See `registry`"),
    )


def test_the_closing_line_counts_what_there_is() -> None:
    assert doctor_closing(FINDINGS) == "1 ok, 1 warn, 1 fail, 1 not asked"
    assert doctor_closing(FINDINGS[:1]) == "1 ok"


def test_json_has_every_check_in_order() -> None:
    document = json.loads(doctor_json(FINDINGS))
    assert [(each["check"], each["state"]) for each in document["checks"]] == [
        ("engine", "ok"),
        ("disk", "warn"),
        ("registry", "fail"),
        ("proofs", "not asked"),
    ]
    assert document["checks"][1] == {"check": "disk", "state": "warn", "seen": "little room", "advice": "Free some"}
    assert doctor_json(FINDINGS) == doctor_json(FINDINGS)
