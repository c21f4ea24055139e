import json
import subprocess
from typing import Any

from fakes.aws import refusal
from fakes.fault_proxy import Fault
from fakes.web import Request
from helpers.ecr_site import Site
from helpers.workplace import Workplace
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.roots import BootstrappedRoot, LockedPackage, SignedRelease

SCRATCH = "jupyter/scratch/probe"
_RELEASE = SignedRelease(name="trixie", date="2026-01-10T00:00:00Z", sha256="0" * 64)
_PACKAGE = LockedPackage(name="dash", version="1", architecture="amd64", sha256="0" * 64, path="dash.deb")


def _prepare(workplace: Workplace) -> None:
    root = BootstrappedRoot(suite="trixie", releases=(_RELEASE,), packages=(_PACKAGE,))
    workplace.write("base", foundation="{bootstrap: {suite: trixie}}", root=root)


def _checks(done: subprocess.CompletedProcess[str]) -> dict[str, dict[str, str]]:
    return {each["check"]: each for each in json.loads(done.stdout)["checks"]}


def _left_in_scratch(site: Site) -> set[str]:
    """Return the digests that this test's probes pushed and that are still there."""
    registry = OciRegistry(Endpoint(host=site.upstream))
    tags = {request.path.rpartition("/")[2] for request in site.requests if "/manifests/probe-" in request.path}
    return {found.digest for tag in tags if (found := registry.resolve(SCRATCH, tag))}


def test_a_site_that_is_in_order(workplace: Workplace, site: Site) -> None:
    _prepare(workplace)
    done = workplace.run("doctor", "--json")
    checks = _checks(done)
    assert {name for name, each in checks.items() if each["state"] == "fail"} == set(), done.stdout
    assert done.returncode == 0
    assert {name: checks[name]["state"] for name in ("aws", "repositories", "registry", "proofs")} == dict.fromkeys(
        ("aws", "repositories", "registry", "proofs"), "ok"
    )
    assert f"a build creates jupyter/{workplace.image('base')}" in checks["repositories"]["seen"]
    assert checks["proofs"]["seen"].startswith("tag: ")
    made = site.repositories.made
    assert SCRATCH in made
    assert f"jupyter/{workplace.image('base')}" not in made
    assert json.loads(site.repositories.lifecycles[SCRATCH])["rules"][0]["selection"]["countNumber"] == 1
    assert site.aws.asked.count("BatchDeleteImage") == 2
    assert _left_in_scratch(site) == set()
    assert "proofs                            ok" in workplace.run("doctor").stdout


def test_another_account_is_told_once_and_nothing_else_is_asked(workplace: Workplace, site: Site) -> None:
    _prepare(workplace)
    site.aws.account = "999988887777"
    done = workplace.run("doctor", "--json")
    checks = _checks(done)
    assert (done.returncode, done.stderr) == (12, "error: aws failed; what to do is said there\n")
    assert checks["aws"]["state"] == "fail"
    assert {checks[name]["state"] for name in ("repositories", "registry", "proofs")} == {"not asked"}
    assert site.requests == []


def test_a_probe_that_breaks_half_way_leaves_nothing_behind(workplace: Workplace, site: Site) -> None:
    """From the first time that the proof is asked for, its tag answers nothing but 500."""
    _prepare(workplace)

    def breaks(_: int, request: Request) -> Fault | None:
        return Fault.STATUS_500 if request.path.endswith("-proof") else None

    site.breaks = breaks
    done = workplace.run("doctor", "--json")
    checks = _checks(done)
    assert (done.returncode, checks["proofs"]["state"]) == (12, "fail")
    assert "it answered 500" in checks["proofs"]["seen"]
    assert _left_in_scratch(site) == set()


def test_what_may_not_be_deleted_is_told(workplace: Workplace, site: Site) -> None:
    _prepare(workplace)

    def refuse(_: Any) -> Any:
        return refusal("AccessDeniedException", "not allowed to perform ecr:BatchDeleteImage")

    site.aws.script["BatchDeleteImage"] = refuse
    done = workplace.run("doctor", "--json")
    proofs = _checks(done)["proofs"]
    assert (done.returncode, proofs["state"]) == (0, "warn")
    assert all(digest in proofs["seen"] for digest in _left_in_scratch(site))
    assert len(_left_in_scratch(site)) == 2
    assert "lifecycle policy deletes what is left" in proofs["advice"]
