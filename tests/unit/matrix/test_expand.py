"""What the axes and platforms make of images, where the properties do not go."""

import pytest

from corpus.case import replaced
from hubwright.errors import MatrixError
from hubwright.matrix.load import load_matrix


def test_a_child_is_built_where_it_wants_and_its_parent_is() -> None:
    text = replaced("{from: trixie}", "{from: trixie, platforms: [linux/amd64, linux/arm64]}\n  child: {from: base}")
    matrix = load_matrix(text.replace("image: base", "image: child").encode(), "m.yaml")
    assert {name: variant.parent for name, variant in matrix.variants.items()} == {
        "base-amd64": None,
        "base-arm64": None,
        "child": "base-amd64",
    }


def test_images_after_many_wrong_ones_are_not_looked_at() -> None:
    axis = ", ".join(str(number) for number in range(2, 200))
    images = f"{{from: trixie, axes: {{x: [{axis}]}}}}\n  after: {{from: base, axes: {{x: [1]}}}}"
    rules = 'rules: [{when: {x: ">=0"}, require: {x: "1"}, because: it must}]\n'
    with pytest.raises(MatrixError) as caught:
        load_matrix((replaced("{from: trixie}", images) + rules).encode(), "m.yaml")
    assert [problem.subject for problem in caught.value.problems] == ["images.base"] * 100


def test_resources_of_other_makers_are_nobodys_devices() -> None:
    text = replaced("image: base", "image: base, resources: {example.org/fpga: 1}")
    matrix = load_matrix(text.encode(), "m.yaml")
    assert matrix.profiles[0].offers[0].shape.resources == {"example.org/fpga": 1}
