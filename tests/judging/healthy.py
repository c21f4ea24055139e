"""Notebooks with which nothing is wrong, however odd they look."""

from judging.case import SHOW, Case

PYTHON = {
    "computes": ("6 * 7",),
    "prints": ("print('a')", "print('b', end='')"),
    "text-and-blank-cells": ("#!# Text", "", "a = 1", "#!More.", "  \n"),
    "magics": ("%time a = 1", "%env A=1", "%who"),
    "shell": ("!true", "!echo FAILING is not failed", "a = !echo b", "assert a == ['b'], a"),
    "shell-that-may-fail": ("!false || true", "a = !grep b /dev/null || true"),
    "script": ("%%bash\necho a", "%%sh\ntrue", "%%script bash --norc\ntrue", "%%script cat --number\ntrue"),
    "runs-files": (
        "from pathlib import Path\nPath('a.py').write_text('a = 1')",
        "Path('b.py').write_text('import sys; sys.exit(0)')",
        "%run a.py\nassert a == 1",
        "%run -e b.py\n%run b.py",
    ),
    "awaits": ("import asyncio\nawait asyncio.sleep(0.01)",),
    "catches": ("try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print('as expected:', error)",),
    "threads": ("import threading\nt = threading.Thread(target=print, args=('a',))\nt.start()\nt.join()",),
    "thread-that-exits": ("import sys, threading\nt = threading.Thread(target=sys.exit)\nt.start()\nt.join()",),
    "processes": ("import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(1)'], check=True)",),
    "warns": ("import warnings\nwarnings.warn('old')",),
    "logs": ("import logging\nlogging.warning('ERROR in the middle of a line')",),
    "errors-in-words": ("print('no errors: ERRORS 0, FAILEDNESS 0, a Traceback would follow')",),
    "warns-in-the-midst-of-a-line": (
        "import sys\nprint('no ', end='', flush=True)\nprint('slow', file=sys.stderr, flush=True)\nprint('ERROR')",
    ),
    "progress": ("import sys\nfor n in range(9): sys.stderr.write(f'\\r{n}0%')",),
    "clears": (
        "from IPython.display import clear_output\nfor n in range(3):\n    print(n)\n    clear_output(wait=True)",
    ),
    "updates": ("h = display('a', display_id=True)", "h.update('b')"),
    "rich": ("from IPython.display import HTML, JSON\ndisplay(HTML('<b>a</b>'), JSON({'a': [1, None]}))",),
    "long-lines": ("print('x' * 200_000)",),
    "unittest-that-passes": (
        "import unittest\nclass T(unittest.TestCase):\n    def test_it(self): pass",
        "unittest.main(argv=['-'], exit=False) and None",
    ),
    "resets-its-names": ("a = 1", "%reset -f", "b = 1"),
    "shadows-builtins": ("sum = id = type = list = 1",),
    "custom-excepthook": ("import sys\nsys.excepthook = print",),
    "changes-directory": ("import os\nos.chdir('/tmp')",),
    "comms": ("from comm import create_comm\nc = create_comm(target_name='a')\nc.send({'b': 1})",),
}
BASH = {
    "bash-echo": ("echo a",),
    "bash-state": ("a=1", 'test "$a" = 1'),
    "bash-condition": ("if false; then echo a; fi", "false || true", "! false"),
    "bash-pipe": ("yes | head -3", "echo a | grep -c a"),
    "bash-heredoc": ("cat <<END\nFine.\nEND",),
    "bash-function": ("f() { return 0; }\nf",),
    "bash-function-that-may-fail": ("f() { false; }", "if f; then echo a; fi\nf || true", "a=$(f; echo b)\ntest $a"),
    "bash-stderr": ("echo a >&2",),
    "bash-subshell": ("(cd / && ls >/dev/null)",),
    "bash-subshell-that-may-fail": (
        "(false; echo a) || true",
        "if (false; echo a); then echo b; fi",
        "(if false; then echo a; fi; false || true; ! false; echo b)",
        "(false; echo a) | cat",
    ),
    "bash-substitution-that-may-fail": (
        'a=$(grep b /dev/null; echo $?)\ntest "$a" = 1',
        "f() { false; echo a; }\na=$(f >/dev/null; echo b)\ntest $a = b",
        "a=$( (false; echo b) )\ntest $a = b",
        "cat <(false; echo a)",
    ),
    "bash-ends": ("trap 'echo it ended' EXIT\nset -o pipefail",),
    "bash-background": ("sleep 60 &\nkill $!",),
}
WRAPPED = {
    "wrapped": ("a = 1", "print(a)"),
    "wrapped-silence": ("a = 1",),
    "wrapped-evidence": (SHOW, "show('a', 1, 1)"),
}
CHECKS = {
    "shows": (("a",), (SHOW, "show('a', 1, 1)")),
    "shows-twice": (("a",), (SHOW, "show('a', 1, 1)\nshow('a', 2, 2)")),
    "shows-fractions": (("a", "b"), (SHOW, "show('a', 1.5, 1.5)", "show('b', 2, 2.0)")),
    "shows-structures": (
        ("a",),
        (SHOW, "show('a', {'b': [1, None, 'c'], 'd': True}, {'d': True, 'b': [1, None, 'c']})"),
    ),
    "shows-odd-names": (('it\'s "quoted" — ü',), (SHOW, "show('it\\'s \"quoted\" — ü', 'ß', 'ß')")),
}
_GIVEN = ("home = '/'\nn: int = 0", {"tags": ["parameters"]})
_DEVICES = (
    ("hardware = True", {"tags": ["parameters"]}),
    SHOW,
    "show('software', 1, 1)",
    "if hardware:\n    show('the device computes', 1, 1)",
)

HEALTHY = [
    *(Case(name=name, cells=cells) for name, cells in PYTHON.items()),
    *(Case(name=name, cells=cells, kernel="bash") for name, cells in BASH.items()),
    *(
        Case(name=name, cells=cells, kernel="wrapper-honest", checks=("a",) if SHOW in cells else ())
        for name, cells in WRAPPED.items()
    ),
    *(Case(name=name, cells=cells, checks=checks) for name, (checks, cells) in CHECKS.items()),
    Case(
        name="given",
        cells=(_GIVEN, "assert (home, n) == ('/home', 5), (home, n)"),
        parameters={"home": "/home", "n": 5},
    ),
    Case(name="not-given", cells=(_GIVEN, "assert (home, n) == ('/', 0)")),
    Case(
        name="bash-given",
        kernel="bash",
        cells=(("home=/", {"tags": ["parameters"]}), 'test "$home" = /home'),
        parameters={"home": "/home"},
    ),
    Case(
        name="r-given",
        kernel="r",
        cells=(("home = '/'\nn = 0", {"tags": ["parameters"]}), "assert (home, n) == ('/home', 5), (home, n)"),
        parameters={"home": "/home", "n": 5},
    ),
    *(
        Case(
            name=f"devices-{hardware}",
            cells=_DEVICES,
            checks=("software",),
            hardware_checks=("the device computes",),
            hardware=hardware,
        )
        for hardware in (True, False)
    ),
]
