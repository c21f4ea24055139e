"""The shipped base image keeps the contract, and is as it was afterwards."""

from helpers.contract_bench import Bench


def test_the_base_image_keeps_the_contract(bench: Bench) -> None:
    with bench.container(bench.base_image) as container:
        before = bench.docker.docker("diff", container)
        trial = bench.check(bench.subject(container))
        assert bench.docker.docker("diff", container) == before
    assert trial.findings == ()
    assert trial.passed
    assert {evidence.where.rpartition("/")[0] for evidence in trial.evidence} == {
        "hubwright/every",
        "hubwright/locked",
        "tests/contract/base",
    }


def test_an_image_from_elsewhere_is_checked_as_far_as_anything_is_known_of_it(bench: Bench) -> None:
    with bench.container(bench.base_image) as container:
        trial = bench.check(bench.subject(container, versions=None), {})
    (finding,) = trial.findings
    assert finding.where == "hubwright/every/test_files.py::test_no_world_writable_paths"
    assert {evidence.where.rpartition("/")[0] for evidence in trial.evidence} == {"hubwright/every"}
