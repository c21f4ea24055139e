import json
from dataclasses import replace

from hubwright.explain import Explained, Move, moved_parts
from hubwright.fingerprint import fingerprint
from hubwright.report.explain import explain_json, explain_text
from values import RECIPE, variant

_VARIANT = variant("child", "base", args={"A": "1"})
_PRINT = fingerprint(_VARIANT, RECIPE, "f" * 64)
_EXPLAINED = Explained(variant=_VARIANT, fingerprint=_PRINT)


def test_every_part_is_shown() -> None:
    lines = explain_text(_EXPLAINED).splitlines()
    assert lines[0] == f"child  {_PRINT.tag}"
    assert [line.split()[0] for line in lines[2:-1]] == [
        *("image", "platform", "base", "dockerfile", "target", "args", "secrets", "sources", "builder", "schema"),
        "context",
    ]
    assert lines[4].split() == ["base", "base", "ffffffffffff"]
    assert lines[-1] == "    Dockerfile  file 000000000000"
    assert set(_PRINT.parts) == {line.split()[0] for line in lines[2:-1]}


def test_a_variant_on_its_foundation_names_it() -> None:
    explained = replace(_EXPLAINED, variant=replace(_VARIANT, parent=None))
    assert explain_text(explained).splitlines()[4].split()[1] == "trixie"


def test_what_moved_is_told_part_by_part() -> None:
    moves = (
        Move(part="args.A", before="0", after="1"),
        Move(part="context new", before=None, after="file 1"),
        Move(part="context old", before="file 2", after=None),
    )
    before = fingerprint(replace(_VARIANT, args={}), RECIPE, "f" * 64)
    explained = replace(_EXPLAINED, revision="v1", before=before, moves=moves)
    assert explain_text(explained).splitlines()[-4:] == [
        f"Moved since v1, where it was {before.tag}:",
        "  args.A: 0 -> 1",
        "  context new: new, file 1",
        "  context old: gone, was file 2",
    ]
    assert json.loads(explain_json(explained))["against"] == {
        "revision": "v1",
        "fingerprint": before.hex,
        "moves": [{"part": m.part, "before": m.before, "after": m.after} for m in moves],
    }


def test_what_did_not_move_says_so() -> None:
    explained = replace(_EXPLAINED, revision="v1", before=_PRINT)
    assert explain_text(explained).endswith("\nThe same as at v1.\n")


def test_json_without_a_revision_compares_nothing() -> None:
    assert list(json.loads(explain_json(_EXPLAINED))) == ["schema", "variant", "fingerprint", "parts"]


def test_of_a_root_the_number_of_its_packages_is_shown_and_each_that_moved() -> None:
    old, new = (
        fingerprint(
            replace(_VARIANT, parent=None), RECIPE, {"suite": "trixie", "packages": {"apt": "3.0", "libc6": version}}
        )
        for version in ("2.40", "2.41")
    )
    explained = Explained(variant=replace(_VARIANT, parent=None), fingerprint=new)
    assert explain_text(explained).splitlines()[4].split(maxsplit=1)[1] == "trixie  suite=trixie, 2 packages"
    assert list(moved_parts(old.parts, new.parts)) == [Move(part="base.packages.libc6", before="2.40", after="2.41")]
