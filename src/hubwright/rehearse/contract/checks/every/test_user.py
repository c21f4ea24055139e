import pytest
from testinfra.backend.base import CommandResult

from hubwright.rehearse.contract.expect import Expect, not_shown
from hubwright.rehearse.contract.facts import Facts, Image, Living
from hubwright.rehearse.contract.subject import Subject

# With fewer bits than these a folder is no home for its group.
_OWNER, _GROUP = 0o300, 0o030


def test_user_is_a_number_and_not_root(image: Image, expect: Expect) -> None:
    """The image's own user is a number, and not root.

    Clusters that refuse root cannot tell what a name stands for. End the Dockerfile with `USER 1000:100`.
    """
    uid = image.user.partition(":")[0]
    expect(
        seen={"user": image.user, "number": uid.isdecimal(), "root": uid in {"", "0", "root"}},
        expected={"user": image.user, "number": True, "root": False},
    )


def test_the_user_can_run_python(visited: CommandResult, expect: Expect) -> None:
    """The user of the container runs the image's Python.

    What root installs must be open to everyone: `chmod -R a+rX`.
    """
    expect(seen=visited.rc, expected=0, says=visited.stderr.strip()[-1000:])


def test_everything_runs_as_the_profile_says(living: Living, subject: Subject, expect: Expect) -> None:
    """The user's container runs nothing under another uid or gid than the profile's.

    Look for a sudo, a su or a gosu in what the image starts.
    """
    seen = sorted({(process["uid"], process["gid"]) for process in living.processes})
    expect(seen=[list(pair) for pair in seen], expected=[[subject.uid, subject.gid]])


def test_home_is_where_the_profile_says(living: Living, subject: Subject, expect: Expect) -> None:
    """HOME is the folder that the profile mounts.

    Set it with ENV in the Dockerfile; an entry point that sets it anew gets it wrong for somebody.
    """
    expect(seen=living.home, expected=subject.home)


def test_home_can_be_written(living: Living, expect: Expect) -> None:
    """The user can write into the home.

    The volume belongs to root and the group that the profile names: the user has to be in that group.
    """
    expect(seen=living.home_refusal, expected=None)


def test_home_of_the_image_can_be_written(facts: Facts, image: Image, expect: Expect) -> None:
    """Without a volume, the image's user and the members of group 0 can write into the home.

    Make it so: `install -d -o 1000 -g 0 -m 0775 /home/jovyan`.
    """
    if not facts.home:
        pytest.fail("the image has no home folder", pytrace=False)
    uid, _, gid = image.user.partition(":")
    if not uid.isdecimal():
        not_shown("test_user_is_a_number_and_not_root")
    owner, group, mode = facts.home["uid"], facts.home["gid"], facts.home["mode"]
    expect(
        seen={
            "image's user": (str(owner) == uid and mode & _OWNER == _OWNER)
            or (str(group) == gid and mode & _GROUP == _GROUP),
            "group 0": group == 0 and mode & _GROUP == _GROUP,
        },
        expected={"image's user": True, "group 0": True},
        says=f"it belongs to {owner}:{group}, mode {mode:o}",
    )


def test_nothing_lives_in_the_home(facts: Facts, expect: Expect) -> None:
    """The image keeps nothing in the home, where the user's volume would hide it.

    Put what everybody needs below /opt, /usr/local or /etc.
    """
    expect.none(facts.leftovers, looked_at=facts.walked)
