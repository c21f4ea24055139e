"""What the judge says to a kernel, by language: pure text, so that a fingerprint can hold it.

A kernel is believed only after it was seen to fail when it was told to, and to compute what nobody could have written
down before. A language that is not here cannot be judged: add its line, and try it on a real kernel.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict

from hubwright.canonical import Canonical
from hubwright.frozen import dataclass

# What a server takes for the name of a kernel.
KERNEL_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")

# Rises when the judge decides in another way, with the same words.
_JUDGE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Language:
    """How to speak to kernels of one language.

    `fail` has to fail, `add` prints the sum of `{a}` and `{b}`, and `parameter` finds the names that a parameters cell
    sets. `prelude` makes failures loud that the language keeps quiet, and `epilogue` fails if there were any.
    `show` shows evidence through the notebook's own function, under the name `{check}`, that has to be refused.
    """

    fail: str
    add: str
    parameter: str
    prelude: str = ""
    epilogue: str = ""
    show: str = ""


_PYTHON_PRELUDE = """\
def _prelude():
    import subprocess
    import sys
    import threading

    failures = sys._hubwright_failures = []

    def in_thread(args, before=threading.excepthook):
        if args.exc_type is not SystemExit:
            name = args.thread.name if args.thread else "a thread"
            failures.append(f"{name} ended with {args.exc_type.__name__}: {args.exc_value}")
        before(args)

    def ignored(args, before=sys.unraisablehook):
        failures.append(f"Python ignored {args.exc_type.__name__}: {args.exc_value}")
        before(args)

    threading.excepthook, sys.unraisablehook = in_thread, ignored
    try:
        shell = get_ipython()
    except NameError:
        return
    import IPython.core.interactiveshell as interactive

    plain_system = shell.system

    def system(command):
        plain_system(command)
        if code := shell.user_ns.get("_exit_code"):
            raise RuntimeError(f"!{command} ended with exit code {code}")

    def getoutput(command):
        done = subprocess.run(command, shell=True, stdout=-1, stderr=-2, stdin=-3, text=True, errors="replace")
        if done.returncode:
            raise RuntimeError(f"!{command} ended with exit code {done.returncode}: {done.stdout}")
        return done.stdout

    plain_execfile = shell.safe_execfile

    def execfile(*args, **options):
        plain_execfile(*args, **{**options, "exit_ignore": False})

    shell.system, interactive.getoutput, shell.safe_execfile = system, getoutput, execfile


_prelude()
del _prelude
"""
_PYTHON_EPILOGUE = """\
import gc as _gc, sys as _sys
_gc.collect()
if _sys._hubwright_failures:
    raise RuntimeError("; ".join(_sys._hubwright_failures))
"""
# A cell's own exit code is its last command's. The trap spares what `set -e` would spare: functions and subshells only
# have it with `set -E`, and then `$(...)` has it as well, which writes into a pipe, or has put one aside at 10. What a
# disk does not take, or a cell that tidies up removes, is a failure itself: nobody knows then what there was. So is a
# cell that has a trap of its own there, or changes what ours is.
_BASH_PRELUDE = """\
_hubwright_hear() {
    [[ $BASH_SUBSHELL -gt 0 && ( -p /dev/fd/1 || -p /dev/fd/10 ) ]] ||
        printf '%s ended with exit code %s; ' "$2" "$1" >>"$_hubwright_heard" || rm -f "$_hubwright_heard"
}
_hubwright_ears() {
    trap -p ERR; declare -f _hubwright_hear; if shopt -qo errtrace; then echo E; fi
}
set -E
_hubwright_heard=$(mktemp) && trap '_hubwright_hear $? "$BASH_COMMAND"' ERR
_hubwright_listened=$(_hubwright_ears)
"""
_BASH_EPILOGUE = """\
_hubwright_listens=$(_hubwright_ears)
trap - ERR
_hubwright_told=$(cat "$_hubwright_heard") || _hubwright_told="what failed is not known: its record is gone"
[ "$_hubwright_listens" = "$_hubwright_listened" ] ||
    _hubwright_told+="what failed is not known: a cell took the trap ERR"
rm -f "$_hubwright_heard"
echo "$_hubwright_told" >&2; [ -z "$_hubwright_told" ]
"""

LANGUAGES: Mapping[str, Language] = {
    "python": Language(
        fail="raise RuntimeError('told to fail')",
        add="print({a} + {b})",
        parameter=r"^([A-Za-z_]\w*)\s*(?::[^=\n]+)?=(?!=)",
        prelude=_PYTHON_PRELUDE,
        epilogue=_PYTHON_EPILOGUE,
        show="show({check!r}, {a}, {a} + {b})",
    ),
    "bash": Language(
        fail="false",
        add="echo $(( {a} + {b} ))",
        parameter=r"^([A-Za-z_]\w*)=",
        prelude=_BASH_PRELUDE,
        epilogue=_BASH_EPILOGUE,
    ),
    "r": Language(
        fail="stop('told to fail')",
        add="cat(sprintf('%.0f', {a} + {b}))",
        parameter=r"^([A-Za-z.][\w.]*)\s*(?:<-|=(?!=))",
    ),
    "scala": Language(
        fail='throw new RuntimeException("told to fail")',
        add="println({a} + {b})",
        parameter=r"^va[lr]\s+([A-Za-z_]\w*)",
    ),
    "julia": Language(fail='error("told to fail")', add="println({a} + {b})", parameter=r"^([A-Za-z_]\w*)\s*=(?!=)"),
    "java": Language(
        fail='throw new RuntimeException("told to fail");',
        add="System.out.println({a} + {b});",
        parameter=r"^(?:final\s+)?\w+\s+([A-Za-z_]\w*)\s*=(?!=)",
    ),
}


def judge_parts() -> Canonical:
    """Return what identifies the judge: a verdict speaks only for what was asked in these words."""
    return {
        "version": _JUDGE,
        "languages": {
            name: {part: hashlib.sha256(text.encode()).hexdigest() for part, text in asdict(language).items()}
            for name, language in LANGUAGES.items()
        },
    }
