"""What the notebook about kernels says to each of them, and of those that it can say nothing to."""

from typing import Any

import pytest

from cells import Bench
from hubwright.languages import LANGUAGES


def _asked(**found: str) -> Bench:
    bench = Bench("kernels")
    specs: dict[str, Any] = {name: {"spec": {"language": language}} for name, language in found.items()}
    bench.names["found"] = specs
    bench.run("questions")
    return bench


def test_every_language_of_the_judge_is_tried() -> None:
    assert set(_asked(ir="R", python3="python").names["LANGUAGES"]) == set(LANGUAGES)


def test_a_kernel_that_nothing_is_known_to_try_with_is_named_with_what_to_do() -> None:
    with pytest.raises(LookupError) as told:
        _asked(ksh="Kornshell", octave="", python3="python")
    said = str(told.value)
    assert "nothing is known to try these kernels with: ksh (in 'kornshell'), octave (in '')." in said
    assert "LANGUAGES" in said
    assert "jupyter kernelspec remove" in said
