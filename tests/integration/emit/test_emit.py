"""`hubwright emit` as people run it: what a hub reads is what was proven, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from helpers.profile_list import small_chart
from helpers.showroom import DATA, LAB, LIST, SIZED, VALUES, Showroom
from hubwright.verdicts import Standing

# Added to what the hub of a chart is configured with.
_SWAPS_IMAGES = """
for profile in c.KubeSpawner.profile_list:
    profile["kubespawner_override"]["image"] = "registry.example/swapped"
"""


def images(showroom: Showroom) -> dict[str, str]:
    """Return the image of every start in the list that was written, by the profile and what is picked in it."""
    profiles: list[dict[str, Any]] = json.loads((showroom.root / LIST).read_text())
    assert yaml.safe_load((showroom.root / VALUES).read_text())["singleuser"]["profileList"] == profiles
    found = {}
    for profile in profiles:
        base = profile.get("kubespawner_override", {}).get("image")
        options = profile.get("profile_options", {})
        choices = [(key, choice) for option in options.values() for key, choice in option["choices"].items()]
        for key, choice in choices or [("", profile)]:
            named = f"{profile['slug']}[{key}]" if key else profile["slug"]
            found[named] = choice.get("kubespawner_override", {}).get("image", base)
    return found


def stamps(showroom: Showroom) -> list[tuple[int, int]]:
    """Return what changes with every write: which file it is, and when it was written."""
    stats = [(showroom.root / name).stat() for name in (VALUES, LIST)]
    return [(stat.st_ino, stat.st_mtime_ns) for stat in stats]


def test_only_what_is_proven_is_offered_and_with_exactly_that_digest(showroom: Showroom) -> None:
    showroom.write(LAB + SIZED + DATA)
    base = showroom.offer("base", "base", "lab", "sized[size=small]")
    new = showroom.offer("spark-spark4.1.1", "new", "data[spark=new]")
    old = showroom.push("spark-spark4.0.1", "old")
    showroom.prove("data[spark=old]", old, standing=Standing.FAILED)

    done = showroom.run("emit")

    assert done.returncode == 0, done.stderr
    ref = f"{showroom.host}/hubwright"
    assert images(showroom) == {
        "lab": f"{ref}/base@{base}",
        "sized[small]": f"{ref}/base@{base}",
        "data[new]": f"{ref}/spark@{new}",
    }
    values = (showroom.root / VALUES).read_text()
    assert "NOT OFFERED sized[size=large]: nothing is proven about its image yet" in values
    assert "NOT OFFERED data[spark=old]: it failed its rehearsal on" in values
    assert old.digest not in values
    assert "3 proven, 2 withheld in" in done.stdout
    assert showroom.leftovers() == set()


def test_a_second_run_changes_nothing_and_says_so(showroom: Showroom) -> None:
    showroom.offer("base", "base", "lab")
    first = showroom.run("emit")
    before, written = stamps(showroom), showroom.written()

    again = showroom.run("emit")

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert f"wrote {VALUES}, {LIST}" in first.stdout
    assert f"nothing changed in {VALUES}, {LIST}" in again.stdout
    assert showroom.written() == written
    assert stamps(showroom) == before


def test_a_new_image_that_is_not_proven_keeps_the_last_good(showroom: Showroom) -> None:
    good = showroom.offer("base", "good", "lab", days_ago=3)
    showroom.change("base", "second")
    unproven = showroom.push("base", "unproven")

    done, strict = showroom.run("emit"), showroom.run("emit", "--strict")

    assert done.returncode == 0, done.stderr
    assert images(showroom) == {"lab": f"{showroom.host}/hubwright/base@{good}"}
    values = (showroom.root / VALUES).read_text()
    assert "LAST GOOD: nothing is proven about its image yet; `hubwright verify` rehearses it" in values
    assert unproven.digest not in values
    assert strict.returncode == 11
    assert "error: sized[size=small]: nothing is proven about its image yet" in strict.stderr


def test_strict_is_content_with_today_and_with_nothing_else(showroom: Showroom) -> None:
    """Exit codes 0, then 15 where all is offered and some is old, then 11 where something is withheld."""
    showroom.write(LAB)
    showroom.offer("base", "good", "lab")
    content = showroom.run("emit", "--strict")
    showroom.change("base", "second")
    old = showroom.run("emit", "--strict")
    showroom.write(LAB + SIZED)
    withheld = showroom.run("emit", "--strict")

    assert [each.returncode for each in (content, old, withheld)] == [0, 15, 11]
    assert "error: lab: its image is not in the registry; `hubwright build` builds it" in old.stderr
    assert "lab: its image is not in the registry" in withheld.stderr


def test_going_back_is_offered_until_it_is_undone(showroom: Showroom) -> None:
    showroom.write(LAB)
    old = showroom.offer("base", "old", "lab", days_ago=7)
    showroom.change("base", "second")
    new = showroom.offer("base", "new", "lab")
    offered = []
    for arguments in ((), ("rollback", "lab", "--because", "it is slow"), ("rollback", "lab", "--undo")):
        if arguments:
            assert showroom.run(*arguments).returncode == 0
        assert showroom.run("emit").returncode == 0
        offered.append((images(showroom)["lab"].rpartition("@")[2], (showroom.root / VALUES).read_text()))
    history = json.loads(showroom.run("history", "lab", "--json").stdout)

    assert [digest for digest, _ in offered] == [new, old, new]
    assert "PINNED: it is slow" in offered[1][1]
    assert offered[0] == offered[2]
    assert [each["digest"] for each in history["starts"][0]["said"]] == [new, old]


def test_nothing_that_can_be_offered_leaves_what_was_offered(showroom: Showroom) -> None:
    """Exit code 16, once because every image failed and nobody ever proved another, once by a policy."""
    showroom.write(LAB)
    showroom.offer("base", "good", "lab")
    assert showroom.run("emit").returncode == 0
    before = showroom.written()
    never = "  - {slug: other, display_name: Other, image: spark-spark4.1.1, default: true}\n"
    showroom.write(never)
    nothing = showroom.run("emit")
    showroom.write(LAB + never.replace("default: true", "on_withheld: fail"))
    must = showroom.run("emit")

    assert [nothing.returncode, must.returncode] == [16, 16]
    assert "no profile can be offered\n  other: its image is not in the registry" in nothing.stderr
    assert "what says `on_withheld: fail` must not be missing, and is withheld:\n  other: its image" in must.stderr
    assert showroom.written() == before
    assert showroom.leftovers() == set()


@pytest.fixture
def strange_chart(tmp_path: Path) -> Path:
    """Give a chart whose hub starts another image than the one that is asked for."""
    chart = small_chart(tmp_path / "chart", "4.4.0")
    with (chart / "files/hub/jupyterhub_config.py").open("a") as config:
        config.write(_SWAPS_IMAGES)
    (chart / "values.schema.json").write_text("{}")
    return chart


def test_what_kubespawner_refuses_is_not_written(showroom: Showroom, strange_chart: Path) -> None:
    """Exit code 17: with the team's own chart, KubeSpawner would start something that nobody has proven."""
    showroom.write(LAB)
    showroom.offer("base", "good", "lab")
    assert showroom.run("emit").returncode == 0
    before = showroom.written()
    showroom.change("base", "second")
    showroom.offer("base", "better", "lab")

    refused = showroom.run("emit", f"--chart-folder={strange_chart}")

    assert refused.returncode == 17, refused.stderr
    assert "lab: " in refused.stderr
    assert "registry.example/swapped" in refused.stderr
    assert showroom.written() == before
    assert showroom.leftovers() == set()


def test_a_chart_that_somebody_names_is_asked_where_nothing_changes(showroom: Showroom, strange_chart: Path) -> None:
    showroom.write(LAB)
    showroom.offer("base", "good", "lab")
    written, asked = showroom.run("emit"), showroom.run("emit", f"--chart-folder={strange_chart}")

    assert [written.returncode, asked.returncode] == [0, 17], asked.stderr


def test_a_build_that_finds_all_proven_promotes_and_offers_it(showroom: Showroom) -> None:
    """Without an engine: nothing is left to build, and nothing to rehearse."""
    showroom.write(LAB)
    digest = showroom.offer("base", "base", "lab")
    for variant in ("spark-spark4.0.1", "spark-spark4.1.1"):
        showroom.push(variant, variant)

    done, again = showroom.run("build", "--strict"), showroom.run("build", "--strict")

    assert [done.returncode, again.returncode] == [0, 0], done.stderr
    tags = [tag for tag in showroom.registry.tags("hubwright/base") if tag.startswith("proven")]
    there = [showroom.registry.resolve("hubwright/base", tag) for tag in tags]
    assert len(tags) == 2
    assert {each and each.digest for each in there} == {digest}
    assert [tag for tag in showroom.registry.tags("hubwright/spark") if tag.startswith("proven")] == []
    assert images(showroom) == {"lab": f"{showroom.host}/hubwright/base@{digest}"}
    assert f"nothing changed in {VALUES}" in again.stdout
    assert showroom.leftovers() == set()
