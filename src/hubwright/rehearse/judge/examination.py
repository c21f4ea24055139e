"""Whether a kernel can be believed: a fresh one is told to fail, and then to compute."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hubwright.frozen import dataclass
from hubwright.languages import LANGUAGES, Language
from hubwright.limits import Limits
from hubwright.rehearse.judge.findings import FoundError, UnwellError, Watch, found
from hubwright.rehearse.judge.jupyter import Jupyter
from hubwright.rehearse.judge.kernel import Deadline, Kernel, open_kernel, within
from hubwright.rehearse.judge.lint import lint_text
from hubwright.schedule import Shared
from hubwright.verdicts import KERNEL_ADMITS, Evidence, Finding
from hubwright.words import listed, shorten

# Below half of what the smallest integers of all the languages hold.
_HALF = 10**9


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """What is known of a kernel: its language, as the server calls it and as the judge speaks it, and how it did."""

    language_name: str
    language: Language
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]


class Examinations:
    """Examines each kernel once, however many notebooks ask for it at the same time; one of these for each image.

    What was found is kept, and told to everyone who asks. Where nothing could be asked, or the server was not well, the
    next one tries again.
    """

    def __init__(self) -> None:
        self._made = Shared[Examined | FoundError]()

    def get(self, name: str, examine: Callable[[], Examined]) -> Examined:
        made = self._made.get((name,), lambda: _outcome(examine))
        if isinstance(made, FoundError):
            raise FoundError(made.finding)
        return made


def _outcome(examine: Callable[[], Examined]) -> Examined | FoundError:
    try:
        return examine()
    except UnwellError:
        raise
    except FoundError as error:
        return error


def examine(jupyter: Jupyter, name: str, *, watch: Watch, limits: Limits) -> Examined:
    """Return what a fresh kernel of that name showed; FoundError where there is none that could be asked."""
    where = f"kernel {name}"
    language_name, language = _language(jupyter.kernelspecs(timeout_s=limits.start_s), name, where)
    with open_kernel(jupyter, name, watch=watch, limits=limits) as kernel:
        findings = (
            *_fails(kernel, language, where, limits),
            *computes(kernel, language, where, within(limits)),
            *unasked(kernel, where),
        )
    evidence = (
        Evidence(check=KERNEL_ADMITS, expected="error", seen="error", where=where),
        Evidence(check="the kernel computes after it", expected="the sum", seen="the sum", where=where),
    )
    return Examined(
        language_name=language_name, language=language, evidence=() if findings else evidence, findings=findings
    )


def _language(specs: Mapping[str, Any], name: str, where: str) -> tuple[str, Language]:
    match specs.get(name):
        case {"spec": {"language": str(language)}}:
            pass
        case _:
            has = listed(sorted(specs), conjunction="and") or "none"
            advice = "Install the kernel in the image, or let the notebook name another."
            raise found(where, "a kernel of the image", f"the image has {has}", advice)
    if language.lower() not in LANGUAGES:
        advice = "Add its line to hubwright.languages: a cell that fails, and one that prints a sum."
        raise found(where, f"a language of {listed(sorted(LANGUAGES))}", shorten(language), advice)
    return language.lower(), LANGUAGES[language.lower()]


def _fails(kernel: Kernel, language: Language, where: str, limits: Limits) -> Iterator[Finding]:
    heard = kernel.ask(language.fail, where, within(limits))
    expected = "a cell that is told to fail to be seen to fail"
    advice = "This kernel makes broken work look finished: mend or remove it."
    if heard.status != "error":
        yield Finding(where=where, expected=expected, seen=f"the reply {shorten(heard.status)!r}", advice=advice)
    if not heard.errors:
        yield Finding(where=where, expected=expected, seen="no error among its outputs", advice=advice)


def computes(kernel: Kernel, language: Language, where: str, *deadlines: Deadline) -> Iterator[Finding]:
    """Yield what is wrong with a kernel that does not print the sum of two numbers that nobody knew before."""
    a, b = (secrets.randbelow(_HALF) for _ in range(2))
    heard = kernel.ask(language.add.format(a=a, b=b), where, *deadlines)
    if heard.status != "ok" or heard.errors:
        seen = f"the reply {shorten(heard.status)!r} {shorten('; '.join(heard.errors), 200)}".strip()
        yield Finding(where=where, expected=f"the sum {a + b}", seen=seen)
    elif str(a + b) not in heard.text.split():
        advice = "The kernel answers without running what it is given."
        yield Finding(
            where=where, expected=f"the sum {a + b}", seen=shorten(heard.text, 200) or "no output", advice=advice
        )


def unasked(kernel: Kernel, where: str) -> Iterator[Finding]:
    """Yield what is wrong with what a kernel said in answer to no cell, or long after one had ended."""
    where = f"{where}, outside of any cell"
    if kernel.stray.evidence:
        seen = shorten(str(kernel.stray.evidence[0]), 200)
        advice = "Evidence counts from a cell that runs; anything else in the image that shows it forges it."
        yield Finding(where=where, expected="no evidence", seen=seen, advice=advice)
    if kernel.stray.errors:
        yield Finding(where=where, expected="no error", seen=shorten(kernel.stray.errors[0], 200))
    yield from lint_text(kernel.stray.text, where)
