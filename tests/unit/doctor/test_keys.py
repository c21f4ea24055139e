import pytest

from hubwright.doctor.interface import State
from hubwright.doctor.keys import keys_outcome, no_keys


@pytest.mark.parametrize(
    "counting, signs, state, seen",
    [
        (["ours"], True, State.OK, "what ours signed counts for jupyter, and THE_KEY names one of these"),
        (["ours", "theirs"], None, State.WARN, "what ours and theirs signed counts for jupyter; THE_KEY is not set"),
        (["ours"], False, State.FAIL, "nobody would accept what the key that THE_KEY names signs"),
        ([], None, State.FAIL, "no key of the list may speak about jupyter"),
    ],
)
def test_keys_are_judged_by_whether_what_is_signed_here_would_count(
    counting: list[str],
    signs: bool | None,  # noqa: FBT001 - a case
    state: State,
    seen: str,
) -> None:
    outcome = keys_outcome(counting, "jupyter", signs=signs, variable="THE_KEY")
    assert (outcome.state, seen in outcome.seen) == (state, True), outcome
    assert bool(outcome.advice) == (state is not State.OK)


def test_without_a_list_nothing_counts_and_nothing_but_that_is_lost() -> None:
    outcome = no_keys("proof-keys.yaml")
    assert outcome.state is State.WARN
    assert "there is no proof-keys.yaml beside the matrix" in outcome.seen
