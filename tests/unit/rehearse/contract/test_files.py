import pytest

from fakes.repository import MemoryRepository
from hubwright.matrix.load import load_matrix
from hubwright.model import Variant
from hubwright.rehearse.contract.files import contract_files, not_asked_of_strangers, own_checks
from hubwright.rehearse.contract.subject import Subject, Versions

MATRIX = b"""\
version: 1
hub: {chart: "4.4.0"}
foundations:
  trixie: {bootstrap: {suite: trixie}}
images:
  base: {from: trixie}
  spark: {from: base, axes: {spark: ["4.0.1", "4.1.1"]}}
  cuda: {from: base, accelerator: nvidia}
  deep: {from: cuda}
profiles:
  - {slug: lab, display_name: Lab, image: base}
"""
VARIANTS = load_matrix(MATRIX, "matrix.yaml").variants
FILES = {
    "tests/contract/conftest.py": b"shared",
    "tests/contract/base/test_base.py": b"base",
    "tests/contract/base/excused.toml": b"",
    "tests/contract/base/notes.md": b"not a check",
    "tests/contract/cuda/test_cuda.py": b"cuda",
    "tests/contract/deep/test_deep.py": b"deep",
}
SUBJECT = Subject(container="c", uid=1000, gid=100, fs_gid=100, home="/home/jovyan")
VERSIONS = Versions(python={}, debian={}, complete=True)


def own(variant: str) -> list[str]:
    return list(own_checks(MemoryRepository(FILES), VARIANTS[variant], VARIANTS))


def hashes(variant: Variant, files: dict[str, bytes]) -> dict[str, str]:
    return contract_files(MemoryRepository(files), variant, VARIANTS)


def test_an_image_inherits_the_checks_of_all_that_it_stands_on() -> None:
    base = ["tests/contract/conftest.py", "tests/contract/base/excused.toml", "tests/contract/base/test_base.py"]
    assert own("base") == own("spark-spark4.0.1") == base
    assert own("deep") == [*base, "tests/contract/cuda/test_cuda.py", "tests/contract/deep/test_deep.py"]


def test_a_repository_without_checks_has_those_that_come_along() -> None:
    names = hashes(VARIANTS["base"], {})
    assert "hubwright/every/test_user.py" in names
    assert "hubwright/locked/test_versions.py" in names
    assert "hubwright/contract/inside/facts.py" in names
    assert not [name for name in names if name.startswith(("tests/", "hubwright/nvidia/"))]


def test_a_child_of_an_image_for_devices_is_for_them_too() -> None:
    assert "hubwright/nvidia/test_nvidia.py" in hashes(VARIANTS["deep"], {})


@pytest.mark.parametrize("path", [path for path in FILES if not path.endswith(".md")])
def test_every_file_moves_the_hashes(path: str) -> None:
    before = hashes(VARIANTS["deep"], FILES)
    after = hashes(VARIANTS["deep"], {**FILES, path: b"other"})
    assert {name for name in before if before[name] != after[name]} == {path}


@pytest.mark.parametrize("path", ["tests/contract/base/notes.md", "tests/contract/spark/test_spark.py"])
def test_what_is_no_check_of_the_image_moves_nothing(path: str) -> None:
    assert hashes(VARIANTS["deep"], FILES) == hashes(VARIANTS["deep"], {**FILES, path: b"other"})


def test_what_is_not_asked_of_an_image_from_elsewhere_is_said() -> None:
    assert list(not_asked_of_strangers()) == ["locked", "tests/contract", "nvidia"]
