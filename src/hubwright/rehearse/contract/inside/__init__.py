"""Programs for the image's own Python, handed over as text: the standard library of 3.9 and nothing else."""

from importlib.resources import files


def program(name: str) -> str:
    """Return the text of one of the programs."""
    return files(__name__).joinpath(f"{name}.py").read_text("utf-8")
