"""F and S: what moves them, and above all what does not."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.apt import package
from hubwright.fingerprint import fingerprint, fingerprints, foundation_parts, shape_fingerprint, smoke_set
from hubwright.limits import Limits
from hubwright.model import Foundation, Shape, SharedDirectory, Span, Toleration
from hubwright.planned import Recipe, SmokeNotebook
from hubwright.roots import BootstrappedRoot, SignedRelease
from hubwright.tree import DiskTree
from values import FOUNDATION, RECIPE, SHAPE, matrix, variant

BASE = foundation_parts(FOUNDATION, "linux/amd64", {})
VARIANT = variant("base", args={"SPARK": "4.1.1"})
PRINT = fingerprint(VARIANT, RECIPE, BASE)


def test_the_fingerprint_is_fixed_for_ever() -> None:
    """A change here rebuilds every image of every user: raise the schema number, and mean it."""
    assert PRINT.hex == "f6749326f88d116e93363ebc771595901ad47f68859fe734d756c78729287cfb"
    assert PRINT.tag == f"fp-{PRINT.hex}"
    assert len(PRINT.tag) <= 128


@pytest.mark.parametrize(
    "changed",
    [
        {"image": "other"},
        {"platform": "linux/arm64"},
        {"target": "stage"},
        {"args": {"SPARK": "4.0.1"}},
        {"secrets": ("token",)},
        {"sources": ("neuron",)},
    ],
)
def test_everything_that_goes_into_a_variant_moves_it(changed: dict[str, object]) -> None:
    assert fingerprint(replace(VARIANT, **changed), RECIPE, BASE).hex != PRINT.hex  # type: ignore[arg-type] # by case


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "renamed"},
        {"folder": "elsewhere"},
        {"dockerfile": "Containerfile"},
        {"smoke": ("home",)},
        {"facts": {"python": "3.13"}},
        {"accelerator": "nvidia"},
    ],
)
def test_what_does_not_go_into_a_variant_does_not_move_it(changed: dict[str, object]) -> None:
    assert fingerprint(replace(VARIANT, **changed), RECIPE, BASE).hex == PRINT.hex  # type: ignore[arg-type] # by case


@pytest.mark.parametrize(
    "recipe",
    [replace(RECIPE, dockerfile_sha256="1" * 64), replace(RECIPE, context=())],
    ids=["Dockerfile", "context"],
)
def test_the_recipe_moves_it(recipe: Recipe) -> None:
    assert fingerprint(VARIANT, recipe, BASE).hex != PRINT.hex


@pytest.mark.parametrize(
    "base", ["a parent's fingerprint", foundation_parts(replace(FOUNDATION, suite=None), "linux/amd64", {})]
)
def test_the_base_moves_it(base: str) -> None:
    assert fingerprint(VARIANT, RECIPE, base).hex != PRINT.hex


def _hex_of(root: Path) -> str:
    with DiskTree(root) as tree:
        return fingerprint(VARIANT, tree.recipe("ctx", "Dockerfile"), BASE).hex


def _grow(root: Path, seed: int) -> list[Path]:
    """Make a random context, the same for the same seed except for the order of creation."""
    shape = random.Random(seed)  # noqa: S311 - a repeatable tree, nothing secret
    names = [f"{shape.choice(['a', 'b/c', 'b', 'd/e/f'])}/{shape.randrange(10**6)}" for _ in range(shape.randrange(9))]
    contents = {name: shape.randbytes(shape.randrange(1, 200)) for name in ["Dockerfile", *names]}
    order = list(contents)
    random.shuffle(order)
    files = []
    for name in order:
        file = root / "ctx" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(contents[name])
        files.append(file)
    return sorted(files)


@settings(max_examples=60)
@given(seed=st.integers(0, 10**9), mtime=st.integers(0, 2**31), other_umask=st.sampled_from([0o022, 0o077, 0o007]))
def test_the_same_tree_has_the_same_fingerprint_and_one_byte_moves_it(
    tmp_path_factory: pytest.TempPathFactory, seed: int, mtime: int, other_umask: int
) -> None:
    here, there = (tmp_path_factory.mktemp("tree") for _ in range(2))
    before = os.umask(other_umask)
    try:
        files = _grow(here, seed)
    finally:
        os.umask(before)
    _grow(there, seed)
    for file in files:
        os.utime(file, (mtime, mtime))
    assert _hex_of(here) == _hex_of(there)
    victim = random.choice(files)  # noqa: S311 - whichever
    content = bytearray(victim.read_bytes())
    content[random.randrange(len(content))] ^= 1  # noqa: S311 - wherever
    victim.write_bytes(content)
    assert _hex_of(here) != _hex_of(there)


def _make_executable(context: Path) -> None:
    (context / "run.sh").chmod(0o755)


def _rename(context: Path) -> None:
    (context / "run.sh").rename(context / "go.sh")


def _add_folder(context: Path) -> None:
    (context / "empty").mkdir()


def _turn_into_link(context: Path) -> None:
    (context / "run.sh").unlink()
    (context / "run.sh").symlink_to("Dockerfile")


@pytest.mark.parametrize("change", [_make_executable, _rename, _add_folder, _turn_into_link])
def test_what_a_build_can_see_moves_it(tmp_path: Path, change: Callable[[Path], None]) -> None:
    context = tmp_path / "ctx"
    context.mkdir()
    (context / "Dockerfile").write_text("FROM scratch\n")
    (context / "run.sh").write_text("#!/bin/sh\n")
    before = _hex_of(tmp_path)
    change(context)
    assert _hex_of(tmp_path) != before


def test_group_and_other_bits_do_not_move_it(tmp_path: Path) -> None:
    _grow(tmp_path, 1)
    before = _hex_of(tmp_path)
    for file in (tmp_path / "ctx").rglob("*"):
        file.chmod(0o777 if file.is_dir() else 0o666)
    assert _hex_of(tmp_path) == before


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "POSIX", "tr_TR.ISO-8859-9"])
def test_the_locale_does_not_move_it(tmp_path: Path, locale: str) -> None:
    context = tmp_path / "ctx"
    context.mkdir()
    (context / "Dockerfile").write_text("FROM scratch\n")
    (context / "I\u0131\u0130i-\u00fcn\u00ef").write_text("x")
    program = (
        "import sys; from pathlib import Path; from hubwright.tree import DiskTree\n"
        "with DiskTree(Path(sys.argv[1])) as tree: print(ascii(tree.recipe('ctx', 'Dockerfile')))"
    )
    with DiskTree(tmp_path) as tree:
        here = ascii(tree.recipe("ctx", "Dockerfile"))
    argv = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(argv, env={"LC_ALL": locale, "PYTHONUTF8": "0"}, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == here


def test_a_copy_has_the_same_fingerprint(tmp_path: Path) -> None:
    _grow(tmp_path / "one", 7)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    assert _hex_of(tmp_path / "one") == _hex_of(tmp_path / "two")


HOME = SmokeNotebook(name="home", sha256="0" * 64, kernel="python3")
SET = smoke_set(SHAPE, [HOME], "4.4.0")


def test_the_smoke_set_is_fixed_for_ever() -> None:
    """A change here makes every proof of every user worthless: mean it."""
    assert SET.hex == "7da0aff34fc5a29bfcae8023f03aa57e98ef6872ac9f843a49c92dff3066b5ec"
    assert shape_fingerprint(SHAPE).hex == "33c43c26a39dcdbf49cf38b85275b16f87539ce02b0a8283718f928879979fd3"


@pytest.mark.parametrize(
    "shape",
    [
        replace(SHAPE, uid=1001),
        replace(SHAPE, gid=0),
        replace(SHAPE, fs_gid=0),
        replace(SHAPE, home="/home/other"),
        replace(SHAPE, cpu=Span(guarantee=500, limit=2000)),
        replace(SHAPE, memory=Span(guarantee=1, limit=1)),
        replace(SHAPE, resources={"nvidia.com/gpu": 1}),
        replace(SHAPE, node_selector={"a": "b"}),
        replace(SHAPE, tolerations=(Toleration(operator="Exists"),)),
        replace(SHAPE, environment={"A": "1"}),
        replace(SHAPE, shared=(SharedDirectory(name="s", path="/s", claim="c", read_only=False),)),
    ],
)
def test_the_whole_shape_moves_the_smoke_set(shape: Shape) -> None:
    assert smoke_set(shape, [HOME], "4.4.0").hex != SET.hex
    assert shape_fingerprint(shape).hex != shape_fingerprint(SHAPE).hex


@pytest.mark.parametrize(
    "notebooks, chart",
    [
        ([], "4.4.0"),
        ([replace(HOME, sha256="1" * 64)], "4.4.0"),
        ([replace(HOME, kernel="ir")], "4.4.0"),
        ([HOME, replace(HOME, name="server")], "4.4.0"),
        ([HOME], "4.3.5"),
    ],
)
def test_notebooks_and_the_chart_move_the_smoke_set(notebooks: list[SmokeNotebook], chart: str) -> None:
    assert smoke_set(SHAPE, notebooks, chart).hex != SET.hex


def test_the_contract_moves_the_smoke_set() -> None:
    files = {"tests/contract/base/test_base.py": "0" * 64}
    with_contract = smoke_set(SHAPE, [HOME], "4.4.0", files)
    assert with_contract.hex != SET.hex
    assert smoke_set(SHAPE, [HOME], "4.4.0", dict.fromkeys(files, "1" * 64)).hex != with_contract.hex


MADE = BootstrappedRoot(suite="trixie", releases=(), packages=(package("apt"), package("libc6")))
ROOTS = {("trixie", "linux/amd64"): MADE}


def test_the_locked_root_moves_it_and_its_children() -> None:
    of = matrix(variant("base"), variant("child", "base"))
    recipes = dict.fromkeys(of.variants, RECIPE)
    unlocked = fingerprints(of.variants.values(), recipes, of.foundations)
    locked = fingerprints(of.variants.values(), recipes, of.foundations, ROOTS)
    newer = {("trixie", "linux/amd64"): replace(MADE, packages=(package("apt"), package("libc6", "2.0")))}
    moved = fingerprints(of.variants.values(), recipes, of.foundations, newer)
    for name in ("base", "child"):
        assert len({prints[name].hex for prints in (unlocked, locked, moved)}) == 3


@pytest.mark.parametrize(
    "platform, foundation", [("linux/arm64", FOUNDATION), ("linux/amd64", replace(FOUNDATION, suite="bookworm"))]
)
def test_a_root_for_something_else_is_no_root(platform: str, foundation: Foundation) -> None:
    parts = foundation_parts(foundation, platform, ROOTS)
    assert parts == {"pull": foundation.pull, "suite": foundation.suite}


def test_when_the_lists_were_signed_does_not_move_it() -> None:
    release = SignedRelease(name="trixie", date="2026-09-12T07:55:41Z", sha256="0" * 64)
    later = {("trixie", "linux/amd64"): replace(MADE, releases=(release,))}
    assert foundation_parts(FOUNDATION, "linux/amd64", later) == foundation_parts(FOUNDATION, "linux/amd64", ROOTS)


def test_limits_move_the_smoke_set() -> None:
    assert smoke_set(SHAPE, [HOME], "4.4.0", limits=Limits(cell_s=1)).hex != SET.hex
