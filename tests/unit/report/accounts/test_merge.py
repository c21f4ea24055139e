"""The account of a run beside what the registry says now."""

import re

import pytest

from accounts import DIGEST, OLDER, account, failed_start, image, offered, start
from hubwright.account import Account, Became, PackageSize, Said
from hubwright.errors import AccountError
from hubwright.planned import Layer
from hubwright.report.accounts.merge import brought_up_to_date, without_registry
from hubwright.verdicts import Standing

_SAID = Said(on="2026-11-21T12:00:00Z", digest=DIGEST, standing=Standing.PROVEN, failed=(), size=1)


def _now(**changes: object) -> Account:
    return account(command="", emitted=False, began_on="", **changes)


def test_a_rehearsal_stays_as_it_was_seen_and_gets_its_past() -> None:
    now = start(rehearsed=False, trials=(), standing=Standing.PROVEN, history=(_SAID,), withheld="pinned", offered=None)
    (told,) = brought_up_to_date(account(starts=(failed_start(),)), _now(starts=(now,))).starts
    assert (told.standing, told.trials) == (Standing.FAILED, failed_start().trials)
    assert (told.history, told.withheld, told.offered) == ((_SAID,), "pinned", None)


@pytest.mark.parametrize(
    "then, now, reason",
    [
        (Standing.NOT_TESTED, Standing.NOT_TESTED, "the run's"),
        (Standing.NOT_TESTED, Standing.PROVEN, "the registry's"),
        (Standing.PROVEN, Standing.PROVEN, "the run's"),
        (Standing.PROVEN, Standing.FAILED, "the registry's"),
    ],
)
def test_of_what_was_not_rehearsed_the_registry_knows_best(then: Standing, now: Standing, reason: str) -> None:
    before = start(standing=then, rehearsed=False, trials=(), reason="the run's")
    after = start(standing=now, rehearsed=False, trials=(), reason="the registry's")
    (told,) = brought_up_to_date(account(starts=(before,)), _now(starts=(after,))).starts
    assert (told.standing, told.reason) == (now, reason)


def test_what_a_run_changed_is_told_as_long_as_it_is_offered() -> None:
    run = account(starts=(start(offered=offered(before=OLDER)),))
    same, other = offered(before=DIGEST), offered(digest=OLDER, before=DIGEST)
    assert brought_up_to_date(run, _now(starts=(start(offered=same),))).starts[0].offered == offered(before=OLDER)
    assert brought_up_to_date(run, _now(starts=(start(offered=other),))).starts[0].offered == other


def test_an_image_of_the_same_fingerprint_gets_what_was_not_asked_for() -> None:
    layers = (Layer(digest=DIGEST, size=1, made_by="RUN it"),)
    packages = (PackageSize(kind="python", name="numpy", size=1),)
    now = image(became=Became.REUSED, reason="there", size=9, layers=layers, packages=packages)
    (told,) = brought_up_to_date(account(images=(image(size=None, layers=()),)), _now(images=(now,))).images
    assert (told.became, told.size, told.layers, told.packages) == (Became.BUILT, 9, layers, packages)
    (kept,) = brought_up_to_date(account(images=(told,)), _now(images=(image(layers=()),))).images
    assert (kept.layers, kept.packages) == (layers, packages)


def test_an_image_that_was_changed_since_is_told_as_it_was() -> None:
    (told,) = brought_up_to_date(account(), _now(images=(image(fingerprint="0" * 64, size=1),))).images
    assert told == image()


def test_what_only_one_of_them_knows_is_told_too() -> None:
    run = account(images=(image("gone"),), starts=(start("gone"),), unread=("a",))
    told = brought_up_to_date(run, _now(images=(image("new"),), starts=(start("new"),), unread=("b",)))
    assert [each.variant for each in told.images] == ["gone", "new"]
    assert [each.name for each in told.starts] == ["gone", "new"]
    assert told.unread == ("b",)
    assert (told.command, told.began_on, told.emitted) == ("hubwright build", account().began_on, True)


def test_a_run_with_another_registry_is_not_mixed_with_this_one() -> None:
    now = _now()
    with pytest.raises(AccountError, match=f"elsewhere/team, and {re.escape(now.registry)} was asked now"):
        brought_up_to_date(account(registry="elsewhere/team"), now)
    assert brought_up_to_date(account(registry=""), now).registry == now.registry


def test_a_run_is_told_also_where_nobody_can_be_asked() -> None:
    assert without_registry(account(), "it is away") == account(unread=("it is away",))
