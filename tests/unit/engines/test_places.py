from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from hubwright.engines.places import places_of


def test_one_cache_folder_has_one_engine_however_it_is_spelled(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")

    assert places_of(tmp_path / "a") == places_of(tmp_path / "link") == places_of(tmp_path / "a" / ".." / "a")


def test_two_cache_folders_share_nothing(tmp_path: Path) -> None:
    one, two = places_of(tmp_path / "a"), places_of(tmp_path / "b")

    names = ("home", "run", "lock", "data", "socket", "record", "bridge", "table", "cgroup")
    assert all(getattr(one, name) != getattr(two, name) for name in names)


@given(st.text(alphabet="abc/", max_size=200))
def test_names_fit_whatever_the_folder_is(text: str) -> None:
    places = places_of(Path("/" + text))

    assert len(places.bridge) <= 15
    # The kernel takes 107 characters; the longest socket under the folder is containerd's.
    assert len(str(places.run / "exec/containerd/containerd-debug.sock")) < 100


def test_what_outlasts_a_stop_lies_outside_of_what_does_not(tmp_path: Path) -> None:
    places = places_of(tmp_path, runtime=Path("/run"))

    assert places.data.is_relative_to(places.home)
    assert places.buildx.is_relative_to(places.home)
    assert not places.lock.is_relative_to(places.home)
    assert {places.socket.parent, places.log.parent, places.record.parent} == {places.run}
    assert {places.programs.parent, places.configuration.parent} == {places.run}
