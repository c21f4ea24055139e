from dataclasses import replace

import pytest

from accounts import image, nothing, offered, start, trial
from hubwright.account import Account, Became, StartAccount, Wrong
from hubwright.offering import Basis
from hubwright.report.page.wording import headline_of, lede_of, title_of
from hubwright.report.summary import answer_of
from hubwright.report.troubles import Tone, troubles
from hubwright.verdicts import Standing
from nights import fine, night

_OLD = offered("old", Basis.LAST_GOOD, reason="today's image failed")
_WRONG = Wrong(where="home, cell 3", expected="12", seen="11", advice="count again")


def _failed(name: str, **changes: object) -> StartAccount:
    kept = offered("old", Basis.LAST_GOOD, reason="today's image failed", since="2026-01-22T00:00:00Z")
    broken = trial("home", passed=False, findings=(_WRONG,))
    return start(name, "base", **{"standing": Standing.FAILED, "trials": (broken,), "offered": kept, **changes})


def _withheld(name: str, reason: str) -> StartAccount:
    return start(name, "base", offered=None, withheld=reason)


def _with(*starts: StartAccount, **changes: object) -> Account:
    return replace(nothing(), starts=starts, images=(image("base"),), **changes)  # type: ignore[arg-type] # its fields


def _told(account: Account) -> tuple[Tone, str, str, list[str]]:
    found = troubles(account)
    answer = answer_of(found, account)
    return answer.tone, headline_of(answer), lede_of(found, account), [title_of(each) for each in found]


_CASES = {
    "nothing at all": (nothing(), Tone.UNKNOWN, "Nothing is known yet", "This account holds no start", []),
    "one start": (_with(start("a", "base")), Tone.FINE, "Everything is fine", "The start is offered and proven.", []),
    "all well": (
        fine(),
        Tone.FINE,
        "Everything is fine",
        "All 5 starts are offered and proven, 5 of them with another image than before.",
        [],
    ),
    "pinned and soft": (
        _with(
            start("a", "base", offered=offered("x", Basis.PINNED)),
            start("b", "base", standing=Standing.WITHOUT_HARDWARE),
        ),
        Tone.FINE,
        "Everything is fine",
        (
            "All 2 starts are offered and proven, 1 of them without hardware, "
            "1 of them with an image that somebody has pinned."
        ),
        [],
    ),
    "a night": (
        night(),
        Tone.FAILED,
        "1 of 6 starts failed",
        "PyTorch (1 GPU) keeps an image that was proven before. Trainium cannot be started now. The other 4 are fine.",
        ["PyTorch (1 GPU) failed in devices-nvidia", "The image neuron is withheld"],
    ),
    "one cause for many": (
        _with(_failed("a"), _failed("b"), _failed("c")),
        Tone.FAILED,
        "3 of 3 starts failed",
        "3 starts keep an image that was proven before.",
        ["3 starts failed in home"],
    ),
    "failed before": (
        _with(_failed("a", trials=(), reason="home: no"), start("b", "base")),
        Tone.FAILED,
        "1 of 2 starts failed",
        "a keeps an image that was proven before. The other 1 is fine.",
        ["a failed"],
    ),
    "silent": (
        _with(_failed("a", trials=(trial("home", passed=False, evidence=()),))),
        Tone.FAILED,
        "1 of 1 start failed",
        "a keeps an image that was proven before.",
        ["a failed in home"],
    ),
    "withheld for two reasons": (
        _with(_withheld("a", "no proof"), _withheld("b", "no hardware"), start("c", "base")),
        Tone.WITHHELD,
        "2 of 3 starts withheld",
        "a and b cannot be started now. The other 1 is fine.",
        ["a withheld", "b withheld"],
    ),
    "last good": (
        _with(start("a", "base", offered=offered("x", Basis.LAST_GOOD, reason="not proven yet")), start("b", "base")),
        Tone.LAST_GOOD,
        "1 of 2 starts on the last good image",
        "a keeps an image that was proven before. The other 1 is fine.",
        ["a on the last good image"],
    ),
    "unknown": (
        _with(start("a", "base", offered=None), start("b", "base"), unread=("the registry did not answer",)),
        Tone.UNKNOWN,
        "1 of 2 starts unknown",
        "The other 1 is fine.",
        ["It is not known how a stands"],
    ),
    "offered, and not tested": (
        _with(start("a", "base", standing=Standing.NOT_TESTED, reason="no engine", trials=()), start("b", "base")),
        Tone.UNKNOWN,
        "1 of 2 starts unknown",
        "The other 1 is fine.",
        ["It is not known how a stands"],
    ),
    "an image that did not build": (
        replace(
            _with(start("a", "base", offered=_OLD, standing=Standing.NOT_TESTED)),
            images=(image("base", became=Became.FAILED, error="exit code 1"),),
        ),
        Tone.FAILED,
        "1 image did not build",
        "a keeps an image that was proven before.",
        ["The image base did not build"],
    ),
    "images and no start": (
        replace(nothing(), images=(image("base"),)),
        Tone.FINE,
        "Everything is fine",
        "This account holds no start that could be offered.",
        [],
    ),
    "unread": (
        _with(start("a", "base"), unread=("tags of base", "tags of cuda")),
        Tone.UNKNOWN,
        "2 things could not be found out",
        "Every start is fine.",
        ["Some things could not be read"],
    ),
    "an error of no start": (
        _with(start("a", "base"), wrong=("cannot write out/profiles.yaml",)),
        Tone.FAILED,
        "The run ended with an error",
        "Every start is fine.",
        ["The run ended with an error"],
    ),
    "an image of no start": (
        replace(_with(start("a", "base")), images=(image("odd", became=Became.FAILED, error="exit code 1"),)),
        Tone.FAILED,
        "1 image did not build",
        "Every start is fine.",
        ["The image odd did not build"],
    ),
    "images that nobody has built yet, beside a failure": (
        replace(
            _with(
                start("a", "base", standing=Standing.FAILED, reason="it is slow", offered=_OLD),
                start("b", "cuda", offered=None, withheld="its image is not in the registry"),
                start("c", "cuda", offered=_OLD),
                start("d", "spark", offered=_OLD),
            ),
            images=(
                image("base"),
                image("cuda", became=Became.NOT_BEGUN),
                image("spark", became=Became.NOT_BEGUN),
            ),
        ),
        Tone.FAILED,
        "1 of 4 starts failed",
        "3 starts keep an image that was proven before. b cannot be started now.",
        ["a failed", "The image cuda is not built yet", "The image spark is not built yet"],
    ),
    "an image that nobody has built yet": (
        replace(
            _with(
                start("a", "base"),
                start("b", "cuda", offered=None, withheld="no image"),
                start("c", "cuda", offered=_OLD),
            ),
            images=(image("base"), image("cuda", became=Became.NOT_BEGUN)),
        ),
        Tone.WITHHELD,
        "1 of 3 starts withheld",
        "c keeps an image that was proven before. b cannot be started now. The other 1 is fine.",
        ["The image cuda is not built yet"],
    ),
    "an image that nobody has built yet, and nobody misses": (
        replace(
            _with(start("a", "base"), start("b", "cuda", offered=_OLD)),
            images=(image("base"), image("cuda", became=Became.NOT_BEGUN)),
        ),
        Tone.LAST_GOOD,
        "1 of 2 starts on the last good image",
        "b keeps an image that was proven before. The other 1 is fine.",
        ["The image cuda is not built yet"],
    ),
    "images of no start, withheld": (
        replace(
            _with(start("a", "base")), images=(image("odd", became=Became.WITHHELD), image("b", became=Became.WITHHELD))
        ),
        Tone.WITHHELD,
        "2 images are withheld",
        "Every start is fine.",
        ["The image odd is withheld", "The image b is withheld"],
    ),
}


@pytest.mark.parametrize("name", _CASES)
def test_the_answer(name: str) -> None:
    account, tone, headline, lede, titles = _CASES[name]
    told = _told(account)
    assert told[:2] == (tone, headline)
    assert told[2].startswith(lede)
    assert told[3] == titles


def test_a_start_is_the_trouble_of_the_image_that_is_to_blame() -> None:
    images = (
        image("base", became=Became.FAILED, error="error: exit code 1\nthe whole log"),
        image("mid", "base", became=Became.NOT_BEGUN),
        image("top", "mid", became=Became.NOT_BEGUN),
        image("other"),
    )
    kept = offered("old", Basis.LAST_GOOD)
    account = replace(nothing(), images=images, starts=(start("a", "top", offered=kept), start("b", "other")))
    found = troubles(account)
    assert [(each.image, [start.name for start in each.starts], each.said) for each in found] == [
        (images[0], ["a"], "error: exit code 1\nthe whole log")
    ]


def test_images_that_stand_on_each_other_end_the_search() -> None:
    images = (image("a", "b", became=Became.BLOCKED), image("b", "a", became=Became.BLOCKED))
    assert {each.tone for each in troubles(replace(nothing(), images=images))} == {Tone.WITHHELD}


def test_causes_are_told_apart_by_place_and_by_what_was_expected_and_not_by_what_was_seen() -> None:
    def broken(name: str, **changes: str) -> StartAccount:
        wrong = replace(_WRONG, **changes)
        return _failed(name, trials=(trial("home", passed=False, findings=(wrong, wrong)),))

    account = _with(broken("a", seen="pod 1"), broken("b", seen="pod 2"), broken("c", where="home, cell 4"))
    assert [([start.name for start in each.starts], each.more) for each in troubles(account)] == [
        (["a", "b"], 1),
        (["c"], 1),
    ]
