"""Programs for the image's own Python, handed over as text: the standard library of 3.9 and nothing else."""

from pathlib import Path


def program(name: str) -> str:
    """Return the text of one of the programs."""
    return Path(__file__).with_name(f"{name}.py").read_text("utf-8")
