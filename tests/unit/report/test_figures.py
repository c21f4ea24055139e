import pytest

from hubwright.report.figures import age, between, count, day, duration, moment, value

_NOW = "2026-01-31T02:41:10Z"


@pytest.mark.parametrize(
    "seconds, told",
    [
        (-1.0, "0.0 s"),
        (2.44, "2.4 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (607.8, "10 min 08 s"),
        (7261, "2 h 01 min"),
    ],
)
def test_durations(seconds: float, told: str) -> None:
    assert duration(seconds) == told


def test_times() -> None:
    assert [day(_NOW), day("yesterday, or before")] == ["31 Jan 2026", "yesterday,"]
    assert [moment("2026-01-31T04:41:10+02:00"), moment("2026-01-31T02:41:10"), moment("x")] == [
        "31 Jan 2026, 02:41 UTC",
        "31 Jan 2026, 02:41 UTC",
        "x",
    ]
    assert between("2026-01-31T02:31:10Z", _NOW) == pytest.approx(600)
    assert between("", _NOW) is None


@pytest.mark.parametrize(
    "on, told",
    [
        (_NOW, "today"),
        ("2026-01-30T23:59:00Z", "yesterday"),
        ("2026-01-22T00:00:00Z", "9 days ago"),
        ("2026-02-22T00:00:00Z", "today"),
        ("never", ""),
    ],
)
def test_ages(on: str, told: str) -> None:
    assert age(on, _NOW) == told


def test_words_for_numbers_and_values() -> None:
    assert [count(1, "start"), count(1200, "start"), count(2, "entry", "entries")] == [
        "1 start",
        "1,200 starts",
        "2 entries",
    ]
    assert [value("a"), value({"b": [1, None], "a": "ü"})] == ["a", '{"a": "ü", "b": [1, null]}']
