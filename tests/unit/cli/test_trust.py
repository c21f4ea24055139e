"""Whose proofs count, and who signs: for the registry of this machine, and for any other."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.aws import REGISTRY, FakeAws
from fakes.registry import FakeRegistry
from fakes.web import Broken, Reply, Request, serve
from hubwright.cli.trust import KEYS_FILE, open_trust, require_signer
from hubwright.errors import ProofKeysError, SigningError, TreeError
from hubwright.pipeline.destination import Destination
from hubwright.proof.pem import own_signer, public_pem
from hubwright.proof.statement import PREDICATE_TYPE
from hubwright.variables import SIGNING_KEY
from proofs import signer

ALIAS = "awskms:///alias/proofs"
ARN = "awskms:///arn:aws:kms:eu-central-1:111122223333:key/1234"


@pytest.fixture
def destination() -> Destination:
    return Destination(registry=FakeRegistry(), host="host:1", prefix="jupyter")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/hubwright"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def write_list(root: Path) -> None:
    pem = "".join(f"      {line}\n" for line in public_pem(signer("ours").public_key).decode().splitlines())
    fields = f"    predicate: {PREDICATE_TYPE}\n    repositories: jupyter\n    valid_from: 2026-01-01\n"
    (root / KEYS_FILE).write_text(f"version: 1\nkeys:\n  production:\n    public_key: |\n{pem}{fields}")


def test_the_registry_of_this_machine_trusts_its_own_key(root: Path, cache: Path, destination: Destination) -> None:
    trust = open_trust("embedded", root, destination, None)
    [own] = trust.keys

    assert trust.signer().public_key == own.public_key
    assert own.public_key == own_signer(cache, say=pytest.fail).public_key
    assert own.allows("jupyter/base", PREDICATE_TYPE)
    assert own.valid_at("2026-11-21T00:00:00Z")


@pytest.mark.usefixtures("cache")
def test_the_list_beside_the_matrix_counts_for_every_registry(root: Path, destination: Destination) -> None:
    write_list(root)

    assert [key.name for key in open_trust("embedded", root, destination, None).keys] == ["this-machine", "production"]
    assert [key.name for key in open_trust("ecr", root, destination, REGISTRY).keys] == ["production"]


def test_without_a_list_nothing_is_trusted_at_another_registry(
    root: Path, cache: Path, destination: Destination
) -> None:
    with pytest.raises(ProofKeysError, match=r"proof-keys.yaml:1:1: there is no such file beside the matrix"):
        open_trust("ecr", root, destination, REGISTRY)

    assert not cache.exists()


def test_a_list_that_is_a_link_is_no_list(root: Path, destination: Destination) -> None:
    (root / KEYS_FILE).symlink_to("/dev/null")

    with pytest.raises(TreeError, match=KEYS_FILE):
        open_trust("ecr", root, destination, REGISTRY)


def test_the_signer_is_looked_for_when_it_is_needed(
    root: Path, cache: Path, destination: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_list(root)
    cache.mkdir(parents=True)
    own = own_signer(cache, say=lambda _: None)
    monkeypatch.delenv(SIGNING_KEY, raising=False)

    trust = open_trust("ecr", root, destination, REGISTRY)
    with pytest.raises(SigningError, match="HUBWRIGHT_SIGNING_KEY is not set, so nothing can be signed; set it to the"):
        trust.signer()
    monkeypatch.setenv(SIGNING_KEY, str(cache / "proof-key.pem"))

    assert trust.signer().public_key == own.public_key


@pytest.mark.parametrize(
    "named, message",
    [
        ("/nowhere/key.pem", "/nowhere/key.pem: No such file or directory"),
        ("gcpkms://x", "HUBWRIGHT_SIGNING_KEY is gcpkms://x; expected the path of a file, or an address that begins"),
    ],
)
def test_a_signer_that_is_not_there_is_told(
    root: Path, destination: Destination, monkeypatch: pytest.MonkeyPatch, named: str, message: str
) -> None:
    write_list(root)
    monkeypatch.setenv(SIGNING_KEY, named)

    with pytest.raises(SigningError, match=message):
        open_trust("ecr", root, destination, REGISTRY).signer()


def test_a_signer_whose_word_does_not_count_is_refused(root: Path, cache: Path, destination: Destination) -> None:
    write_list(root)
    own = own_signer(cache, say=lambda _: None)
    trust = replace(open_trust("ecr", root, destination, REGISTRY), signer=lambda: own)

    with pytest.raises(SigningError, match="is not pinned for jupyter/base, so nobody would accept its proofs"):
        require_signer(trust, {"jupyter/base"})


def test_of_nothing_that_is_signed_nobody_has_to_be_there_to_sign(root: Path, destination: Destination) -> None:
    write_list(root)
    trust = replace(open_trust("ecr", root, destination, REGISTRY), signer=lambda: pytest.fail("nothing is signed"))

    require_signer(trust, set())


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Serve AWS's key service on loopback; give what its requests were signed for."""
    public = base64.b64encode(signer("ours").public_key).decode()
    aws = FakeAws(script={"GetPublicKey": lambda _: {"PublicKey": public}})
    signed_for: list[str] = []

    def answer(request: Request) -> Reply | Broken:
        signed_for.append(request.headers["authorization"])
        return aws.answer(request)

    with serve(answer) as server:
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://{server.host}",
            "AWS_ACCESS_KEY_ID": "AKIAPLANTED",
            "AWS_SECRET_ACCESS_KEY": "planted",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_DEFAULT_REGION": "ap-southeast-2",
        }.items():
            monkeypatch.setenv(name, value)
        yield signed_for


@pytest.mark.parametrize("named, region", [(ALIAS, REGISTRY.region), (ARN, "eu-central-1")])
def test_a_key_of_kms_is_asked_for_in_its_region_and_once(
    root: Path, destination: Destination, monkeypatch: pytest.MonkeyPatch, *, asked: list[str], named: str, region: str
) -> None:
    write_list(root)
    monkeypatch.setenv(SIGNING_KEY, named)

    trust = open_trust("ecr", root, destination, REGISTRY)
    assert asked == []
    public = {trust.signer().public_key for _ in range(2)}

    assert public == {signer("ours").public_key}
    assert len(asked) == 1
    assert f"/{region}/kms/aws4_request" in asked[0]


def test_without_a_registry_that_names_one_the_region_is_as_aws_is_configured(
    root: Path, destination: Destination, monkeypatch: pytest.MonkeyPatch, asked: list[str]
) -> None:
    write_list(root)
    monkeypatch.setenv(SIGNING_KEY, ALIAS)

    open_trust("ecr", root, destination, None).signer()

    assert "/ap-southeast-2/kms/" in asked[0]
