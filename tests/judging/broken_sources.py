"""Notebooks that are refused before anything of them is played."""

from dataclasses import replace

from judging.case import ADDS, Case

SOURCES = [
    Case(name="no-json", cells=(), content=b"{", where="no-json", expected="a notebook", seen="JSON"),
    Case(name="no-text", cells=(), content=b"\xff", where="no-text", expected="a notebook", seen="codec"),
    Case(name="no-cells", cells=(), where="no-cells", expected="a code cell that does something", seen="none"),
    Case(
        name="blank", cells=("#!Text.", " \n"), where="blank", expected="a code cell that does something", seen="none"
    ),
    Case(
        name="excused",
        cells=("#!Text.", "a = 1", ("1 / 0", {"tags": ["raises-exception"]})),
        where="excused, cell 3",
        expected="no tag that excuses",
        seen="raises-exception",
    ),
    Case(
        name="skipped",
        cells=("a = 1", ("1 / 0", {"tags": ["skip-execution"]})),
        where="skipped, cell 2",
        expected="no tag that excuses",
        seen="skip-execution",
    ),
    Case(
        name="hidden",
        cells=("a = 1", ("1 / 0", {"tags": ["remove-cell", "x"]})),
        where="hidden, cell 2",
        expected="no tag that excuses",
        seen="remove-cell",
    ),
    Case(
        name="excusing-metadata",
        cells=ADDS,
        metadata={"execution": {"allow_errors": True}},
        where="excusing-metadata",
        expected="no metadata that excuse errors",
        seen="allow_errors",
    ),
    Case(
        name="excusing-script",
        cells=("%%bash --no-raise-error\nfalse",),
        where="excusing-script, cell 1",
        expected="a script whose failure counts",
        seen="--no-raise-error",
    ),
    Case(
        name="excusing-script-in-short",
        cells=("a = 1", "%%bash -s b --no-raise\nfalse"),
        where="excusing-script-in-short, cell 2",
        expected="a script whose failure counts",
        seen="--no-raise",
    ),
    Case(
        name="script-in-the-background",
        cells=("%%bash --bg\nfalse",),
        where="script-in-the-background, cell 1",
        expected="a script whose failure counts",
        seen="--bg",
    ),
    Case(
        name="script-in-the-background-in-short",
        cells=("a = 1", "%%time\n%%script bash --out a --b\nfalse"),
        where="script-in-the-background-in-short, cell 2",
        expected="a script whose failure counts",
        seen="--b",
    ),
    Case(
        name="parameters-that-take-back",
        cells=(("a = 1", {"tags": ["parameters"]}), ("a = 1", {"tags": ["parameters"]})),
        parameters={"a": 2},
        where="parameters-that-take-back, cell 2",
        expected="the tag 'parameters' on one cell, of code",
        seen="one more",
    ),
    Case(
        name="parameters-of-no-code",
        cells=(("#!# Parameters", {"tags": ["parameters"]}), "a = 1"),
        where="parameters-of-no-code, cell 1",
        expected="the tag 'parameters' on one cell, of code",
        seen="one of text",
    ),
    Case(
        name="saved-outputs",
        cells=(),
        content=replace(Case(name="", cells=ADDS))
        .notebook()
        .replace(b'"execution_count": null', b'"execution_count": 7'),
        where="saved-outputs, cell 1",
        expected="a cell without outputs",
        seen="an earlier run",
    ),
    Case(
        name="no-kernel",
        cells=ADDS,
        metadata={"kernelspec": {}},
        where="no-kernel",
        expected="names its kernel",
        seen="none",
    ),
    Case(
        name="strange-declaration",
        cells=ADDS,
        metadata={"hubwright": {"check": []}},
        where="strange-declaration",
        expected="a notebook",
        seen="'check', which is none of checks",
    ),
    Case(
        name="hardware-unasked",
        cells=ADDS,
        hardware_checks=("it computes",),
        where="hardware-unasked",
        expected="a parameter 'hardware'",
        seen="none",
    ),
]
