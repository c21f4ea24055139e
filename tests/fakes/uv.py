"""A uv that is a script, for tests of what it is asked and of what is made of its answers."""

import sys
from collections.abc import Mapping
from pathlib import Path

from hubwright.locks.python import Uv

# Locks every requirement as version 1, behind what it was constrained to.
_SCRIPT = """\
import os, pathlib, sys
options = dict(word.lstrip("-").split("=", 1) for word in sys.argv[1:-1] if word.startswith("--") and "=" in word)
wanted = pathlib.Path(sys.argv[-1]).read_text().split()
if "impossible" in wanted:
    sys.exit("error: No solution found when resolving dependencies")
if "wants-bases-1" in wanted and "bases==2" in pathlib.Path(options["constraints"]).read_text():
    sys.exit("error: No solution found when resolving dependencies")
if "offline" in wanted:
    sys.exit("error: Failed to fetch")
held = pathlib.Path(options["constraints"]).read_text()
lines = [f"# python {options['python-version']}", *(f"# held {line}" for line in held.split())]
lines += [f"# {key} {value}" for key, value in (*os.environ.items(), *options.items()) if "index" in key.lower()]
lines += [word if "://" in word or "==" in word else f"{word}==1" for word in wanted]
pathlib.Path(options["output-file"]).write_text("\\n".join(lines) + "\\n")
"""


def fake_uv(folder: Path, environment: Mapping[str, str]) -> Uv:
    """Write the script into the folder, and return it as what locks are asked of."""
    program = folder / "uv"
    program.write_text(f"#!{sys.executable}\n{_SCRIPT}")
    program.chmod(0o755)
    return Uv(program=str(program), environment=environment, folder=folder)
