"""The images as text: what every Dockerfile, lock and ignore file in this repository has to hold to."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
IMAGES = sorted(path.parent for path in (ROOT / "images").glob("*/Dockerfile"))
LOCKS = sorted(path for path in (ROOT / "images").glob("*/*.lock") if path.name != "apt.lock")
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^\s;]+)(?: ; [^\\]+)?(?: \\)?$", re.MULTILINE)
SECRETS = {"ca-bundle", "apt-auth", "apt-config", "apt-sources", "pip-config", "uv-config"}
# What is made or put in place where a vendor's own sources are known, which is not here.
FROM_A_SOURCE = {"apt.lock", "requirements.lock", "neuron.asc"}


@pytest.fixture(params=IMAGES, ids=lambda folder: folder.name)
def image(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


@pytest.fixture(params=LOCKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def lock(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def instructions(image: Path) -> list[str]:
    """Return the Dockerfile's instructions, without comments and the bodies of its scripts."""
    text = (image / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"<<'SCRIPT'\n.*?^SCRIPT$", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def pins(lock: Path) -> dict[str, str]:
    return dict(PIN.findall(lock.read_text(encoding="utf-8")))


def test_there_are_images() -> None:
    assert {folder.name for folder in IMAGES} == set(
        yaml.safe_load((ROOT / "matrix.yaml").read_text(encoding="utf-8"))["images"]
    )


def test_the_parent_comes_from_outside(image: Path) -> None:
    lines = instructions(image)
    stages = {line.split(" AS ")[1] for line in lines if " AS " in line}
    froms = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert lines[0] == "ARG BASE"
    assert set(froms) <= {"${BASE}"} | stages


def test_the_user_is_a_number_and_not_root(image: Path) -> None:
    assert [line for line in instructions(image) if line.startswith("USER ")][-1] == "USER 1000:100"


def test_nothing_of_the_host_is_required_or_kept(image: Path) -> None:
    mounts = re.findall(r"--mount=type=secret,(\S+)", " ".join(instructions(image)))
    assert mounts
    for mount in mounts:
        options = dict(option.split("=") for option in mount.split(","))
        assert options["id"] in SECRETS or options["id"].startswith("source-")
        assert options.get("required", "false") == "false"
        assert "env" not in options


def test_no_argument_or_variable_is_made_for_a_secret(image: Path) -> None:
    named = [line for line in instructions(image) if line.startswith(("ARG ", "ENV "))]
    assert not re.search(r"TOKEN|PASSWORD|SECRET|CREDENTIAL|INDEX_URL", " ".join(named), re.IGNORECASE)


def test_the_context_is_what_the_build_reads(image: Path) -> None:
    ignored = (image / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert ignored[0] == "*"
    for line in ignored[1:]:
        assert line.startswith("!")
        known = image.name == "neuron" and line[1:] in FROM_A_SOURCE
        assert known or list(image.glob(line[1:])), line


def test_packages_are_installed_in_the_same_way_everywhere() -> None:
    # No image can hand the step on to another without keeping it. What is tested of it is tested of one image.
    step = re.compile(r'^apt-get "\$\{options\[@\]\}" update$.*?^rm -r /tmp/packages$', re.DOTALL | re.MULTILINE)
    texts = [(image / "Dockerfile").read_text(encoding="utf-8") for image in IMAGES]
    steps = [step.findall(text) for text in texts if "apt.lock" in text]
    assert len(steps) > 1
    assert len(steps[0]) == 1
    assert all(each == steps[0] for each in steps)


def test_locks_have_a_hash_for_everything(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    locked = [line for line in text.splitlines() if line and not line.startswith(("#", " "))]
    assert len(locked) == len(pins(lock)) > 0
    assert all(line.endswith("\\") for line in locked)
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= len(locked)


def test_locks_name_no_index(lock: Path) -> None:
    assert not re.search(r"://|^--(?!hash)", lock.read_text(encoding="utf-8"), re.MULTILINE)


def test_children_agree_with_their_parent(lock: Path) -> None:
    # What a child pins otherwise than its parent would be in the image twice, in two layers.
    if lock.stem == "build":
        return
    parent = pins(ROOT / "images" / "base" / "requirements.lock")
    assert {name: version for name, version in pins(lock).items() if parent.get(name, version) != version} == {}


def test_every_value_of_the_axis_is_locked() -> None:
    matrix = yaml.safe_load((ROOT / "matrix.yaml").read_text(encoding="utf-8"))
    for value in matrix["images"]["pyspark"]["axes"]["spark"]:
        assert pins(ROOT / "images" / "pyspark" / f"spark-{value}.lock")["pyspark"] == value
