"""A repository under git with images of a vendor's packages, and nights in it while time passes for the vendor."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from fakes.content import push_outside_image
from helpers.showroom import NOTEBOOK, Showroom
from helpers.vendor import Served, Vendor
from hubwright.cli.host import ca_file
from hubwright.locks.roots_file import write_roots
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.roots import FOUNDATIONS_LOCK, PulledRoot

# No night of these tests takes as long: whatever does, hangs.
_HANG_S = 400
_MATRIX = """\
version: 1
hub: {{chart: "4.4.0"}}
foundations:
  outside: {{pull: "{reference}", bootstrap: {{suite: trixie}}}}
sources:
  vendor: {{apt: {{suite: noble}}}}
images:
  base: {{from: outside}}
  wheels: {{from: base, sources: [vendor], smoke: [home]}}
  below: {{from: wheels}}
  tools: {{from: base, sources: [vendor]}}
  other: {{from: base}}
profiles:
  - {{slug: lab, display_name: Lab, image: wheels, memory: 1G}}
"""
_BRANCHES = "refs/heads/hubwright/"


@dataclass(frozen=True, kw_only=True)
class Repository:
    """`own` is the folder for everything of it: the checkout, and certificates."""

    own: Path
    cache: Path
    host: str
    vendor: Vendor
    place: Served
    more: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.own / "repository"

    @property
    def showroom(self) -> Showroom:
        return Showroom(root=self.root, cache=self.cache, host=self.host)

    def write(self) -> "Repository":
        registry = OciRegistry(Endpoint(host=self.host))
        digest = push_outside_image(registry, "outside", "1")
        reference = f"{self.host}/outside:1"
        for image in ("base", "wheels", "below", "tools", "other"):
            (self.root / "images" / image).mkdir(parents=True)
            # Nothing is installed: that a lock moved is all that an image of these is about.
            (self.root / "images" / image / "Dockerfile").write_text("FROM scratch\nCOPY . /content\n")
        (self.root / "images/wheels/requirements.in").write_text("stand-in\n")
        (self.root / "images/tools/apt.txt").write_text("stand-in-tool\n")
        (self.root / "images/tools/vendor.asc").write_text(self.vendor.public_key())
        (self.root / "notebooks/smoke").mkdir(parents=True)
        (self.root / "notebooks/smoke/home.ipynb").write_text(NOTEBOOK)
        (self.root / "matrix.yaml").write_text(_MATRIX.format(reference=reference))
        (self.root / ".gitignore").write_text("out/\n")
        root = PulledRoot(reference=reference, digest=digest)
        (self.root / FOUNDATIONS_LOCK).write_bytes(write_roots({("outside", "linux/amd64"): root}))
        bundle, trusted = self.own / "bundle.pem", ca_file(os.environ)
        assert trusted
        bundle.write_bytes(Path(trusted).read_bytes() + self.place.authority)
        self.git("init", "--quiet", "--initial-branch=main")
        return self

    @property
    def environment(self) -> dict[str, str]:
        told = {
            "SSL_CERT_FILE": str(self.own / "bundle.pem"),
            "HUBWRIGHT_SOURCE_VENDOR": self.place.index,
            "HUBWRIGHT_SOURCE_VENDOR_APT": self.place.apt,
            "GIT_CONFIG_GLOBAL": "/dev/null",
        }
        return {**self.showroom.environment, **told, **self.more}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-m", "hubwright", *arguments]
        return subprocess.run(
            argv,
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=_HANG_S,
        )

    def git(self, *arguments: str) -> str:
        argv = ("git", "-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", *arguments)
        return subprocess.run(
            argv, cwd=self.root, env=self.environment, capture_output=True, text=True, check=True
        ).stdout.strip()

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=All that is there")

    def branches(self) -> dict[str, str]:
        """Return the branches of nights, each with its commit."""
        said = self.git("for-each-ref", "--format=%(refname) %(objectname)", _BRANCHES)
        return dict(line.removeprefix(_BRANCHES).split() for line in said.splitlines())

    def state(self) -> tuple[str, str, bytes]:
        """Return all of the checkout that a night must not touch."""
        return (
            self.git("rev-parse", "HEAD") + self.git("symbolic-ref", "HEAD"),
            self.git("--no-optional-locks", "status", "--porcelain"),
            (self.root / ".git/index").read_bytes(),
        )

    def text(self) -> str | None:
        path = self.root / "out/nightly.md"
        return path.read_text() if path.exists() else None


def built(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return what became of each variant, by the table that the command prints."""
    return dict(
        re.findall(r"^(base|wheels|below|tools|other) +(built|reused|failed|withheld)", done.stdout, re.MULTILINE)
    )
