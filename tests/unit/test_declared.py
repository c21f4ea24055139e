import pytest

from hubwright.declared import Declared, read_declared


def test_what_is_declared_is_read() -> None:
    metadata = {"hubwright": {"checks": ["a"], "hardware_checks": ["b", "c"], "needs": ["spark-cluster"]}}
    assert read_declared(metadata) == Declared(checks=("a",), hardware_checks=("b", "c"), needs=("spark-cluster",))


def test_a_notebook_may_declare_nothing() -> None:
    assert read_declared({}) == read_declared({"hubwright": {}}) == Declared()


@pytest.mark.parametrize(
    "given, why",
    [
        ([], "its metadata `hubwright` are no object"),
        ({"check": []}, "hold 'check', which is none of checks, hardware_checks, needs"),
        ({"checks": "a"}, "`hubwright.checks` are no list of names"),
        ({"checks": [1]}, "`hubwright.checks` are no list of names"),
        ({"checks": [""]}, "`hubwright.checks` are no list of names"),
        ({"hardware_checks": ["a", "a"]}, "`hubwright.hardware_checks` name 'a' twice"),
        ({"checks": ["a"], "hardware_checks": ["a"]}, "it declares 'a' with hardware and without"),
        ({"needs": ["a moon"]}, "it needs 'a moon', which is none of spark-cluster"),
    ],
)
def test_what_is_declared_otherwise_is_refused(given: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read_declared({"hubwright": given})
