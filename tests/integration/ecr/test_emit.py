"""Proofs at ECR: whose count is in the repository, and who signs is in the environment."""

import json
from pathlib import Path

import pytest

from fakes.aws import HOST
from helpers.ecr_site import Site
from helpers.workplace import Workplace
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.duties import duties
from hubwright.pipeline.planning import prepare
from hubwright.planned import Absent
from hubwright.proof.attach import Notary
from hubwright.proof.keys_file import read_keys
from hubwright.proof.pem import load_signer, own_signer, public_pem
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.registries.timing import Timing
from hubwright.tree import DiskTree
from proofs import claim

_KEYS = """\
version: 1
keys:
  nightly:
    public_key: |
{pem}
    predicate: https://in-toto.io/attestation/test-result/v0.1
    repositories: jupyter
    valid_from: 2026-01-01
"""


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Give a private key in PEM."""
    own_signer(tmp_path, say=lambda _: None)
    return tmp_path / "proof-key.pem"


def _pin(workplace: Workplace, key: Path) -> None:
    pem = public_pem(load_signer(key).public_key).decode()
    text = _KEYS.format(pem="\n".join(f"      {line}" for line in pem.splitlines()))
    (workplace.root / "proof-keys.yaml").write_text(text)


def _prove(workplace: Workplace, key: Path) -> str:
    """Sign that the one start of the repository passed, as a rehearsal would; return the image's digest."""
    registry = OciRegistry(Endpoint(host=workplace.site.upstream))
    destination = Destination(registry=registry, host=HOST, prefix="jupyter")
    with DiskTree(workplace.root) as tree:
        prepared = prepare(tree, "matrix.yaml", ())
    plan = prepared.plan({name: Absent() for name in prepared.fingerprints}, {})
    duty = duties(plan, destination)["lab"]
    subject = registry.resolve(duty.repository, plan.nodes[0].fingerprint.tag)
    assert subject is not None
    said = claim(
        duty.repository,
        digest=subject.digest,
        smoke_set=duty.smoke_set,
        shape=duty.shape,
        fingerprint=duty.fingerprint,
        passed=duty.expectation(subject.digest).tests,
    )
    keys = read_keys((workplace.root / "proof-keys.yaml").read_bytes(), "proof-keys.yaml")
    notary = Notary(registry=registry, signer=load_signer(key), keys=keys, timing=Timing())
    notary.attach(said, duty.expectation(subject.digest), subject)
    return subject.digest


def test_what_is_proven_at_ecr_is_offered_with_its_true_name(workplace: Workplace, site: Site, key: Path) -> None:
    workplace.write("base")
    built = workplace.run("build", "--until=publish")
    assert built.returncode == 0, built.stderr
    _pin(workplace, key)
    refused = workplace.run("emit")
    assert (refused.returncode, "nothing is proven about its image yet" in refused.stderr) == (16, True)

    digest = _prove(workplace, key)
    emitted = workplace.run("emit", "--strict")
    assert emitted.returncode == 0, emitted.stderr
    (profile,) = json.loads((workplace.root / "out/profile_list.json").read_text())
    assert profile["kubespawner_override"]["image"] == f"{HOST}/jupyter/{workplace.image('base')}@{digest}"
    assert list(site.memory.iterdir()) == []

    history = workplace.run("history", "lab")
    assert (history.returncode, digest[:19] in history.stdout) == (0, True), history.stderr


def test_a_strangers_proof_counts_nowhere(workplace: Workplace, key: Path, tmp_path: Path) -> None:
    workplace.write("base")
    assert workplace.run("build", "--until=publish").returncode == 0
    _pin(workplace, key)
    _prove(workplace, key)
    other = tmp_path / "other"
    other.mkdir()
    own_signer(other, say=lambda _: None)
    _pin(workplace, other / "proof-key.pem")
    refused = workplace.run("emit")
    assert refused.returncode == 16, refused.stdout
    assert "no key that is pinned signed it" in refused.stderr
    assert not (workplace.root / "out/profiles.yaml").exists()


def test_the_doctor_says_whose_proofs_count_and_who_signs(workplace: Workplace, key: Path, tmp_path: Path) -> None:
    workplace.write("base")

    def keys(**variables: str) -> tuple[str, str]:
        done = workplace.run("doctor", "--json", **variables)
        (found,) = [each for each in json.loads(done.stdout)["checks"] if each["check"] == "keys"]
        return found["state"], found["seen"]

    assert keys()[0] == "warn"
    _pin(workplace, key)
    assert keys() == (
        "warn",
        "what nightly signed counts for jupyter; HUBWRIGHT_SIGNING_KEY is not set, so nothing can be signed here",
    )
    assert keys(HUBWRIGHT_SIGNING_KEY=str(key))[0] == "ok"
    (tmp_path / "other").mkdir()
    own_signer(tmp_path / "other", say=lambda _: None)
    assert keys(HUBWRIGHT_SIGNING_KEY=str(tmp_path / "other/proof-key.pem"))[0] == "fail"


def test_nobody_builds_for_hours_to_hear_that_there_is_no_key(workplace: Workplace, site: Site, key: Path) -> None:
    workplace.write("base")
    listless = workplace.run("build")
    assert (listless.returncode, "proof-keys.yaml:1:1" in listless.stderr) == (61, True), listless.stderr
    _pin(workplace, key)
    keyless = workplace.run("build")
    assert (keyless.returncode, "HUBWRIGHT_SIGNING_KEY is not set" in keyless.stderr) == (60, True), keyless.stderr
    assert site.pushes == []
