from helpers.profile_list import start
from hubwright.consumers.form import form_problems

LAB = start("lab", default_profile=True)
GPU = [start("gpu", choices={"cuda": key}, default_choices=key == "c12") for key in ("c11", "c12")]
FORM = """
<label>Pick</label>
<input type="radio" name="profile" value="lab" checked />
<input type="radio" name="profile" value="gpu" />
<select class="x" name="profile-option-gpu--cuda">
  <option value="c11">CUDA 11</option><option value="c12" selected>CUDA 12</option>
</select>
"""
ADVICE = "say `default: true` once, or nowhere and have that one first"


def test_a_form_that_offers_the_starts_is_as_it_has_to_be() -> None:
    assert list(form_problems(FORM, [LAB, *GPU])) == []
    assert list(form_problems("", [])) == []


def test_what_it_offers_too_much_or_too_little_is_said() -> None:
    assert list(form_problems(FORM, [LAB])) == [
        "the form offers lab and gpu as profile, and has to offer lab",
        "the form offers c11 and c12 as profile-option-gpu--cuda, and has to offer nothing",
    ]
    assert list(form_problems("", [LAB])) == ["the form offers nothing as profile, and has to offer lab"]
    twice = '<input type="radio" name="profile" value="lab" checked><input type="radio" name="profile" value="lab">'
    assert list(form_problems(twice, [LAB])) == ["the form offers lab and lab as profile, and has to offer lab"]
    empty = '<input type="radio" name="profile" value="" checked>'
    assert list(form_problems(empty, [LAB])) == ["the form offers an empty value as profile, and has to offer lab"]


def test_what_is_picked_before_anybody_picks_is_the_default() -> None:
    last = FORM.replace('value="gpu" />', 'value="gpu" checked />')
    assert list(form_problems(last, [LAB, *GPU])) == [
        f"the form has lab and gpu picked as profile before anybody picks, and profile has to be lab; {ADVICE}"
    ]
    other = FORM.replace('value="c11"', 'value="c11" selected').replace('"c12" selected', '"c12"')
    (said,) = form_problems(other, [LAB, *GPU])
    assert said.startswith("the form has c11 picked as profile-option-gpu--cuda before anybody picks, and profile-")
    assert said.endswith(f"has to be c12; {ADVICE}")


def test_nobody_may_write_what_is_started() -> None:
    said = "the form lets users write into {}, and nobody has proven what they may write"
    fields = '<input data-name="image"><input name="more"><textarea></textarea>'
    assert list(form_problems(FORM + fields, [LAB, *GPU])) == [
        said.format(name) for name in ("image", "more", "a field without a name")
    ]
