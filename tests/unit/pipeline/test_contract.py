"""What the contract is told of an image, and that a change of it is seen by the plan."""

from pathlib import Path

import pytest

from fakes.repository import MemoryRepository
from hubwright.locks.packages import read_apt_lock
from hubwright.locks.requirements import pins
from hubwright.pipeline.contract import locked_versions
from hubwright.pipeline.planning import load, plan
from hubwright.tree import DiskTree

MATRIX = b"""\
version: 1
hub: {chart: "4.4.0"}
foundations:
  trixie: {bootstrap: {suite: trixie}}
sources: {vendor: {}}
images:
  base: {from: trixie}
  spark: {from: base, axes: {spark: ["4.0.1", "4.1.1"]}}
  deep: {from: spark}
  vendor: {from: base, sources: [vendor]}
profiles:
  - {slug: lab, display_name: Lab, image: base}
"""
HASH = " --hash=sha256:" + "0" * 64
FILES = {
    "matrix.yaml": MATRIX,
    **{f"images/{image}/Dockerfile": b"ARG BASE\nFROM ${BASE}\n" for image in ("base", "spark", "deep", "vendor")},
    "images/base/requirements.in": b"a\nb_c\n",
    "images/base/requirements.lock": f"a==1{HASH}\nb_c==2{HASH}\n".encode(),
    "images/base/build.in": b"uv\n",
    "images/base/build.lock": f"uv==9{HASH}\n".encode(),
    "images/base/apt.txt": b"less\n",
    "images/base/apt.lock": b"".join(
        f"less:{architecture}={version} sha256:{'0' * 64} less.deb\n".encode()
        for architecture, version in (("amd64", "668-1"), ("arm64", "668-2"))
    ),
    "images/spark/spark.in": b"pyspark==${SPARK}\n",
    "images/spark/spark-4.0.1.lock": f"pyspark==4.0.1{HASH}\n".encode(),
    "images/spark/spark-4.1.1.lock": f"pyspark==4.1.1{HASH}\n".encode(),
    "images/vendor/requirements.in": b"vendors\n",
}
REPOSITORY = MemoryRepository(FILES)


@pytest.mark.parametrize(
    "name, python, complete",
    [
        ("base", {"a": "1", "b-c": "2"}, True),
        ("deep-spark4.0.1", {"a": "1", "b-c": "2", "pyspark": "4.0.1"}, True),
        ("deep-spark4.1.1", {"a": "1", "b-c": "2", "pyspark": "4.1.1"}, True),
        ("vendor", {"a": "1", "b-c": "2"}, False),
    ],
)
def test_the_locks_of_an_image_and_of_what_it_stands_on(name: str, python: dict[str, str], *, complete: bool) -> None:
    matrix = load(REPOSITORY, "matrix.yaml")
    versions = locked_versions(REPOSITORY, matrix, matrix.variants[name])
    assert (versions.python, versions.debian, versions.complete) == (python, {"less": "668-1"}, complete)


def test_the_shipped_images_are_compared_with_every_lock_of_theirs() -> None:
    with DiskTree(Path(__file__).parents[3]) as tree:
        matrix = load(tree, "matrix.yaml")
        versions = locked_versions(tree, matrix, matrix.variants["pyspark-spark4.1.1"])
        locks = ("base/requirements.lock", "pyspark/requirements.lock", "pyspark/spark-4.1.1.lock")
        python = [pins(tree.read(f"images/{lock}", 1 << 24).decode()) for lock in locks]
        debian = [
            read_apt_lock(tree.read(f"images/{image}/apt.lock", 1 << 24).decode(), image, "amd64")
            for image in ("base", "pyspark")
        ]
    assert versions.python == {**python[0], **python[1], **python[2]}
    assert versions.debian == {**debian[0], **debian[1]}
    assert versions.complete


def test_a_check_of_an_image_is_part_of_what_a_proof_is_about() -> None:
    added = MemoryRepository({**FILES, "tests/contract/base/test_more.py": b"def test_more(): ..."})
    before, after = (plan(each, "matrix.yaml", []).offers[0].smoke_set for each in (REPOSITORY, added))
    assert before.hex != after.hex
    assert "tests/contract/base/test_more.py" in str(after.parts["contract"])
