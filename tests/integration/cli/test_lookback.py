"""Looking back and going back, as people do it, at the registry of this machine."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fakes.content import push_image
from helpers.packages import take_packages
from hubwright.fingerprint import shape_fingerprint
from hubwright.pipeline.planning import Prepared, prepare
from hubwright.proof.attach import Notary
from hubwright.proof.decide import Expectation
from hubwright.proof.keys import PinnedKey
from hubwright.proof.pem import own_signer
from hubwright.proof.statement import PREDICATE_TYPE, Result
from hubwright.registries.embedded import EmbeddedRegistry, install_program
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.registries.timing import Timing
from hubwright.tree import DiskTree
from proofs import TESTS, claim

_KEPT = {name: value for name, value in os.environ.items() if name.startswith(("COVERAGE_", "PYTHONPATH"))}
IMAGE = "hubwright/base"
LAB = """\
  - {slug: lab, display_name: Lab, image: base, cpu: [0.5, 2], memory: [1G, 4G]}
  - slug: sized
    display_name: Sized
    image: base
    profile_options:
      size:
        display_name: Size
        choices:
          small: {display_name: Small, memory: 1G}
          large: {display_name: Large, memory: 8G}
"""


def day(days_ago: int) -> str:
    return (datetime.now(UTC).date() - timedelta(days=days_ago)).isoformat()


def hubwright(project: Path, cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-m", "hubwright", *arguments]
    bare = {"PATH": "/usr/bin:/bin", "XDG_CACHE_HOME": str(cache), "COLUMNS": "200", **_KEPT}
    return subprocess.run(argv, cwd=project, env=bare, capture_output=True, text=True, check=False, timeout=120)


@dataclass(frozen=True)
class Site:
    """A repository, and the registry that its commands find; the proofs in it are signed with the machine's own key."""

    project: Path
    cache: Path
    registry: EmbeddedRegistry

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return hubwright(self.project, self.cache, *arguments)

    def prepared(self) -> Prepared:
        with DiskTree(self.project) as tree:
            return prepare(tree, "matrix.yaml", ())

    def prove(self, name: str, start: str, days_ago: int, **changes: Any) -> str:
        """Push an image, be it today's by name, and attach a claim about a start of it; return its digest."""
        prepared, client = self.prepared(), OciRegistry(Endpoint(host=self.registry.start()))
        tag = prepared.fingerprints["base"].tag if name == "today" else f"fp-{hashed(name)}"
        subject = push_image(client, IMAGE, tag, name.encode())
        signer = own_signer(self.cache / "hubwright", say=lambda _: None)
        key = PinnedKey(
            name="any",
            public_key=signer.public_key,
            predicate=PREDICATE_TYPE,
            repositories="hubwright",
            valid_from="2000-01-01",
        )
        offers = {offer.name: offer for profile in prepared.matrix.profiles for offer in profile.offers}
        smoke_set = prepared.smoke_sets[start].hex if name == "today" else hashed(start + name)
        said = claim(
            IMAGE,
            digest=subject.digest,
            shape=shape_fingerprint(offers[start].shape).hex,
            smoke_set=smoke_set,
            finished_on=f"{day(days_ago)}T12:00:00Z",
            **changes,
        )
        expected = Expectation(image=IMAGE, digest=subject.digest, smoke_set=smoke_set, tests=TESTS)
        Notary(registry=client, signer=signer, keys=[key], timing=Timing()).attach(said, expected, subject)
        return subject.digest


def hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def site(project: Path, stock: Path, tmp_path: Path) -> Iterator[Site]:
    cache = tmp_path / "cache/hubwright"
    take_packages(stock, cache / "debian")
    matrix = project / "matrix.yaml"
    head, _, _ = matrix.read_text().partition("profiles:\n")
    matrix.write_text(f"{head}profiles:\n{LAB}")
    registry = EmbeddedRegistry(program=install_program(cache, os.environ), data=cache / "registry")
    registry.start()
    yield Site(project, cache.parent, registry)
    registry.stop()


def test_a_profile_goes_back_and_forth(site: Site) -> None:
    """Three images: today's, one of last week, one of last month. Each run goes one back, and undo forth again."""
    new = site.prove("today", "lab", 0)
    week, month = site.prove("week", "lab", 7), site.prove("month", "lab", 30, hardware=False)
    pins = site.project / "pins.yaml"

    before = site.run("history", "lab")
    back = site.run("rollback", "lab", "--because", "it is slow")
    pinned = site.run("history", "lab")
    further = site.run("rollback", "lab")
    named = site.run("rollback", "lab", "--to", new[7:19])
    at_the_end = site.run("rollback", "lab", "--to", month)
    nothing = site.run("rollback", "lab")
    undone = site.run("rollback", "lab", "--undo")

    assert (before.returncode, before.stderr) == (0, "")
    lines = before.stdout.splitlines()
    for line, ago, digest in zip(lines[1:4], (0, 7, 30), (new, week, month), strict=True):
        assert [day(ago) in line, digest[:19] in line] == [True, True]
    assert "today's image" in lines[1]
    assert lines[3].endswith("proven without hardware")
    assert lines[-1] == "1 of 1 starts are offered by the rules of today"
    assert (back.returncode, back.stderr) == (0, "")
    assert back.stdout.startswith(f"lab is pinned to {week[:19]}, which was proven last on {day(7)}: it is slow\n`hub")
    assert "pinned" in pinned.stdout.splitlines()[2]
    assert f"pinned to {week}: it is slow; `hubwright rollback lab --undo` takes that back" in pinned.stdout
    assert further.stdout.startswith(
        f"lab is pinned to {month[:19]}, which was proven last on {day(30)}: rolled back on"
    )
    assert named.stdout.startswith(f"lab is pinned to {new[:19]}")
    assert at_the_end.returncode == 0
    assert (nothing.returncode, nothing.stdout) == (5, "")
    assert f"nothing older than {month[:19]} is proven for lab" in nothing.stderr
    assert (undone.returncode, pins.read_text().endswith("pins: {}\n")) == (0, True)
    assert undone.stdout.startswith("lab is offered by the rules again.")


def test_only_what_is_proven_is_taken(site: Site) -> None:
    site.prove("today", "lab", 0)
    failed = site.prove("bad", "lab", 1, result=Result.FAILED, passed=frozenset(), failed=frozenset({"home"}))

    refused = site.run("rollback", "lab", "--to", failed)
    no_digest = site.run("rollback", "lab", "--to", "latest")
    history = json.loads(site.run("history", "lab", "--json").stdout)

    assert (refused.returncode, refused.stdout) == (5, "")
    assert f"error: {failed} has no proof that counts for lab, so it is not offered. What is proven:" in refused.stderr
    assert (no_digest.returncode, no_digest.stdout) == (2, "")
    assert "error: latest is no digest; expected sha256:" in no_digest.stderr
    assert not (site.project / "pins.yaml").exists()
    assert [(each["verdict"], each["failed"]) for each in history["starts"][0]["said"]] == [
        ("proven", []),
        ("failed", ["home"]),
    ]


def test_a_start_that_the_pin_does_not_suit_is_told(site: Site) -> None:
    for start in ("sized[size=small]", "sized[size=large]"):
        site.prove("today", start, 0)
    site.prove("week", "sized[size=small]", 7)

    done = site.run("rollback", "sized")

    assert done.returncode == 0
    assert "Withheld by that:\n  sized[size=large]: it is pinned to sha256:" in done.stdout
    assert json.loads(site.run("history", "sized", "--json").stdout)["starts"][1]["offered"] is None


def test_what_cannot_be_read_decides_nothing_and_writes_nothing(site: Site) -> None:
    site.prove("today", "lab", 0)
    torn = site.prove("week", "lab", 7)
    data = site.cache / "hubwright/registry/storage/docker/registry/v2/blobs/sha256" / torn[7:9] / torn[7:] / "data"
    data.write_bytes(data.read_bytes().replace(b".tar", b".rat"))

    shown, refused = site.run("history", "lab"), site.run("rollback", "lab", "--to", torn)

    assert (shown.returncode, refused.returncode) == (63, 63)
    assert day(0) in shown.stdout
    assert "what is offered cannot be told, because not everything could be read" in shown.stdout
    assert "what was proven of lab cannot be told" in shown.stderr
    assert not (site.project / "pins.yaml").exists()


@pytest.mark.parametrize(
    "arguments, code, message",
    [
        (["history", "lib"], 5, "error: there is no profile lib. Did you mean lab?"),
        (["rollback", "lib"], 5, "error: there is no profile lib. Did you mean lab?"),
        (["history"], 2, "Missing argument 'PROFILE'"),
        (["rollback", "lab", "--undo", "--because", "x"], 2, "--undo takes a decision back; leave --to and --because"),
        (["rollback", "lab", "--undo"], 5, "error: lab is not pinned, so there is nothing to take back."),
        (["rollback", "lab", "--because", "a\nb"], 2, "error: --because: expected one line of at most 200 characters"),
        (["rollback", "lab", "--because", ""], 2, "error: --because: expected the reason"),
        (["history", "lab", "--registry", "ecr"], 2, "error: the matrix names no ECR registry"),
    ],
)
def test_each_mistake_has_its_code_before_anything_is_started(
    project: Path, tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    cache = tmp_path / "cache"

    done = hubwright(project, cache, *arguments)

    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr
    # A matrix that was checked is kept, and that is all.
    assert {each.name for each in cache.glob("hubwright/*")} <= {"matrices"}


def test_a_pin_of_no_profile_is_told_and_can_be_taken_out(project: Path, tmp_path: Path) -> None:
    pins = project / "pins.yaml"
    pins.write_text(f"version: 1\npins:\n  gone: {{digest: 'sha256:{'0' * 64}', because: x}}\n")

    told = hubwright(project, tmp_path, "history", "lab")
    taken_out = hubwright(project, tmp_path, "rollback", "gone", "--undo")

    assert told.returncode == 18
    assert "pins.yaml:3:3: pins.gone: there is no profile gone. `hubwright rollback gone --undo` takes" in told.stderr
    assert (taken_out.returncode, pins.read_text().endswith("pins: {}\n")) == (0, True)
