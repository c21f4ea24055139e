"""Notebooks and kernels that are broken, each in one way, and what is found."""

from judging.broken_bash import BASH
from judging.broken_evidence import EVIDENCE
from judging.broken_kernels import KERNELS
from judging.broken_python import PYTHON
from judging.broken_sources import SOURCES

BROKEN = [*SOURCES, *PYTHON, *EVIDENCE, *KERNELS, *BASH]
