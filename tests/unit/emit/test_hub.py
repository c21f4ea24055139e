"""The files that a hub and its reviewers read."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from emitting import GPU, HOST, chosen, digest, entry, made_matrix, start, without_starts
from hubwright.emit.hub import emit
from hubwright.errors import NothingOfferedError
from hubwright.model import Matrix, Offer
from hubwright.offering import Basis, ProfileEntry, Start, Withheld
from strategies import STEADY_FEW

_SIZE = {"size": {"display_name": "Size", "choices": {"small": {"display_name": "S"}, "large": {"display_name": "L"}}}}
_OLD = {"digest": digest("old"), "on": "2026-02-03T23:59:59Z", "key": "by hand", "proof": digest("older proof")}
HOSTILE = "# x\n  evil: true\r\x85\u2028- evil\x1b[31m\u202e {{ x }} <b>"


def _text(*entries: ProfileEntry, matrix: Matrix, name: str = "profiles.yaml") -> str:
    return emit(entries, matrix, HOST).files[name].decode()


def _comments(text: str) -> str:
    """Return what stands in comments below the head, without what marks it as such."""
    below = text[text.index("singleuser:\n") :].splitlines()
    return "\n".join(line.lstrip(" ")[2:] for line in below if line.lstrip(" ").startswith("#"))


def test_the_files_hold_the_values_and_the_list() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base"}, {"slug": "data", "image": "spark-spark4.1.1"})
    made = emit([entry(profile) for profile in matrix.profiles], matrix, HOST)
    assert list(made.files) == ["spark-rbac.yaml", "profile_list.json", "profiles.yaml"]
    assert yaml.safe_load(made.files["profiles.yaml"]) == made.values
    singleuser: Any = made.values["singleuser"]
    assert json.loads(made.files["profile_list.json"]) == singleuser["profileList"]
    account, role, binding = yaml.safe_load_all(made.files["spark-rbac.yaml"])
    rbac = "rbac.authorization.k8s.io"
    assert (account["apiVersion"], account["kind"]) == ("v1", "ServiceAccount")
    assert (role["apiVersion"], role["kind"]) == (f"{rbac}/v1", "Role")
    assert (binding["apiVersion"], binding["kind"]) == (f"{rbac}/v1", "RoleBinding")
    assert binding["roleRef"] == {"apiGroup": rbac, "kind": "Role", "name": role["metadata"]["name"]}
    assert [(each["kind"], each["name"]) for each in binding["subjects"]] == [
        ("ServiceAccount", account["metadata"]["name"])
    ]


def test_nobody_who_has_no_spark_is_told_to_allow_anything() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base"}, {"slug": "data", "image": "spark-spark4.1.1"})
    lab, data = matrix.profiles
    made = emit([entry(lab), without_starts(data)], matrix, HOST)
    assert list(made.files) == ["profile_list.json", "profiles.yaml"]
    assert b"spark-rbac" not in made.files["profiles.yaml"]
    assert b"kubectl apply" in emit([entry(data)], matrix, HOST).files["profiles.yaml"]


def test_the_head_says_what_the_file_is_for_and_how_it_is_used() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base"}, hub={"chart": "3.3.8"})
    head, _, _ = _text(entry(matrix.profiles[0]), matrix=matrix).partition("singleuser:")
    assert head.splitlines() == [
        "# Written by hubwright. Change the matrix, not this file.",
        "# Checked with chart 3.3.8 of zero-to-jupyterhub (JupyterHub 4.1.6, KubeSpawner 6.2.0).",
        "#",
        "#   helm upgrade <release> jupyterhub/jupyterhub --version 3.3.8 -f <your values> -f profiles.yaml",
        "#",
        "# Helm replaces lists as a whole: lists of this file take the place of the same lists in your values.",
    ]


def test_an_image_is_shown_with_what_vouches_for_it() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base"})
    assert _comments(_text(entry(matrix.profiles[0]), matrix=matrix)) == (
        f"base {digest('base')}\n"
        f"  proven on 2026-05-04, key nightly, proof {digest('proof of lab')[:19]}, today's image"
    )


@pytest.mark.parametrize("hardware, said", [(True, "proven on hardware"), (False, "proven without hardware")])
def test_devices_are_said_to_be_proven_only_if_they_were_used(hardware: bool, said: str) -> None:  # noqa: FBT001 - a column
    matrix = made_matrix({"slug": "gpu", **GPU})
    made = entry(matrix.profiles[0], make=lambda offer: start(offer, hardware=hardware))
    assert f"  {said} on 2026-05-04," in _comments(_text(made, matrix=matrix))


@pytest.mark.parametrize("basis, said", [(Basis.LAST_GOOD, "LAST GOOD"), (Basis.PINNED, "PINNED")])
def test_an_image_that_is_not_today_s_is_shown_loudly(basis: Basis, said: str) -> None:
    matrix = made_matrix({"slug": "lab", "image": "base"})
    made = entry(
        matrix.profiles[0], make=lambda offer: start(offer, basis=basis, reason="home, cell 4: it fails", **_OLD)
    )
    assert _comments(_text(made, matrix=matrix)) == (
        f"base {digest('old')}\n"
        f"  proven on 2026-02-03, key by hand, proof {digest('older proof')[:19]}, {basis}\n"
        f"  {said}: home, cell 4: it fails"
    )


def test_every_start_is_listed_with_the_image_that_it_gets() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base", "profile_options": _SIZE})

    def old_when_large(offer: Offer) -> Start:
        if offer.choices["size"] == "large":
            return start(offer, basis=Basis.LAST_GOOD, reason="too large", **_OLD)
        return start(offer)

    both = _text(entry(matrix.profiles[0]), matrix=matrix)
    assert "    #   size=large: proven on 2026-05-04," in both[: both.index("display_name")]
    differing = _text(entry(matrix.profiles[0], make=old_when_large), matrix=matrix)
    above_large = differing[differing.index("small:") : differing.index("large:\n")]
    assert f"            # base {digest('old')}\n" in above_large
    assert "            #   size=large: proven on 2026-02-03, key by hand," in above_large
    assert "            #   LAST GOOD: too large\n" in above_large


def test_what_is_withheld_is_named_with_its_reason_and_each_reason_once() -> None:
    matrix = made_matrix(
        {"slug": "gone", **GPU},
        {"slug": "lab", "image": "base", "profile_options": _SIZE},
        {"slug": "twice", "image": "base", "profile_options": _SIZE},
    )
    gone, lab, twice = matrix.profiles
    text = _text(
        without_starts(gone, "source neuron is unreachable"),
        entry(lab, {"size": ["small"]}),
        without_starts(twice, "it fails"),
        matrix=matrix,
    )
    assert (
        "  # NOT OFFERED gone: source neuron is unreachable\n"
        "  # NOT OFFERED twice[size=small], twice[size=large]: it fails\n"
        "  profileList:\n"
    ) in text
    assert "    # NOT OFFERED lab[size=large]: not proven\n    - display_name:" in text
    assert [each["slug"] for each in yaml.safe_load(text)["singleuser"]["profileList"]] == ["lab"]


@pytest.mark.parametrize("entries", [0, 1])
def test_an_empty_list_is_never_written(entries: int) -> None:
    matrix = made_matrix({"slug": "lab", "image": "base"})
    with pytest.raises(NothingOfferedError, match="no profile has a start that may be offered"):
        emit([without_starts(profile) for profile in matrix.profiles[:entries]], matrix, HOST)


def _hostile(of: Matrix) -> Sequence[ProfileEntry]:
    """Return entries in which everything that others have written is hostile."""
    lab, gone = of.profiles
    foreign = {"key": HOSTILE, "proof": HOSTILE, "on": HOSTILE, "reason": HOSTILE, "basis": Basis.PINNED}
    withheld = Withheld(offer=gone.offers[0], reason=HOSTILE)
    words = replace(lab, display_name=HOSTILE, description=HOSTILE)
    made = entry(words, make=lambda offer: start(offer, **foreign))
    return [replace(made, withheld=(withheld,)), ProfileEntry(profile=gone, starts=(), withheld=(withheld,))]


def test_foreign_words_stay_where_they_were_put() -> None:
    matrix = made_matrix({"slug": "lab", "image": "base"}, {"slug": "gone", "image": "base"})
    text = _text(*_hostile(matrix), matrix=matrix)
    plain = _text(entry(matrix.profiles[0]), matrix=matrix)
    read, expected = yaml.safe_load(text), yaml.safe_load(plain)
    (profile,), (expected_profile,) = read["singleuser"]["profileList"], expected["singleuser"]["profileList"]
    assert profile["display_name"] == profile["description"] == HOSTILE.replace("<b>", "&lt;b&gt;")
    assert {**profile, "display_name": "A profile"} == {**expected_profile, "description": profile["description"]}
    assert {**read["singleuser"], "profileList": []} == {**expected["singleuser"], "profileList": []}
    assert not set("\r\x1b\x85\u2028") & set(text)
    assert "\u202e" not in _comments(text)


@STEADY_FEW
@given(chosen(), st.randoms(use_true_random=False))
def test_the_same_choices_give_the_same_bytes(made: tuple[Matrix, tuple[ProfileEntry, ...]], random: Any) -> None:
    matrix, entries = made
    if not any(each.starts for each in entries):
        return
    before = emit(entries, matrix, HOST)
    # Their order is where the matrix happens to define its images.
    variants = dict(random.sample(list(matrix.variants.items()), len(matrix.variants)))
    again = emit(entries, replace(matrix, variants=variants), HOST)
    assert again == before
    assert list(again.files) == list(before.files)
    assert yaml.safe_load(again.files["profiles.yaml"]) == before.values
