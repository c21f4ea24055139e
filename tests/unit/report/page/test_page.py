import itertools
import re
from dataclasses import replace

import pytest

from accounts import account, digest, history, image, nothing, offered, shown, start, trial
from helpers.reading import read
from hubwright.account import Account, Became, Excerpt, ImageChange, Moment, PackageMove, PackageSize, Wrong
from hubwright.offering import Basis
from hubwright.planned import Layer
from hubwright.report.page import page_html
from hubwright.report.page.evidence import evidence
from hubwright.verdicts import Standing
from nights import POISON, fine, large, night, poisoned

_NOTEBOOK = "rehearsals/pytorch-gpu/devices-nvidia.ipynb"
_LINKS = {_NOTEBOOK: "notebooks/pytorch-gpu/devices-nvidia.html"}
_ACCOUNTS = {"nothing": nothing(), "night": night(), "fine": fine(), "poisoned": poisoned(night())}


def _text(account: Account) -> str:
    return " ".join(read(page_html(account, _LINKS)).text.split())


def _with_start(**changes: object) -> Account:
    return replace(nothing(), starts=(start("a", "base", **changes),), images=(image("base"),))


@pytest.mark.parametrize("name", _ACCOUNTS)
def test_a_page_is_whole_and_leads_nowhere_else(name: str) -> None:
    html = page_html(_ACCOUNTS[name], _LINKS)
    page = read(html)
    ids = page.of("id")
    assert page.unclosed == []
    assert len(ids) == len(set(ids))
    links = page.of("href")
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)
    assert [link for link in links if not link.startswith(("#", "./notebooks/"))] == []
    assert not {"src", "style", "action", "srcset"} & {key for _, key, _ in page.attributes}
    assert [key for _, key, _ in page.attributes if key.startswith("on")] == []
    assert (page.tags["script"], page.tags["style"], page.tags["title"]) == (1, 1, 1 + page.tags["svg"] - _signs(html))


def _signs(html: str) -> int:
    """Return how many pictures stand beside the word for them, or say it in a label, and so have no title."""
    return len(re.findall(r'<svg class="(?:sign|bar axis)', html))


@pytest.mark.parametrize("name", _ACCOUNTS)
def test_headings_are_in_order(name: str) -> None:
    levels = [level for level, _ in read(page_html(_ACCOUNTS[name], {})).headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_nothing_of_what_others_wrote_is_more_than_text() -> None:
    html = page_html(poisoned(night()), {f"{_NOTEBOOK}{POISON}": f"notebooks/{POISON}"})
    clean = read(page_html(night(), _LINKS))
    page = read(html)
    assert page.tags["script"] == clean.tags["script"]
    assert page.tags["img"] == 0
    assert "\x1b" not in html
    assert "\u202e" not in html
    assert "\\u202egnp.exe" in html
    html.encode()


def test_links_to_notebooks_are_paths_whatever_they_look_like() -> None:
    links = read(page_html(night(), {_NOTEBOOK: "javascript:alert(1)"})).of("href")
    assert {link for link in links if "javascript" in link} == {
        "./javascript:alert(1)#cell-4",
        "./javascript:alert(1)",
    }


def test_the_policy_names_the_style_and_the_script_and_nothing_else() -> None:
    policy = next(value for value in read(page_html(nothing(), {})).of("content") if "default-src" in value)
    ours = r"style-src 'sha256-\S{44}'; script-src 'sha256-\S{44}'"
    assert re.fullmatch(rf"default-src 'none'; {ours}; base-uri 'none'; form-action 'none'", policy)


def test_the_first_screen_says_who_what_where_and_what_to_do() -> None:
    text = _text(night())
    card = text[text.index("PyTorch (1 GPU) failed in") : text.index("The image neuron")]
    for said in (
        "PyTorch (1 GPU) (pytorch-gpu) keeps the proven image",
        "of 22 Jan 2026, 9 days ago",
        "no kernel image is available",
        "expected a matrix product on the GPU, seen as 512.0",
        "devices-nvidia, cell 4 · evidence · notebook as it ran",
        "pin torch below 2.10 in images/cuda",
        "cell 4a = torch.ones",
        "Traceback (most recent call last)",
    ):
        assert said in card
    assert "Trainium (trainium) cannot be started" in text


def test_a_check_that_nobody_made_is_neither_passed_nor_failed() -> None:
    html = page_html(night(), _LINKS)
    row = html[html.index('<th scope="row">trainium</th>', html.index('id="checks"')) :]
    marks = re.findall(r'<i class="(\w)">([\w ]+)</i>', row[: row.index("</tr>")])
    assert marks
    assert set(marks) == {("n", "not tested"), ("u", "not asked for")}


def test_evidence_that_many_have_shown_is_there_once() -> None:
    passed = trial("home", evidence=(shown("HOME of everybody"),))
    same = tuple(
        start(f"s{n}", "base", planned=("home",), trials=(replace(passed, seconds=n / 10),)) for n in range(20)
    )
    html = page_html(replace(nothing(), starts=same), {})
    assert html.count("HOME of everybody") == 1
    assert html.count('href="#e0"') == 20
    assert "alike in 20 starts" in html
    assert "and 8 starts more" in html


def test_evidence_of_failures_is_there_whatever_room_is_left() -> None:
    made = evidence(night(), {}, 0)
    assert list(made.anchors) == [("pytorch-gpu", "devices-nvidia")]
    assert made.left_out == sum(len(each.trials) for each in night().starts) - 1
    assert f"The evidence of {made.left_out} cells is left out here" not in page_html(night(), {})


def test_a_large_page_is_small_enough_for_a_letter_and_says_what_is_left_out() -> None:
    html = page_html(large(), {})
    assert len(html.encode()) < 3_000_000
    assert re.search(r"The evidence of [\d,]+ cells is left out here to keep the page small", html)
    assert "There is no room for them here; report.json has them all." in html
    assert "360 more pieces of work" in html


def test_long_evidence_and_long_lists_are_cut_with_a_word() -> None:
    many = tuple(shown(f"check {n}", "v" * 5000) for n in range(300))
    wrong = Wrong(where="home", expected="e" * 9000, seen="s" * 9000)
    text = _text(
        _with_start(
            trials=(trial("home", evidence=many, passed=False, findings=(wrong, wrong)),), standing=Standing.FAILED
        )
    )
    assert "100 more are in report.json" in text
    assert "[4,600 characters are left out here]" in text
    assert "(1 more finding in the evidence)" in text


def test_a_trial_without_evidence_is_told_as_silence() -> None:
    silent = trial("home", evidence=(), passed=False, excerpts=(Excerpt(cell=2, source="", output=""),))
    assert "silence does not pass" in _text(_with_start(trials=(silent,), standing=Standing.FAILED))


def test_what_was_seen_is_only_written_out_where_it_is_not_what_was_expected() -> None:
    other = replace(shown("uid", 1000), seen=1001)
    text = _text(_with_start(trials=(trial("home", evidence=(shown("gid", 100), other)),)))
    assert "gid100as expected" in text
    assert "uid10001001" in text


def test_who_is_affected_by_something_large_is_counted() -> None:
    reason = "no proof"
    starts = tuple(start(f"s{n}", "base", offered=None, withheld=reason) for n in range(9))
    text = _text(replace(nothing(), starts=starts))
    assert "s5 (s5) cannot be started" in text
    assert "and 3 starts more: s6, s7 and s8" in text


def test_an_error_is_told_by_its_first_line_and_there_in_full() -> None:
    failed = image(
        "odd", became=Became.FAILED, reason="exit code 1", error="error: exit code 1\nthe whole log", digest=None
    )
    account = replace(_with_start(), images=(failed,), wrong=("odd failed",))
    text = _text(account)
    assert "error: exit code 1All of iterror: exit code 1 the whole log" in text
    assert "Nobody: no start is affected." in text
    assert "odd failed: exit code 1" in text
    assert "What the run ended withodd failed" in text


def test_what_a_start_is_offered_with() -> None:
    unknown = replace(
        nothing(),
        starts=(
            start("a[x=1]", "base", offered=None, standing=Standing.NOT_TESTED, reason="nobody answered"),
            start("b", "cuda", offered=offered("cuda", since="long ago"), standing=Standing.FAILED, trials=()),
            start("c", "cuda", offered=offered("old", Basis.PINNED, reason="because"), planned=(), trials=()),
        ),
    )
    text = _text(unknown)
    for said in (
        "3 starts: 1 with today's image, 1 pinned, 1 unknown.",
        "The files for a hub were not written in this run",
        "x=1",
        "pinnedbecause",
        "stays as it was: nobody could tell what to offer",
        "is offered with the image of this run",
    ):
        assert said in text


def test_what_has_changed() -> None:
    moves = (PackageMove(kind="python", name="numpy", before="1", after="2"),)
    change = ImageChange(since=digest("old"), size_before=150_000_000, moved=moves, scanned=True, fixed=("CVE-1",))
    child = replace(
        change, moved=(*moves, PackageMove(kind="debian", name="gone", before="1", after="")), scanned=False
    )
    account = replace(
        nothing(),
        images=(
            image("base", change=change),
            image("child", "base", change=child),
            image("same", change=replace(change, moved=())),
            image("away", change=change, size=None, digest=None),
        ),
        starts=(start("a", "base", offered=offered("base", before="")),),
    )
    text = _text(account)
    for said in (
        "anot offeredd",
        "base 1 package moved, 1 vulnerability gone, −7 MB",  # noqa: RUF001 - a minus as wide as a plus
        "child 1 package removed, 1 from base, 1 vulnerability gone",
        "1 gone (CVE-1); 0 new",
        "not compared: both images would have to be scanned",
        "gonedebian1removed",
        "away 1 package moved, 1 vulnerability gone",
    ):
        assert said.replace("anot offeredd", f"anot offered{digest('base')[7:19]}") in text
    untouched = replace(account, starts=())
    assert "No start is offered with another image than before." in _text(untouched)
    assert "Nothing: every start is offered as it was before." in _text(_with_start())


def test_the_timeline_tells_of_waiting_and_of_steps() -> None:
    html = page_html(night(), {})
    assert "began after 7 min 39 s, took 2 min 29 s, waited for cuda, then 2 min 46 s for a free place" in html
    assert "on the critical path" in html
    first = night().stretches[0]
    soon = replace(first, ready_s=0, began_s=0, ended_s=2, moments=(Moment(at_s=0, doing="begins"),))
    assert "0.0 s: begins" in _text(replace(nothing(), stretches=(soon, replace(soon, moments=()))))


def test_of_a_run_that_took_no_time_nothing_is_drawn() -> None:
    at_once = replace(night().stretches[0], ready_s=0, began_s=0.1, ended_s=0.2)
    html = page_html(replace(nothing(), stretches=(at_once,)), {})
    assert "All of it took 0.2 s" in html
    assert 'class="timeline"' not in html


def test_each_choice_of_a_profile_is_told_apart_and_the_profile_is_called_by_its_name() -> None:
    html = page_html(night(), {})
    assert re.search(r'<th scope="rowgroup" rowspan="2">Data engineering \(Spark 4.1\)</th>', html)
    assert re.findall(r'<td>(\w+)<small class="short">(size=\w+)</small></td>', html) == [
        ("Small", "size=small"),
        ("Large", "size=large"),
    ]


def test_what_is_to_be_typed_stands_out() -> None:
    withheld = start("lab", offered=None, withheld="say `needs: software`; a lonely ` and <b>`x</b>")
    html = page_html(account(starts=(withheld,)), {})
    assert "say <code>needs: software</code>; a lonely <code> and &lt;b&gt;</code>x&lt;/b&gt;" in html


def test_sizes_by_layer() -> None:
    html = page_html(replace(nothing(), images=(*night().images, image("empty", size=0))), {})
    assert "751 MB in 5 layers, 608 MB of its own" in html
    assert "RUN uv pip install pyspark==4.1.1" in html
    many = tuple(Layer(digest=f"{n}", size=1, made_by=f"RUN {n}") for n in range(2500))
    text = _text(replace(nothing(), images=(image("a", layers=many), image("b", layers=many))))
    assert "Layers of a; 500 more are in report.json" in text
    assert "Layers of b" not in text


def test_sizes_by_package() -> None:
    html = page_html(replace(nothing(), images=night().images), {})
    assert "5 layers, 9 packages" in html
    assert "What the packages of pyspark-spark4.1.1 take" in html
    assert "Installed, and not compressed, they are 952 MB." in html
    rows = re.findall(r'<th scope="row">(\S+)</th><td>(\w+)</td><td class="number">([^<]+)</td><td>([^<]+)</td>', html)
    assert [row for row in rows if row[0] in {"pyspark", "openjdk-21"}] == [
        ("pyspark", "python", "478 MB", "itself"),
        ("openjdk-21", "debian", "206 MB", "itself"),
    ]
    assert {row[3] for row in rows if row[0] == "numpy"} == {"itself", "its parent"}
    assert '<th scope="row"><code>/opt/venv</code></th><td>no package</td><td class="number">2 MB</td>' in html


def test_of_many_packages_the_largest_are_shown_and_the_others_are_counted() -> None:
    many = tuple(PackageSize(kind="python", name=f"package-{n:03d}", size=2000 - n) for n in range(100))
    images = tuple(image(f"image-{n}", packages=many) for n in range(30))
    text = _text(replace(nothing(), images=images))
    assert "package-039" in text
    assert "package-040" not in text
    others = sum(each.size for each in many[40:])
    assert re.search(f"60 others ?{round(others / 1000)} kB ?all of them are in report.json", text)
    assert "packages of image-24 take" in text
    assert "packages of image-25 take" not in text


def test_what_was_said_before() -> None:
    unsized = replace(history(Standing.NOT_TESTED)[0], size=None)
    account = replace(
        nothing(),
        starts=(
            start("a", "base", history=history(Standing.PROVEN, Standing.FAILED)),
            start("b", "base", history=(unsized,)),
            start("c", "base", history=history(Standing.WITHOUT_HARDWARE)),
            start("d", "base", history=history(Standing.PROVEN, Standing.PROVEN, size=0)),
        ),
    )
    text = _text(account)
    for said in (
        "1 of 2 verdicts good",
        "failed: devices-nvidia",
        "0 of 1 verdict good",
        "unknown",
        "143 MB",
        "same size",
    ):
        assert said in text
