import json

import pytest

from hubwright.emit.before import offered_before

_OLD, _NEW = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"


def _image(digest: str) -> dict[str, object]:
    return {"kubespawner_override": {"image": f"host:1/team/base@{digest}"}}


def test_every_start_is_told_with_the_image_that_its_last_choice_brings() -> None:
    gpu = {
        "slug": "gpu",
        **_image(_OLD),
        "profile_options": {
            "slice": {"choices": {"small": {"display_name": "small"}, "big": {"display_name": "big", **_image(_NEW)}}},
            "more": {"choices": {"yes": {}}},
        },
    }
    text = json.dumps([{"slug": "lab", **_image(_NEW)}, gpu]).encode()
    assert offered_before(text) == {
        "lab": _NEW,
        "gpu[slice=small,more=yes]": _OLD,
        "gpu[slice=big,more=yes]": _NEW,
    }


@pytest.mark.parametrize(
    "text",
    [None, b"", b"{", b"7", b"[7]", b"{}", b'[{"slug": "x"}]', b'[{"slug": "x", "profile_options": 1}]', b"[" * 10**5],
)
def test_what_is_no_such_list_tells_nothing(text: bytes | None) -> None:
    assert offered_before(text) == {}
