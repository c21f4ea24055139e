"""Combinations of versions that cannot work, refused before anybody waits for a build.

A rule speaks about facts: the axes of a variant, what its images and its foundation say of themselves, and
the chart's hub. It applies where every fact of `when` is known and matches, and is broken where a fact of
`require` is known and does not.
"""

import functools
import re
from collections.abc import Iterator, Mapping

from hubwright.frozen import dataclass

# What a Debian release brings, for images that use its Python and its Java.
SUITE_FACTS: Mapping[str, Mapping[str, str]] = {
    "bookworm": {"debian": "12", "python": "3.11", "java": "17"},
    "trixie": {"debian": "13", "python": "3.13", "java": "21"},
}


@dataclass(frozen=True, slots=True)
class Rule:
    when: Mapping[str, str]
    require: Mapping[str, str]
    because: str


BUILT_IN = (
    Rule({"spark": ">=3.5,<4"}, {"java": "<=17"}, "Spark 3.5 runs on Java 8, 11 and 17"),
    Rule({"spark": ">=3.5,<4"}, {"python": "<3.12"}, "PySpark 3.5 needs modules that Python 3.12 no longer has"),
    Rule({"spark": "4"}, {"java": ">=17,<22"}, "Spark 4 runs on Java 17 and 21"),
    Rule({"spark": "4.0"}, {"python": ">=3.9"}, "PySpark 4.0 starts at Python 3.9"),
    Rule({"spark": ">=4.1,<5"}, {"python": ">=3.10"}, "PySpark 4.1 starts at Python 3.10"),
    Rule({"cuda": "11"}, {"driver": ">=450"}, "CUDA 11 needs driver 450 or newer"),
    Rule({"cuda": "12"}, {"driver": ">=525"}, "CUDA 12 needs driver 525 or newer"),
    Rule({"cuda": "13"}, {"driver": ">=580"}, "CUDA 13 needs driver 580 or newer"),
    Rule({"cuda": "11"}, {"torch": "<2.8"}, "PyTorch has no CUDA 11 wheels from 2.8 on"),
    Rule({"cuda": "13"}, {"torch": ">=2.9"}, "PyTorch has CUDA 13 wheels from 2.9 on"),
    Rule({"neuron": "<2.30"}, {"python": "<3.13"}, "Neuron supports Python 3.13 from SDK 2.30 on"),
    Rule({"neuron": ">=2.30"}, {"python": ">=3.11,<3.14"}, "Neuron 2.30 and newer support Python 3.11 to 3.13"),
)


def hub_rule(jupyterhub: str) -> Rule:
    """Return the rule that holds an image's jupyterhub to the major version of the hub."""
    major = jupyterhub.partition(".")[0]
    return Rule(
        {"jupyterhub": ">=0"},
        {"jupyterhub": major},
        f"the chart's hub is {jupyterhub}, and a single-user server of another major version cannot log in to it",
    )


def broken_rules(facts: Mapping[str, str], rules: tuple[Rule, ...]) -> Iterator[tuple[Rule, str]]:
    """Yield each broken rule with the fact that breaks it."""
    for rule in rules:
        if all(name in facts and matches(facts[name], wanted) for name, wanted in rule.when.items()):
            for name, wanted in rule.require.items():
                if name in facts and not matches(facts[name], wanted):
                    yield rule, name


_CLAUSE = re.compile(r"(==|!=|<=|>=|<|>|)\s?([0-9]+(?:\.[0-9]+)*)")


# Thousands of variants ask the same few hundred questions.
@functools.cache
def matches(version: str, wanted: str) -> bool:
    """Say whether a version is in every range of `wanted`; a bare or `==` `4.1` means every 4.1.x."""
    if not re.fullmatch(r"[0-9]+(?:\.[0-9]+)*", version):
        return False
    have = _numbers(version)
    return all(_holds(have, *_clause(clause)) for clause in wanted.split(","))


def _clause(written: str) -> tuple[str, tuple[int, ...]]:
    match = _CLAUSE.fullmatch(written.strip())
    assert match is not None, written  # noqa: S101 - names.Specifier lets nothing else through
    return match[1], _numbers(match[2])


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _holds(have: tuple[int, ...], operator: str, wanted: tuple[int, ...]) -> bool:
    # Compared to the precision of the clause: 17.0.2 is <=17 and ==17, and not >17.
    cut = have[: len(wanted)] + (0,) * (len(wanted) - len(have))
    match operator:
        case "" | "==":
            return cut == wanted
        case "!=":
            return cut != wanted
        case "<=":
            return cut <= wanted
        case ">=":
            return cut >= wanted
        case "<":
            return cut < wanted
        case _:
            return cut > wanted
