"""What a reviewer reads, as a renderer of Markdown understands it."""

import html
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from account_strategies import HOSTILE, accounts
from accounts import DIGEST, OLDER, account, failed_start, failed_trial, image, offered, start
from hubwright.account import Account, Became, ImageChange, PackageMove, Wrong
from hubwright.offering import Basis
from hubwright.report.markdown import LIMIT, report_markdown
from hubwright.report.marks import block, code, text
from hubwright.verdicts import Standing
from hubwright.words import UNSAFE
from strategies import STEADY_FEW

_SHORT, _OLDER = DIGEST[:19], OLDER[:19]
_RENDERER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")


def _tokens(written: str) -> list[Token]:
    """Return what stands in lines and what makes blocks, in their order."""
    found: list[Token] = []
    for token in _RENDERER.parse(written):
        found += [token, *(token.children or [])]
    return found


def _shown(written: str) -> str:
    """Return what a reader sees."""
    rendered = re.sub(r"<[^>]+>", "", _RENDERER.render(written))
    return html.unescape(rendered).replace("\u200b", "")


@pytest.mark.parametrize("foreign", HOSTILE)
@pytest.mark.parametrize("around", ["- error: {}", "**{}** is", "| a | b |\n| --- | --- |\n| {} | after |"])
def test_hostile_text_is_nothing_but_text(foreign: str, around: str) -> None:
    written = around.format(text(foreign))
    kinds = [token.type for token in _tokens(written)]
    assert kinds == [token.type for token in _tokens(around.format("word"))]
    seen = " ".join(_shown(around.format("\x02")).split()).split("\x02")
    assert " ".join(_shown(written).split()).startswith(seen[0].strip())
    assert not re.search(r"@\w|#\d|!\d|www\.\w", html.unescape(_RENDERER.render(written)))
    assert not UNSAFE.search(written.replace("\n", ""))


@given(accounts)
@STEADY_FEW
def test_no_account_makes_more_than_text_and_tables(made: Account) -> None:
    kinds = {token.type for token in _tokens(report_markdown(made))}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "hr", "code_block", "em_open", "s_open"}


@pytest.mark.parametrize("foreign", HOSTILE)
def test_a_block_is_left_by_nothing(foreign: str) -> None:
    written = block(f"{foreign}\n```\n````text\n{foreign}")
    (token,) = _RENDERER.parse(written)
    assert token.type == "fence"
    assert not UNSAFE.search(written.replace("\n", ""))


def test_a_long_text_is_cut_and_says_so() -> None:
    told = block("\n".join(f"line {number}" for number in range(10_000)))
    assert len(told.encode()) < 7_000
    assert re.search(r"… and \d+ lines more\n```$", told)
    assert block("x" * 1000).splitlines()[1] == "x" * 199 + "…"
    assert text("x" * 1000) == "x" * 299 + "…"


def test_a_name_is_code_where_nothing_speaks_against_it() -> None:
    assert code("gpu[size=small]") == "`gpu[size=small]`"
    assert code("a`b") == "a&#96;b"
    assert code("") == ""
    assert code(" a") == "a"


def test_a_run_in_which_all_is_well_says_so_first() -> None:
    first, _, rest = report_markdown(account()).partition("\n")
    assert first == "**Fine: the start is offered and proven**"
    assert [line for line in rest.splitlines() if line.startswith("#")] == ["## What is offered", "## Images"]
    assert f"| lab `lab` | today's image | `{_SHORT}` | 2026-01-31 | the same |" in rest
    assert f"| `base` | built | 143 MB | `{_SHORT}` |" in rest
    assert "`hubwright build` with `registry.example.org/jupyter`, chart `4.4.0`, from `2026-01-31T02:31" in rest


def test_what_is_not_fine_says_who_what_where_and_what_to_do() -> None:
    withheld = start("c", standing=Standing.NOT_TESTED, offered=None, withheld="its image did not build")
    unasked = failed_start("d", offered=None, trials=(), reason="it failed before")
    said = report_markdown(
        account(
            starts=(start(), failed_start("b"), withheld, unasked),
            images=(
                image(),
                image("cuda", became=Became.FAILED, error="RUN x failed\nbecause", digest=None, size=None),
            ),
            wrong=("b failed:\n  and why",),
            unread=("the registry is away",),
        )
    )
    told = said.splitlines()
    assert [line for line in told if line.startswith("#")] == [
        "## Who is affected",
        "## What broke",
        "## How the run ended",
        "## What could not be found out",
        "## What is offered",
        "## Images",
    ]
    assert f"| b `b` | the last good `{_OLDER}` of 2026-01-31 | today's image failed |" in told
    assert "| c `c` | nothing | its image did not build |" in told
    assert "| d `d` | nobody asked | it failed before |" in told
    assert "**cuda** did not build:\n\n```text\nRUN x failed\nbecause\n```" in said
    assert (
        f"**b** failed with `base` `{_SHORT}`:\n\n- in home, cell 2\n  - expected: a home\n  - seen: none\n"
        "  - to do: Mount one" in said
    )
    assert "- why: it failed before" in told
    assert "- error: b failed:" in told
    assert "- error: the registry is away" in told


def test_a_finding_without_advice_has_none() -> None:
    wrong = Wrong(where="home", expected="a", seen="b")
    said = report_markdown(account(starts=(failed_start(trials=(failed_trial("home", findings=(wrong,)),)),)))
    assert "- in home\n  - expected: a\n  - seen: b\n\n## " in said


def test_what_is_wrong_with_many_starts_is_said_once() -> None:
    said = report_markdown(account(starts=tuple(failed_start(f"s{number}") for number in range(20))))
    assert said.count("in home, cell 2") == 1
    assert "**s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11** and 8 more failed with" in said


@pytest.mark.parametrize(
    "changes, told",
    [
        ({"before": OLDER}, f"today's image | `{_SHORT}` | 2026-01-31 | `{_OLDER}` |"),
        ({"before": ""}, f"today's image | `{_SHORT}` | 2026-01-31 | not offered |"),
        ({"hardware": False}, "today's image, not seen on its hardware |"),
        ({"basis": Basis.PINNED, "reason": "it is slow"}, f"| pinned: it is slow | `{_SHORT}` | 2026-01-31 |"),
    ],
)
def test_what_is_offered_says_what_it_rests_on(changes: dict[str, Any], told: str) -> None:
    assert told in report_markdown(account(starts=(start(offered=offered(**changes)),)))


def test_what_moved_in_an_image_is_told() -> None:
    moves = (
        PackageMove(kind="python", name="numpy", before="1", after="2"),
        PackageMove(kind="debian", name="curl", before="", after="8"),
        PackageMove(kind="debian", name="wget", before="1", after=""),
    )
    change = ImageChange(since=OLDER, size_before=145_000_000, moved=moves, scanned=True, fixed=("CVE-1",))
    grown = replace(change, size_before=100_000_000, moved=(), fixed=(), appeared=("CVE-2",))
    said = report_markdown(account(images=(image(change=change), image("cuda", change=grown))))
    assert "143 MB (−2 MB)" in said  # noqa: RUF001 - a minus as wide as a plus
    assert "143 MB (+43 MB)" in said
    assert "- package `numpy` (python): 1 → 2\n- package `curl` (debian): new → 8\n- package `wget`" in said
    assert "1 → gone\n- fixed: `CVE-1`" in said
    assert "- no package moved\n- appeared: `CVE-2`" in said


def test_without_a_run_only_what_the_registry_knows_is_told() -> None:
    said = report_markdown(account(command="", emitted=False))
    assert "No run is at hand: this is what the registry `registry.example.org/jupyter` knows." in said
    unwritten = report_markdown(account(emitted=False))
    assert "The files for a hub were not written: what was written before stays as it is." in unwritten
    assert "not written" not in report_markdown(account(emitted=False, command="hubwright build --until prove"))
    assert "`hubwright verify` chart `4.4.0`" in report_markdown(account(command="hubwright verify", registry=""))


@pytest.mark.parametrize("filling", ["é\U000e0001" * 400, "`<|" * 400, "a b " * 300])
def test_a_run_of_any_size_fits_into_a_pull_request(filling: str) -> None:
    findings = tuple(
        Wrong(where=f"{filling}{number}", expected=filling, seen=filling, advice=filling) for number in range(30)
    )
    moves = tuple(PackageMove(kind="python", name=filling, before="1", after="2") for _ in range(500))
    change = ImageChange(since=OLDER, size_before=1, moved=moves, scanned=False)
    large = account(
        starts=tuple(
            failed_start(
                f"{filling}{number}",
                display_name=filling,
                variant=filling,
                trials=(failed_trial("home", findings=findings),),
                offered=offered(basis=Basis.LAST_GOOD, reason=filling, since=filling, digest=filling, before=DIGEST),
            )
            for number in range(200)
        ),
        images=tuple(
            image(f"{filling}{number}", became=Became.FAILED, error="\n".join([filling] * 500), change=change)
            for number in range(200)
        ),
        wrong=(filling,) * 100,
        unread=(filling,) * 100,
    )
    said = report_markdown(large)
    assert len(said.encode()) <= LIMIT
    assert said.startswith(
        "**Not fine: 200 of 200 starts failed; 200 images did not build; 100 things could not be found out; "
    )
    assert said.count("The rest is in report.json.") == 7
