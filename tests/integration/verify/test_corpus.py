"""Images that are broken in one way each, rehearsed from the first start to the last, and named rightly.

What is broken                         Where it is shown to be found
-------------------------------------  ------------------------------------------------------------------
home not writable                      contract/test_broken.py, hub/test_start.py (homes of every kind)
files needed below $HOME               contract/test_broken.py
root only                              hub/test_broken.py, contract/test_broken.py
no jupyterhub-singleuser               hub/test_broken.py, contract/test_broken.py
wrong major version of jupyterhub      hub/test_start.py
entry point swallows its arguments     contract/test_broken.py, hub/test_broken.py
working directory `/`                  here
server that never answers              hub/test_broken.py
server that exits with 0               hub/test_broken.py
kernel missing                         here
kernel killed for its memory           here; in a child that nobody missed: hub/test_start.py
GPU image that would use the CPU       here, with a stand-in for torch
placeholder packages of Neuron         here, with stand-ins; for any package: contract/test_broken.py
Java missing                           here, with a stand-in for pyspark
Java too old for Spark                 here, with stand-ins for pyspark and Java
executors with another Python          here, with stand-ins for Spark's programs
library that does not resolve          contract/test_broken.py
program with root's rights (setuid)    contract/test_broken.py
passes only as root                    here
copies for ever at its start           here
kernel that is stopped                 here, with a short deadline; without a container: the judge's corpus
-------------------------------------  ------------------------------------------------------------------
Stand-ins are used where the real thing is hundreds of megabytes: what they answer is what it answers.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from helpers.images import BaseImage
from helpers.playing import Play, Theatre, script, smoke
from hubwright.model import Span
from hubwright.verdicts import Standing
from judging.case import LIMITS, Case
from values import SHAPE

_SITE = "/opt/venv/lib/python3.13/site-packages"
_SPECS = "/opt/venv/share/jupyter/kernels"
_MIB = 1 << 20
# Long enough for a server on a busy machine, short enough to wait for one that never comes.
_NEVER_S = 30.0

_TORCH = """\
from types import SimpleNamespace

__version__ = "2.9.0+cpu"
version = SimpleNamespace(cuda=None)
"""
_HUNGRY = """\
#!/opt/venv/bin/python
hoard = bytearray(1 << 30)
"""
_PYSPARK = '''\
"""Starts whatever Java is on PATH, as Spark does, and answers with its version."""
import re
import subprocess
from types import SimpleNamespace

__version__ = "4.1.1"


class _Builder:
    def __getattr__(self, name):
        return lambda *_: self

    def getOrCreate(self):
        try:
            said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr
        except FileNotFoundError:
            raise RuntimeError("[JAVA_GATEWAY_EXITED] Java gateway process exited before sending its port number.")
        version = re.search(r'"(.+)"', said)[1]
        java = SimpleNamespace(lang=SimpleNamespace(System=SimpleNamespace(getProperty=lambda _: version)))
        return SimpleNamespace(version=__version__, sparkContext=SimpleNamespace(_jvm=SimpleNamespace(java=java)))


class SparkSession:
    builder = _Builder()


functions = None
'''
_JAVA = "#!/bin/sh\necho 'openjdk version \"17.0.9\"' >&2\n"
# The master counts whoever has asked it for its page, as a real one counts those who register.
_SPARK_CLASS = """\
#!/bin/sh
case "$1" in
*.Master) mkdir -p /tmp/www/json && echo '{"aliveworkers": 2}' > /tmp/www/json/index.html
    exec python -m http.server 8080 --directory /tmp/www ;;
*) exec sleep 600 ;;
esac
"""
_SUBMIT = """\
#!/opt/venv/bin/python
import json, sys
mark, executors, packages = sys.argv[-3], int(sys.argv[-2]), json.loads(sys.argv[-1])
told = {"rows": 0, "python": "3.12.1", "java": "21.0.2", "spark": "4.1.1", "packages": dict.fromkeys(packages)}
reports = [{"executor": str(n), "host": f"worker-{n}", **told} for n in range(executors)]
reports[0]["rows"] = sum(range(4 * executors))
print(mark + json.dumps({"reports": reports, "registered": executors, "java": "21.0.2", "spark": "4.1.1"}))
"""
_COPIES = """\
#!/bin/sh
while true; do cp /usr/bin/git "$HOME/skeleton"; sleep 0.2; done
exec /usr/local/bin/start.sh "$@"
"""
_STANDS_IN = f"""\
COPY --chmod=0644 pyspark {_SITE}/pyspark/__init__.py
RUN cd {_SITE} && touch pandas.py && ln -s __init__.py pyspark/sql.py"""
_PLACEHOLDERS = f"""\
RUN cd {_SITE} && touch torch.py torch_xla.py
RUN cd {_SITE} && echo 'raise ImportError("placeholder")' | tee torch_neuronx.py libneuronxla.py neuronxcc.py"""
_SPARKS = {"pyspark": _PYSPARK}


@dataclass(frozen=True, kw_only=True)
class Broken:
    """What breaks the base image, how it is rehearsed, how the place of the first finding begins, and words of it."""

    lines: str
    where: str | tuple[str, ...]
    seen: str
    expected: str = ""
    files: dict[str, str] = field(default_factory=dict)
    notebooks: tuple[str, ...] = ()
    play: Play = field(default_factory=Play)


_AS_ROOT = Case(name="as-root", cells=("from pathlib import Path\nPath('/opt/weights').read_text()",))
_STOPS = Case(name="stops", cells=("import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",))
_ONE = Case(name="one", cells=("1 + 1",))

BROKEN = {
    "working directory /": Broken(
        lines="WORKDIR /",
        where="server-outside, a new notebook can be made",
        expected="201",
        seen="",
    ),
    "no kernel": Broken(
        lines=f"RUN rm -r {_SPECS}/python3 {_SITE}/ipykernel {_SITE}/ipykernel-*",
        where="kernel python3",
        expected="a kernel",
        seen="",
        play=Play(scripts=(script(_ONE),)),
    ),
    "kernel takes all memory": Broken(
        lines=f"COPY hungry /opt/hungry\n"
        f'RUN echo \'{{"argv": ["/opt/hungry"], "language": "python", "display_name": "x"}}\''
        f" > {_SPECS}/python3/kernel.json",
        files={"hungry": _HUNGRY},
        # Its server may go with it, and then it is the notebook that nobody can be asked about.
        where=("kernel python3", "one (the kernel's connection broke"),
        expected="enough memory",
        seen="a process was killed for want of memory",
        play=Play(scripts=(script(_ONE),), shape=replace(SHAPE, memory=Span(guarantee=512 * _MIB, limit=512 * _MIB))),
    ),
    "torch for the CPU": Broken(
        lines=f"COPY --chmod=0644 torch {_SITE}/torch.py",
        files={"torch": _TORCH},
        notebooks=("devices-nvidia",),
        where="devices-nvidia, cell 4",
        expected="a version of it",
        seen="null",
        play=Play(shape=replace(SHAPE, resources={"nvidia.com/gpu": 1})),
    ),
    "placeholders of Neuron": Broken(
        lines=_PLACEHOLDERS,
        notebooks=("devices-neuron",),
        where="devices-neuron, cell 5",
        seen="torch_neuronx: placeholder",
        play=Play(shape=replace(SHAPE, resources={"aws.amazon.com/neuron": 1})),
    ),
    "no Java": Broken(
        lines=_STANDS_IN,
        files=_SPARKS,
        notebooks=("spark-local",),
        where="spark-local, cell 4",
        seen="JAVA_GATEWAY_EXITED",
    ),
    "old Java": Broken(
        lines=f"{_STANDS_IN}\nCOPY java /usr/bin/java",
        files={**_SPARKS, "java": _JAVA},
        notebooks=("spark-local",),
        where="spark-local, cell 5",
        expected="21",
        seen="17",
    ),
    "executors with another Python": Broken(
        lines="ENV SPARK_HOME=/opt/spark\nCOPY spark-class spark-submit /opt/spark/bin/",
        files={"spark-class": _SPARK_CLASS, "spark-submit": _SUBMIT},
        notebooks=("spark-submit",),
        where="spark-submit, cell 8",
        expected='["3.13',
        seen='["3.12.1"]',
    ),
    "passes only as root": Broken(
        lines="RUN install -m 0600 /dev/null /opt/weights",
        where="as-root, cell 1",
        seen="PermissionError",
        play=Play(scripts=(script(_AS_ROOT),)),
    ),
    "copies for ever": Broken(
        lines='COPY copies /opt/copies\nENTRYPOINT ["/opt/copies"]',
        files={"copies": _COPIES},
        where="start",
        expected="a single-user server that answers within",
        seen="the container runs, and nobody answers on its port",
        play=Play(start_s=_NEVER_S),
    ),
    "kernel that is stopped": Broken(
        lines="LABEL stops=yes",
        where="stops, cell 1",
        expected="an end within 5 s",
        seen="still running",
        play=Play(scripts=(script(_STOPS),), limits=replace(LIMITS, cell_s=5)),
    ),
}


def test_every_broken_image_fails_and_is_named_with_the_place_and_in_words(
    theatre: Theatre, base_image: BaseImage
) -> None:
    def rehearsed(broken: Broken) -> tuple[Standing, list[tuple[str, str, str]]]:
        ref = theatre.build(broken.lines, broken.files)
        notebooks = tuple(smoke(base_image.root, name) for name in broken.notebooks)
        verdict = theatre.play(ref, replace(broken.play, scripts=(*broken.play.scripts, *notebooks)))
        found = [finding for trial in verdict.trials for finding in trial.findings]
        return verdict.standing, [(each.where, each.expected, each.seen) for each in found]

    with ThreadPoolExecutor(4) as threads:
        outcomes = dict(zip(BROKEN, threads.map(rehearsed, BROKEN.values()), strict=True))

    wrong = {
        name: outcome
        for (name, outcome), broken in zip(outcomes.items(), BROKEN.values(), strict=True)
        if outcome[0] is not Standing.FAILED or not _names(broken, outcome[1][0])
    }
    assert not wrong, "\n".join(f"{name}: {outcome}" for name, outcome in wrong.items())


def _names(broken: Broken, finding: tuple[str, str, str]) -> bool:
    where, expected, seen = finding
    return where.startswith(broken.where) and broken.expected in expected and broken.seen in seen
