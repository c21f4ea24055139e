"""Notebooks in bash that break, each in one way."""

from judging.case import SHORT, SUCCEEDS, Case

BASH = [
    Case(
        name="bash-last",
        cells=("echo a", "false"),
        kernel="bash",
        where="bash-last, cell 2",
        expected=SUCCEEDS,
        seen="1",
    ),
    Case(
        name="bash-before-the-last",
        cells=("false; echo done",),
        kernel="bash",
        where="bash-before-the-last, after its last cell",
        expected="no failure that the notebook did not notice",
        seen="false ended with exit code 1",
    ),
    Case(
        name="bash-missing",
        cells=("no-such-program",),
        kernel="bash",
        where="bash-missing, cell 1",
        expected=SUCCEEDS,
        seen="127",
    ),
    Case(
        name="bash-syntax",
        cells=("if true; then",),
        kernel="bash",
        limits=SHORT,
        where="bash-syntax, cell 1",
        expected="",
        seen="",
    ),
    Case(
        name="bash-confesses",
        cells=("echo 'FAILED 3 of 4'",),
        kernel="bash",
        where="bash-confesses, cell 1",
        expected="no word of a failure",
        seen="FAILED 3 of 4",
    ),
    Case(
        name="bash-hangs",
        cells=("sleep 600",),
        kernel="bash",
        limits=SHORT,
        where="bash-hangs, cell 1",
        expected="an end within 2 s",
        seen="still running",
    ),
    Case(
        name="bash-floods",
        cells=("yes",),
        kernel="bash",
        where="bash-floods, cell 1",
        expected="",
        seen="",
    ),
    Case(
        name="bash-declares",
        cells=("true",),
        kernel="bash",
        checks=("a",),
        where="bash-declares",
        expected="evidence of 'a'",
        seen="none",
    ),
]
