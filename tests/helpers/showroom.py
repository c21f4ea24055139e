"""A repository whose images are pushed and proven without a build or a rehearsal, and the commands that offer them."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fakes.content import CONFIG_TYPE, LAYER_TYPE
from helpers.packages import take_packages
from hubwright.cli.emission import Consumers, Emission, emit_profiles
from hubwright.cli.known import known_now
from hubwright.cli.trust import Trust
from hubwright.labels import VARIANT
from hubwright.locks.roots_file import write_roots
from hubwright.model import Offer, Variant
from hubwright.pipeline.casting import Call
from hubwright.pipeline.destination import Destination
from hubwright.pipeline.duties import Duty, duties
from hubwright.pipeline.planning import Prepared, prepare
from hubwright.pipeline.proving import Proving
from hubwright.planned import Unasked
from hubwright.proof.attach import Notary, Signer
from hubwright.proof.decide import Decision, Expectation
from hubwright.proof.keys import PinnedKey
from hubwright.proof.pem import own_signer
from hubwright.proof.statement import PREDICATE_TYPE
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.registries.interface import OCI_MANIFEST, Descriptor, Registry, sha256_digest
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.registries.timing import Timing
from hubwright.roots import FOUNDATIONS_LOCK, PulledRoot
from hubwright.tree import DiskTree
from hubwright.verdicts import KERNEL_ADMITS, Evidence, Standing, Trial, Verdict

PREFIX = "hubwright"
VALUES, LIST = "out/profiles.yaml", "out/profile_list.json"
# No run of these tests takes as long: whatever does, hangs.
_HANG_S = 200
_ALWAYS = "2000-01-01"
_PULLED = PulledRoot(reference="registry.example/outside:1", digest=f"sha256:{'0' * 64}")
MATRIX = """\
version: 1
hub: {chart: "4.4.0"}
foundations:
  outside: {pull: "registry.example/outside:1"}
images:
  base: {from: outside, smoke: [home]}
  spark: {from: base, axes: {spark: ["4.0.1", "4.1.1"]}}
profiles:
"""
# One profile of one start, one of two sizes of one image, and one of two images.
LAB = "  - {slug: lab, display_name: Lab, image: base, cpu: [0.5, 2], memory: [1G, 4G], default: true}\n"
SIZED = """\
  - slug: sized
    display_name: Sized
    image: base
    profile_options:
      size:
        display_name: Size
        choices:
          small: {display_name: Small, memory: 1G, default: true}
          large: {display_name: Large, memory: 8G}
"""
DATA = """\
  - slug: data
    display_name: Data
    profile_options:
      spark:
        display_name: Spark
        choices:
          old: {display_name: Spark 4.0, image: spark-spark4.0.1}
          new: {display_name: Spark 4.1, image: spark-spark4.1.1, default: true}
"""
NOTEBOOK = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3"}}, "cells": []}\n'


@dataclass(frozen=True, kw_only=True)
class Showroom:
    """A repository, and a registry beside it; `host` is where its commands find that registry.

    `cache` is the folder that XDG names, so `hubwright` below it is the command's own.
    """

    root: Path
    cache: Path
    host: str
    more: Mapping[str, str] = field(default_factory=dict)

    def write(self, profiles: str) -> "Showroom":
        """Write the repository with these profiles; images that are there already stay as they are."""
        for image in ("base", "spark"):
            if not (self.root / "images" / image).exists():
                (self.root / "images" / image).mkdir(parents=True)
                self.change(image, "first")
        smoke = self.root / "notebooks/smoke"
        smoke.mkdir(parents=True, exist_ok=True)
        (smoke / "home.ipynb").write_text(NOTEBOOK)
        (self.root / "matrix.yaml").write_text(f"{MATRIX}{profiles}")
        (self.root / FOUNDATIONS_LOCK).write_bytes(write_roots({("outside", "linux/amd64"): _PULLED}))
        return self

    def change(self, image: str, label: str) -> None:
        """Have the image be another one from now on, as by the commit of somebody."""
        (self.root / "images" / image / "Dockerfile").write_text(f"ARG BASE\nFROM ${{BASE}}\nLABEL made={label}\n")

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DOCKER_", "HUBWRIGHT_"))}
        (self.cache / "tmp").mkdir(exist_ok=True)
        own = {"XDG_CACHE_HOME": str(self.cache), "TMPDIR": str(self.cache / "tmp"), "COLUMNS": "200"}
        return {**kept, **own, **self.more}

    def run(
        self, *arguments: str, program: tuple[str, ...] = ("-m", "hubwright"), **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Return what became of the real command, in a process of its own."""
        argv, environment = [sys.executable, *program, *arguments], {**self.environment, **variables}
        return subprocess.run(
            argv, cwd=self.root, env=environment, capture_output=True, text=True, check=False, timeout=_HANG_S
        )

    @property
    def registry(self) -> OciRegistry:
        return OciRegistry(Endpoint(host=self.host))

    def destination(self, registry: OciRegistry | None = None) -> Destination:
        return Destination(registry=registry or self.registry, host=self.host, prefix=PREFIX)

    def prepared(self) -> Prepared:
        with DiskTree(self.root) as tree:
            return prepare(tree, "matrix.yaml", ())

    @property
    def signer(self) -> Signer:
        """The signer that the command has made for this cache folder, or will find there."""
        return own_signer(self.cache / "hubwright", say=lambda _: None)

    def key(self) -> PinnedKey:
        return pinned("this-machine", self.signer)

    def push(self, variant: str, content: str) -> Descriptor:
        """Push what stands for an image under the tag that today's has."""
        prepared = self.prepared()
        repository = f"{PREFIX}/{prepared.matrix.variants[variant].image}"
        return push_labelled(self.registry, repository, prepared.fingerprints[variant].tag, variant, content.encode())

    def prove(
        self,
        start: str,
        image: Descriptor,
        *,
        days_ago: float = 0,
        standing: Standing = Standing.PROVEN,
        registry: Registry | None = None,
        signer: Signer | None = None,
    ) -> Decision:
        """Sign that a rehearsal of the start came to this, with all of the command but the rehearsal."""
        holds, who = registry or self.registry, signer or self.signer
        offer, variant, duty = self._duty(start)
        notary = Notary(registry=holds, signer=who, keys=[pinned("one", who)], timing=Timing())
        proving = Proving(
            registry=holds,
            keys=notary.keys,
            duties={start: duty},
            rehearse=lambda call, _: seen(call, duty, standing),
            has_devices=lambda _: False,
            clock=_clock(days_ago),
            notary=lambda: notary,
        )
        call = Call(offer=offer, variant=variant, ref=f"{self.host}/{duty.repository}", digest=image.digest)
        proving.show(call, lambda _: None)
        return proving.decisions[start]

    def expectation(self, start: str, digest: str) -> Expectation:
        """Return what has to be proven of an image, that it may be offered as this start."""
        return self._duty(start)[2].expectation(digest)

    def _duty(self, start: str) -> tuple[Offer, Variant, Duty]:
        prepared = self.prepared()
        plan = prepared.plan(dict.fromkeys(prepared.fingerprints, Unasked()), {})
        offer = next(planned.offer for planned in plan.offers if planned.offer.name == start)
        return offer, prepared.matrix.variants[offer.variant], duties(plan, self.destination())[start]

    def trust(self, *keys: PinnedKey) -> Trust:
        """Return whom to trust: these, or the key of this machine alone."""
        return Trust(keys=keys or (self.key(),), signer=lambda: self.signer)

    def emit(self, registry: OciRegistry | None = None, *keys: PinnedKey) -> Emission:
        """Write what a hub reads within this process, by the command's own function; no KubeSpawner is asked."""
        prepared, destination, trust = self.prepared(), self.destination(registry), self.trust(*keys)
        return emit_profiles(
            prepared.matrix,
            destination,
            trust,
            known_now(prepared, destination, trust),
            {},
            out=self.root / "out",
            consumers=Consumers(charts=()),
        )

    def offer(self, variant: str, content: str, *starts: str, days_ago: float = 0) -> str:
        """Push today's image and prove these starts of it; return its digest."""
        image = self.push(variant, content)
        for start in starts:
            self.prove(start, image, days_ago=days_ago)
        return image.digest

    def written(self) -> dict[str, bytes]:
        """Return what a hub would read, and whatever else lies beside it."""
        return {path.name: path.read_bytes() for path in sorted((self.root / "out").iterdir())}

    def restore(self, files: Mapping[str, bytes]) -> None:
        """Have nothing lie where a hub reads but these files."""
        shutil.rmtree(self.root / "out", ignore_errors=True)
        (self.root / "out").mkdir()
        for name, content in files.items():
            (self.root / "out" / name).write_bytes(content)

    def leftovers(self) -> set[str]:
        """Return the files that nobody would miss, and that a run must not leave."""
        fresh = {str(path) for path in (self.cache / "tmp").glob("*")}
        hidden = {str(path) for folder in (self.root, self.root / "out") for path in folder.glob(".*")}
        return fresh | hidden | {str(path) for path in (self.cache / "hubwright").glob(".proof*")}


def furnish(folder: Path, stock: Path, hubs: Path) -> Path:
    """Return a cache folder with the packages and the hubs of others, so that nothing is fetched."""
    cache = folder / "cache"
    take_packages(stock, cache / "hubwright/debian")
    (cache / "hubwright/hubs").symlink_to(hubs)
    return cache


def pinned(name: str, signer: Signer) -> PinnedKey:
    return PinnedKey(
        name=name,
        public_key=signer.public_key,
        predicate=PREDICATE_TYPE,
        repositories=PREFIX,
        valid_from=_ALWAYS,
    )


def seen(call: Call, duty: Duty, standing: Standing) -> Verdict:
    """Return what a rehearsal would have: every trial passed, or none where it failed."""
    admits = [
        Evidence(check=KERNEL_ADMITS, expected="error", seen="error", where=f"kernel {kernel}")
        for kernel in sorted(duty.kernels)
    ]
    shown = Evidence(check="a check", expected=1, seen=1, where="somewhere")
    evidence = () if standing is Standing.FAILED else (shown, *admits)
    names = sorted(duty.expectation(call.digest).tests)
    trials = tuple(Trial(name=name, evidence=evidence, findings=(), seconds=1.0) for name in names)
    return Verdict(
        offer=call.offer.name,
        variant=call.variant.name,
        digest=call.digest,
        standing=standing,
        reason="",
        trials=trials,
        seconds=1.0,
    )


def move_behind(registry: EmbeddedRegistry, data: Path, host: str) -> None:
    """Have commands find the running registry at another address: that of a proxy before it."""
    noted = data / "identity.json"
    port = registry.start().rpartition(":")[2]
    noted.write_text(noted.read_text().replace(f'"port": {port}', f'"port": {host.rpartition(":")[2]}'))


def image_body(variant: str, layer: bytes) -> tuple[bytes, bytes]:
    """Return the manifest of an image that says whose it is, and its configuration."""
    config = json.dumps({"os": "linux", "architecture": "amd64", "config": {"Labels": {VARIANT: variant}}}).encode()
    parts = ((CONFIG_TYPE, config), (LAYER_TYPE, layer))
    first, *layers = [
        {"mediaType": kind, "digest": sha256_digest(content), "size": len(content)} for kind, content in parts
    ]
    document = {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": first, "layers": layers}
    return json.dumps(document).encode(), config


def push_labelled(registry: Registry, repository: str, tag: str, variant: str, layer: bytes) -> Descriptor:
    body, config = image_body(variant, layer)
    for blob in (config, layer):
        registry.push_blob(repository, blob)
    return registry.put_manifest(repository, tag, body, OCI_MANIFEST).descriptor


def _clock(days_ago: float) -> Callable[[], datetime]:
    return lambda: datetime.now(UTC) - timedelta(days=days_ago)
