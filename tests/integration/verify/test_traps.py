"""Traps that others fell into: a rehearsal that shows something else than a user's start of that very image."""

from dataclasses import replace
from pathlib import Path

from helpers.images import BaseImage
from helpers.playing import Play, Theatre, no_contract, script, smoke
from hubwright.model import Span
from hubwright.pipeline.house import Part
from hubwright.rehearse.docker.client import asking
from hubwright.rehearse.docker.images import have_image
from hubwright.rehearse.interface import Started
from hubwright.verdicts import Standing, Trial
from judging.case import SHOW, Case
from values import SHAPE

# Where a server may leave something: its home is a volume, and no part of the container at all.
_MAY_CHANGE = ("/tmp", "/home", "/var/lib/extrausers", "/run")  # noqa: S108 - in the container
_OWN_ENTRY = """\
#!/bin/sh
export ENTERED=yes
exec /usr/bin/tini -g -- /usr/local/bin/start.sh "$@"
"""
_ENTERED = Case(
    name="entered",
    cells=(SHOW + "import os\nshow('the entry point was there', 'yes', os.environ.get('ENTERED'))",),
    checks=("the entry point was there",),
)
_FAILS = Case(name="fails", cells=("1 / 0",))
_SKIPS = Case(name="skips", cells=("import unittest\nraise unittest.SkipTest('there is no GPU here')",))
_PASSES = Case(name="passes", cells=("1 + 1",))
_GIB = 1 << 30


def test_an_image_is_rehearsed_by_its_own_entry_point_untouched_and_whatever_becomes_of_its_tag(
    theatre: Theatre, base_image: BaseImage
) -> None:
    tag = theatre.build(
        'COPY entry /opt/entry\nENTRYPOINT ["/opt/entry"]\nCMD ["start-notebook.sh"]', {"entry": _OWN_ENTRY}
    )
    broken = theatre.build('ENTRYPOINT ["false"]', {})
    surroundings = theatre.stage.surroundings
    ref = have_image(base_image.engine, surroundings.environment, tag).id
    changed: list[str] = []

    def contract(part: Part, started: Started) -> Trial:
        with asking("what a server changed"):
            changed.extend(each["Path"] for each in theatre.stage.client.diff(started.container_id))
        # From here on the tag is another image's: the starts on other homes are yet to come.
        theatre.docker.docker("tag", broken, tag)
        return no_contract(part, started)

    scripts = (smoke(base_image.root, "home"), smoke(base_image.root, "kernels"), script(_ENTERED))
    verdict = theatre.play(ref, Play(scripts=scripts, contract=contract))

    assert verdict.standing is Standing.PROVEN, verdict.reason
    assert have_image(base_image.engine, surroundings.environment, tag).id != ref
    assert theatre.docker.docker("image", "inspect", "--format={{.Id}}", ref) == ref
    theatre.docker.docker("image", "rm", "--force", ref)
    parents = {str(parent) for place in _MAY_CHANGE for parent in Path(place).parents}
    assert [path for path in changed if not path.startswith(_MAY_CHANGE) and path not in parents] == []


def test_a_notebook_that_fails_or_skips_is_not_made_good_by_the_last_one(theatre: Theatre) -> None:
    ref = theatre.build("LABEL last=passes", {})
    shape = replace(SHAPE, memory=Span(guarantee=_GIB, limit=_GIB))
    verdict = theatre.play(ref, Play(shape=shape, scripts=tuple(map(script, (_FAILS, _SKIPS, _PASSES)))))
    assert verdict.standing is Standing.FAILED
    passed = {trial.name: trial.passed for trial in verdict.trials}
    assert (passed["fails"], passed["skips"], passed["passes"]) == (False, False, True)
    found = {finding.where: finding.seen for trial in verdict.trials for finding in trial.findings}
    assert found.keys() == {"fails, cell 1", "skips, cell 1"}
    assert "ZeroDivisionError" in found["fails, cell 1"]
    assert "SkipTest: there is no GPU here" in found["skips, cell 1"]
