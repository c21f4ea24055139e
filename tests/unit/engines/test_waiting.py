from itertools import count

from hubwright.engines.waiting import until


def test_it_asks_until_the_answer_is_yes() -> None:
    asked = count()

    assert until(lambda: next(asked) >= 3, timeout_s=60)
    assert next(asked) == 4


def test_it_asks_at_least_once_and_gives_up_at_the_deadline() -> None:
    asked = count()

    assert not until(lambda: next(asked) < 0, timeout_s=0)
    assert next(asked) >= 1
