"""Fixtures that every kind of test may use."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# What images are checked with; these need an image, and a pytest of their own.
collect_ignore = ["contract"]

settings.register_profile(
    "steady", derandomize=True, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("nightly", settings.get_profile("steady"), max_examples=1250)
settings.load_profile("steady")

MATRIX = """\
version: 1
hub: {chart: "4.4.0"}
foundations:
  trixie: {pull: "docker.io/library/debian:trixie-slim", bootstrap: {suite: trixie}}
images:
  base: {from: trixie, smoke: [home]}
  spark: {from: base, axes: {spark: ["4.0.1", "4.1.1"]}}
profiles:
  - {slug: lab, display_name: Lab, image: base, cpu: [0.5, 2], memory: [1G, 4G]}
"""
NOTEBOOK = '{"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3"}}, "cells": []}\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a small repository with two images, one of them in two variants."""
    root = tmp_path / "project"
    for image in ("base", "spark"):
        folder = root / "images" / image
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text(f"ARG BASE\nFROM ${{BASE}}\nLABEL image={image}\n")
    (root / "notebooks" / "smoke").mkdir(parents=True)
    (root / "notebooks" / "smoke" / "home.ipynb").write_text(NOTEBOOK)
    (root / "matrix.yaml").write_text(MATRIX)
    return root


@pytest.fixture
def umask_077() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)
