from typing import Any

from hubwright.rehearse.docker.room import outdated


def _image(created: int, *names: str, tags: tuple[str, ...] = ()) -> dict[str, Any]:
    digests = [f"{name}@sha256:{created}" for name in names]
    return {"Created": created, "RepoDigests": digests, "RepoTags": [*digests, *tags]}


def test_the_newest_of_each_repository_stays() -> None:
    images = [_image(1, "h:1/n/base"), _image(3, "h:1/n/base"), _image(2, "h:1/n/base"), _image(1, "h:1/n/cuda")]
    assert list(outdated(images)) == ["h:1/n/base@sha256:2", "h:1/n/base@sha256:1"]


def test_the_port_of_a_registry_does_not_make_it_another_one() -> None:
    assert list(outdated([_image(1, "h:1/n/base"), _image(2, "h:2/n/base")])) == ["h:1/n/base@sha256:1"]


def test_an_image_that_goes_by_several_names_goes_by_all_of_them_or_stays() -> None:
    both = _image(1, "h:1/n/base", "h:1/n/cuda")
    assert list(outdated([both, _image(2, "h:1/n/base")])) == []
    assert list(outdated([both, _image(2, "h:1/n/base"), _image(3, "h:1/n/cuda")])) == both["RepoDigests"]


def test_what_somebody_has_named_or_built_here_stays() -> None:
    newest = _image(9, "h:1/n/base")
    named, built = (
        _image(1, "h:1/n/base", tags=("h:1/n/base:mine",)),
        {"Created": 1, "RepoDigests": None, "RepoTags": None},
    )
    assert list(outdated([newest, named, built, _image(2, "h:1/n/base")])) == ["h:1/n/base@sha256:2"]
