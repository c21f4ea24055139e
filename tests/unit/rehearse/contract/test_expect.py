import re

import pytest

from hubwright.rehearse.contract.expect import Excuse, Excuses, Expect, NotShownError, not_shown, read_excuses

EXCUSE = Excuse("excused.toml", "no_caches", "/root/*", "why")


def expect(*known: Excuse) -> Expect:
    return Expect("test_no_caches", Excuses(known))


def test_a_match_is_recorded() -> None:
    made = expect()
    made(seen=1, expected=1)
    assert (made.seen, made.expected) == ([1], [1])


def test_a_mismatch_is_recorded_and_ends_the_check() -> None:
    made = expect()
    with pytest.raises(pytest.fail.Exception, match="why"):
        made(seen=1, expected=2, says="why")
    assert (made.seen, made.expected) == ([1], [2])


def test_nothing_found_where_something_was_looked_at_is_right() -> None:
    made = expect()
    made.none([], looked_at=7)
    assert made.seen == [{"found": [], "excused": {}, "looked_at": 7}]


def test_nothing_found_where_nothing_was_looked_at_is_wrong() -> None:
    with pytest.raises(pytest.fail.Exception, match="found 0 among 0"):
        expect().none([], looked_at=0)


def test_what_is_found_is_wrong_with_its_details() -> None:
    made = expect()
    with pytest.raises(pytest.fail.Exception, match="found 1 among 7"):
        made.none({"lib.so": ["user"]}, looked_at=7)
    assert made.seen == [{"found": {"lib.so": ["user"]}, "excused": {}, "looked_at": 7}]


def test_what_is_excused_is_shown_with_its_reason() -> None:
    made = expect(EXCUSE)
    made.none(["/root/x"], looked_at=7)
    assert made.seen == [{"found": [], "excused": {"/root/x": "why"}, "looked_at": 7}]
    assert list(made.excuses.unused({"test_no_caches"})) == []


def test_an_excuse_is_for_its_check_only() -> None:
    made = Expect("test_other", Excuses((EXCUSE,)))
    with pytest.raises(pytest.fail.Exception):
        made.none(["/root/x"], looked_at=7)


def test_an_excuse_that_excuses_nothing_is_left_over() -> None:
    made = expect(EXCUSE)
    assert list(made.excuses.unused({"test_no_caches"})) == [], "its check was not made"
    assert list(made.excuses.unused({"test_other"})) == [EXCUSE], "there is no such check"
    made.none([], looked_at=7)
    assert list(made.excuses.unused({"test_no_caches"})) == [EXCUSE], "its check found nothing"


def test_excuses_are_read_with_their_file() -> None:
    assert read_excuses({"excused.toml": '[no_caches]\n"/root/*" = "why"\n'}) == (EXCUSE,)


@pytest.mark.parametrize("text", ['no_caches = "why"\n', '[no_caches]\n"/root" = ""\n', '[no_caches]\n"/root" = 1\n'])
def test_an_excuse_without_a_reason_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape("excused.toml: expected [no_caches] to hold lines such as")):
        read_excuses({"excused.toml": text})


def test_a_check_that_hangs_on_another_names_it() -> None:
    with pytest.raises(NotShownError) as failure:
        not_shown("test_python_runs")
    assert failure.value.because == "test_python_runs"
