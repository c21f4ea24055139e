"""Every row of the tables, each through the real command line in a child process under hard limits."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.case import MARK, Case
from corpus.tables import (
    automation,
    encodings,
    graphs,
    hostile_trees,
    looks_wrong,
    names,
    paths,
    profiles,
    schema,
    sizes,
    values,
    yaml_tricks,
)

TABLES = (
    automation,
    yaml_tricks,
    encodings,
    sizes,
    names,
    schema,
    graphs,
    paths,
    values,
    profiles,
    hostile_trees,
    looks_wrong,
)
CASES = [case for table in TABLES for case in table.CASES]
RUNNER = Path(__file__).with_name("runner.py")
CANARY = "canary-5f1e7c-never-to-be-read"
NOTEBOOK = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3"}}, "cells": []}\n'
# Not the product's own list: C0 but the newline, DEL, C1, every bidirectional and zero-width control but the
# joiner that emoji need.
STEERING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
MAX_STDERR = 16 * 1024
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "SHOULD_NOT_BE_EXPANDED": CANARY}
TRESPASSED = 99
HEAVIEST = {
    "aliases-without-an-anchor",
    "billion-laughs",
    "depth-brackets",
    "images-unknown-by-the-hundred",
    "parents-missing-by-the-thousand",
    "product-of-rules-and-variants",
    "product-of-wide-rules-and-variants",
    "size-one-folded-text",
    "size-similar-unknown-keys",
    "smoke-list-of-thousands-alike",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a small valid repository, with a folder beside it that nothing may look into."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "images" / "base", root / "notebooks" / "smoke", outside):
        folder.mkdir(parents=True)
    (root / "images" / "base" / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\n")
    (root / "notebooks" / "smoke" / "home.ipynb").write_text(NOTEBOOK)
    for name in ("Dockerfile", "home.ipynb", "matrix.yaml", "secret"):
        (outside / name).write_text(f"# {CANARY}\n")
    return root


@pytest.fixture(scope="session")
def server() -> Iterator[subprocess.Popen[str]]:
    """Return a process that has imported everything, and forks for each case."""
    argv = [sys.executable, str(RUNNER)]
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True, env=ENVIRONMENT) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_hostile_matrix_gets_an_answer(case: Case, root: Path, server: subprocess.Popen[str]) -> None:
    _write(case, root)
    stdout, stderr = root.parent / "stdout", root.parent / "stderr"
    run = {
        "forbidden": str(root.parent / "outside"),
        "arguments": _arguments(root, *case.arguments),
        "folder": str(root.parent),
        "stdout": str(stdout),
        "stderr": str(stderr),
    }
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(run) + "\n")
    server.stdin.flush()
    exit_code = int(server.stdout.readline())
    _check(case, exit_code, stdout.read_bytes(), stderr.read_bytes())


@pytest.mark.parametrize("case", [case for case in CASES if case.name in HEAVIEST], ids=lambda case: case.name)
def test_the_heaviest_get_theirs_in_a_process_of_their_own(case: Case, root: Path) -> None:
    _write(case, root)
    done = _run(root, *_arguments(root, *case.arguments))
    _check(case, done.returncode, done.stdout, done.stderr)


def test_every_case_has_its_own_name() -> None:
    names = [case.name for case in CASES]
    assert len(names) == len(set(names))
    assert set(names) > HEAVIEST


def test_every_wrong_matrix_says_where() -> None:
    assert [case.name for case in CASES if (case.exit_code == 3) != (case.marked.count(MARK) == 1)] == []


def test_the_runner_stops_what_it_is_there_to_stop(root: Path) -> None:
    done = _run(root, *_arguments(root.parent / "outside"))
    assert done.returncode == TRESPASSED
    assert b"TRESPASS" in done.stderr


def _write(case: Case, root: Path) -> None:
    (root / "matrix.yaml").write_bytes(case.content)
    if case.arrange is not None:
        case.arrange(root)


def _arguments(root: Path, *more: str) -> list[str]:
    return ["plan", "-m", str(root / "matrix.yaml"), *more]


def _run(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    argv = [sys.executable, str(RUNNER), str(root.parent / "outside"), *arguments]
    return subprocess.run(argv, capture_output=True, check=False, env=ENVIRONMENT, cwd=root.parent)


def _check(case: Case, exit_code: int, stdout: bytes, raw_stderr: bytes) -> None:
    stderr = raw_stderr.decode("utf-8")
    assert exit_code == case.exit_code, stderr
    if case.exit_code == 0:
        assert not stderr
        assert case.says in stdout.decode()
        return
    assert not stdout
    _assert_harmless(stderr)
    _assert_explained(case, stderr)


def _assert_harmless(stderr: str) -> None:
    assert CANARY not in stderr
    assert not STEERING.search(stderr), ascii(stderr)
    assert "Traceback" not in stderr
    assert "hubwright has a bug" not in stderr
    assert len(stderr) <= MAX_STDERR


def _assert_explained(case: Case, stderr: str) -> None:
    lines = stderr.split("\n")
    if case.position is None:
        assert lines[0].startswith("error: ")
        assert case.says in lines[0]
        return
    there = [line for line in lines if line.startswith(f"matrix.yaml:{case.position}: ")]
    assert any(case.says in line for line in there), f"expected {case.position} {case.says}\n{stderr}"
    plural = "s" * (case.problems != 1)
    more = " or more" * (case.problems >= 100)
    assert f"\n{case.problems}{more} problem{plural} in the matrix; nothing was done\n" in stderr
