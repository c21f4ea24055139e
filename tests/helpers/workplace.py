"""A repository of small images, and the command in it, with ECR's name leading to a site on this machine."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from helpers.ecr_site import Site
from hubwright.locks.roots_file import write_roots
from hubwright.registries.oci import Endpoint, OciRegistry
from hubwright.roots import PulledRoot, Root

_MATRIX = """\
version: 1
hub: {{chart: "4.4.0"}}
registries:
  ecr: {{account: "111122223333", region: us-west-2, prefix: jupyter}}
foundations:
  outside: {foundation}
images:
{images}
profiles:
  - {{slug: lab, display_name: Lab, image: {first}}}
"""
_PULL = '{pull: "registry.example/outside:1"}'
_PULLED = PulledRoot(reference="registry.example/outside:1", digest=f"sha256:{'0' * 64}")
# No run of these tests takes as long: whatever does, hangs.
_HANG_S = 200


@dataclass(frozen=True, kw_only=True)
class Workplace:
    """A repository, and the command in it; `mark` makes its images' names its own."""

    root: Path
    mark: str
    site: Site
    cache: Path
    temporary: Path

    def image(self, name: str) -> str:
        return f"{name}-{self.mark}"

    def write(self, *names: str, foundation: str = _PULL, root: Root = _PULLED, **lines: str) -> None:
        """Write a repository of images that hold a file each; `lines` are more of an image's Dockerfile."""
        images = [self.image(name) for name in names]
        for name, image in zip(names, images, strict=True):
            folder = self.root / "images" / image
            folder.mkdir(parents=True)
            (folder / "Dockerfile").write_text(f"FROM scratch\nCOPY content /content\n{lines.get(name, '')}")
            (folder / "content").write_text(image)
        entries = "\n".join(f"  {image}: {{from: outside}}" for image in images)
        matrix = _MATRIX.format(foundation=foundation, images=entries, first=images[0])
        (self.root / "matrix.yaml").write_text(matrix)
        (self.root / "foundations.lock").write_bytes(write_roots({("outside", "linux/amd64"): root}))

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        argv = self.site.argv([sys.executable, "-m", "hubwright", *arguments, "--registry", "ecr"])
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DOCKER_", "AWS_"))}
        places = {"XDG_CACHE_HOME": str(self.cache.parent), "TMPDIR": str(self.temporary)}
        environment = {**kept, **self.site.environment, **places, **variables}
        return subprocess.run(
            argv, cwd=self.root, env=environment, capture_output=True, text=True, check=False, timeout=_HANG_S
        )

    def stored(self, name: str, tag: str) -> str | None:
        """Return the digest that the storage behind ECR's name has for the tag."""
        found = OciRegistry(Endpoint(host=self.site.upstream)).resolve(f"jupyter/{self.image(name)}", tag)
        return found.digest if found else None
