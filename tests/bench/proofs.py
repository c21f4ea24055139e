"""What is proven, and what a hub reads of it: 100 profiles of four images on a registry of this machine.

The images are manifests without content, and their proofs are signed here: what is measured is the way from proofs to
files, and all of that is real.
"""

import os
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bench.measuring import HUBWRIGHT, ROOT, in_turn, measure, print_table
from fakes.content import image_body
from hubwright.cli.destination import PREFIX
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.duties import Duty, duties
from hubwright.pipeline.planning import prepare
from hubwright.planned import Absent
from hubwright.proof.attach import Notary
from hubwright.proof.keys import PinnedKey
from hubwright.proof.pem import own_signer
from hubwright.proof.statement import PREDICATE_TYPE, Claim, Result
from hubwright.registries.embedded import EmbeddedRegistry, install_program
from hubwright.registries.interface import OCI_MANIFEST, Descriptor
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.registries.timing import Timing
from hubwright.tree import DiskTree
from hubwright.verdicts import expected_trials

_PROFILES = 100
_IMAGES = 4
_RUNS = 9
_MOMENT = "2026-01-31T12:00:00Z"


def bench_proofs() -> None:
    with tempfile.TemporaryDirectory(prefix="hubwright-bench-") as name:
        folder = Path(name)
        cache = folder / "cache" / "hubwright"
        _grow(folder / "repository")
        registry = EmbeddedRegistry(program=install_program(cache, os.environ), data=cache / "registry")
        host = registry.start()
        try:
            _prove(folder / "repository", cache, host)
            environment = {**os.environ, "XDG_CACHE_HOME": str(cache.parent)}
            print_table(
                ("what", "hubwright", "CPU", "goal", "yardstick", "its time", "ratio"),
                [_row(folder / "repository", environment)],
            )
        finally:
            registry.stop()


def _row(repository: Path, environment: Mapping[str, str]) -> tuple[str, ...]:
    command = [HUBWRIGHT, "emit"]
    # The first one asks KubeSpawner, which is asked only about what changes.
    first = measure(command, repository, environment)
    plan = [HUBWRIGHT, "status"]
    ours, theirs = in_turn(
        lambda: measure(command, repository, environment), lambda: measure(plan, repository, environment), _RUNS
    )
    sys.stderr.write(f"the first, which asks KubeSpawner: {first.wall_s:.2f} s\n")
    return (
        f"`hubwright emit`, {_PROFILES} profiles, nothing changed",
        f"{ours.wall_s:.2f} s",
        f"{ours.cpu_s:.2f} s, {ours.cpu_s - theirs.cpu_s:.2f} s of it after start and plan",
        "2 s, 0.5 s of CPU",
        "`hubwright status` of the same matrix",
        f"{theirs.wall_s:.2f} s, {theirs.cpu_s:.2f} s of CPU",
        f"{ours.wall_s / theirs.wall_s:.2f}x",
    )


def _grow(root: Path) -> None:
    lines = ["version: 1", 'hub: {chart: "4.4.0"}', "foundations: {trixie: {bootstrap: {suite: trixie}}}", "images:"]
    for number in range(_IMAGES):
        lines.append(f"  image-{number}: {{from: trixie, smoke: [home, kernels]}}")
        folder = root / "images" / f"image-{number}"
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text(f"ARG BASE\nFROM ${{BASE}}\nLABEL number={number}\n")
    lines.append("profiles:")
    for number in range(_PROFILES):
        image = f"image-{number % _IMAGES}"
        lines.append(f"  - {{slug: p{number}, display_name: P{number}, image: {image}, cpu: {number + 1}, memory: 1G}}")
    notebooks = root / "notebooks" / "smoke"
    notebooks.mkdir(parents=True)
    for name in ("home", "kernels"):
        (notebooks / f"{name}.ipynb").write_bytes((ROOT / f"notebooks/smoke/{name}.ipynb").read_bytes())
    (root / "matrix.yaml").write_text("\n".join(lines) + "\n")


def _prove(root: Path, cache: Path, host: str) -> None:
    registry = OciRegistry(Endpoint(host=host))
    destination = Destination(registry=registry, host=host, prefix=PREFIX)
    signer = own_signer(cache, say=lambda _: None)
    key = PinnedKey(
        name="this-machine",
        public_key=signer.public_key,
        predicate=PREDICATE_TYPE,
        repositories=PREFIX,
        valid_from="2000-01-01",
    )
    notary = Notary(registry=registry, signer=signer, keys=[key], timing=Timing())
    with DiskTree(root) as tree:
        prepared = prepare(tree, "matrix.yaml", ())
    plan = prepared.plan({name: Absent() for name in prepared.fingerprints}, {})
    images = {node.variant.name: _push(destination, node.variant.image, node.fingerprint.tag) for node in plan.nodes}
    started = time.monotonic()
    for planned in plan.offers:
        duty, subject = duties(plan, destination)[planned.offer.name], images[planned.offer.variant]
        notary.attach(_claim(duty, subject), duty.expectation(subject.digest), subject)
    sys.stderr.write(f"signed and attached {len(plan.offers)} proofs in {time.monotonic() - started:.1f} s\n")


def _push(destination: Destination, image: str, tag: str) -> Descriptor:
    registry, repository = destination.registry, destination.repository(image)
    layer, config = image.encode(), b"{}"
    for blob in (layer, config):
        registry.push_blob(repository, blob)
    return registry.put_manifest(repository, tag, image_body(layer), OCI_MANIFEST).descriptor


def _claim(duty: Duty, subject: Descriptor) -> Claim:
    return Claim(
        image=duty.repository,
        digest=subject.digest,
        smoke_set=duty.smoke_set,
        shape=duty.shape,
        fingerprint=duty.fingerprint,
        platform=duty.platform,
        result=Result.PASSED,
        hardware=True,
        notebooks=duty.notebooks,
        canaries=dict.fromkeys(duty.kernels, True),
        judge_version="0",
        judge_sha256="0" * 64,
        passed=expected_trials(duty.notebooks),
        started_on=_MOMENT,
        finished_on=_MOMENT,
    )
