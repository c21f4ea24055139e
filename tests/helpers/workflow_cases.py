"""Matrices whose workflows are looked at, and those workflows."""

from pathlib import Path

from hubwright.matrix.load import load_matrix
from hubwright.model import Ci, Matrix
from hubwright.workflows.derive import derive

ROOT = Path(__file__).parents[2]
_IMAGES = """\
version: 1
hub: {chart: "4.4.0"}
foundations:
  trixie: {bootstrap: {suite: trixie}}
sources:
  vendor: {apt: {suite: noble}}
  told: {index: "https://told.example/"}
images:
  base: {from: trixie}
  spark: {from: base, axes: {spark: ["4.0.1", "4.1.1"]}, secrets: [licence]}
  cuda: {from: base, accelerator: nvidia, runs_on: [self-hosted, gpu]}
  torch: {from: cuda, sources: [vendor, told]}
  tools: {from: base}
  unused: {from: torch}
profiles:
  - {slug: lab, display_name: "Shown ${{ github.token }}", image: base}
  - {slug: spark, display_name: "'; exit 1; #", image: spark-spark4.1.1}
  - {slug: torch, display_name: Torch, image: torch, resources: {nvidia.com/gpu: 1}}
"""
_PLAIN = _IMAGES.replace(", runs_on: [self-hosted, gpu]", "")
_ECR = 'registries: {ecr: {account: "111122223333", region: eu-west-1, prefix: team/nb}}\n'
_KEY = "signing_key: mrk-0123456789abcdef0123456789abcdef"
_CHART = "chart: {repository: acme/hub, folder: deploy/profiles}"
TEXTS = {
    "one machine": f"{_IMAGES}{_ECR}ci: {{repository: acme/notebooks, {_KEY}, {_CHART}, runs_on: [big, linux]}}\n",
    "levels": f"{_IMAGES}{_ECR}ci: {{repository: acme/notebooks, {_KEY}, {_CHART}, machine: levels}}\n",
    "no chart": f"{_IMAGES}{_ECR}ci: {{repository: acme/notebooks, {_KEY}, subject: acme@1/notebooks@2}}\n",
    "no registry": f"{_PLAIN}ci: {{repository: acme/notebooks, {_CHART}}}\n",
}


def matrix_of(text: str) -> tuple[Matrix, Ci]:
    matrix = load_matrix(text.encode(), "matrix.yaml")
    assert matrix.ci is not None
    return matrix, matrix.ci


def derived(case: str) -> dict[str, str]:
    """Return what is derived from one of the matrices, by path."""
    return {path: text for path, text in derive(*matrix_of(TEXTS[case])).items() if text is not None}
