"""What the options of a profile make of it, in the order in which a hub merges them."""

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.case import replaced
from hubwright.errors import MatrixError
from hubwright.matrix.load import load_matrix
from hubwright.model import Needs, OnWithheld, Profile


def _profile(**fields: Any) -> Profile:
    written = ", ".join(f"{key}: {json.dumps(value)}" for key, value in fields.items())
    text = replaced("image: base", f"image: base, {written}" if written else "image: base")
    return load_matrix(text.encode(), "m.yaml").profiles[0]


def _option(**fields: Any) -> dict[str, Any]:
    return {"display_name": "An option", "choices": {"only": {"display_name": "The only one", **fields}}}


def test_options_have_their_say_in_the_order_of_their_keys_as_helm_gives_them_to_a_hub() -> None:
    options = {"size": _option(memory="2G"), "place": _option(memory="8G", environment={"A": "place"})}
    profile = _profile(profile_options=options)
    assert [option.key for option in profile.options] == ["place", "size"]
    (offer,) = profile.offers
    assert offer.name.endswith("[place=only,size=only]")
    assert offer.shape.memory is not None
    assert (offer.shape.memory.limit, offer.shape.environment) == (2 << 30, {"A": "place"})


def test_a_choice_keeps_what_it_says_itself() -> None:
    profile = _profile(memory="1G", profile_options={"size": _option(cpu=2, tolerations=[])})
    layer = profile.options[0].choices[0].layer
    assert (layer.variant, layer.memory, layer.tolerations) == (None, None, ())
    assert layer.cpu is not None
    assert layer.cpu.limit == 2_000
    assert (profile.layer.variant, profile.layer.cpu, profile.layer.tolerations) == ("base", None, None)


def test_no_start_has_a_name_that_no_folder_can_have(tmp_path: Path) -> None:
    long = [f"{letter}{'o' * 35}" for letter in "abcde"]
    (offer,) = _profile(profile_options={key: _option() for key in [*long, "f" * 35]}).offers
    (tmp_path / offer.name).mkdir()
    assert len(offer.name) == 255
    with pytest.raises(MatrixError, match="a start of this profile has a name of 256 characters"):
        _profile(profile_options={key: _option() for key in [*long, "f" * 36]})


def test_who_asks_for_devices_needs_to_be_shown_them_unless_it_says_otherwise() -> None:
    assert _profile().policy.needs is Needs.SOFTWARE
    assert _profile(resources={"example.org/fpga": 1}).policy.needs is Needs.HARDWARE
    assert _profile(resources={"example.org/fpga": 1}, needs="software").policy.needs is Needs.SOFTWARE
    assert _profile(needs="hardware").policy.needs is Needs.HARDWARE


def test_the_policy_is_what_the_profile_says() -> None:
    usual, strict = _profile().policy, _profile(max_age="7d", on_withheld="fail").policy
    assert (usual.max_age_days, usual.on_withheld) == (90, OnWithheld.KEEP_LAST_GOOD)
    assert (strict.max_age_days, strict.on_withheld) == (7, OnWithheld.FAIL)
