from hubwright.rehearse.contract.expect import Expect
from hubwright.rehearse.contract.facts import SHELL_RAN, Facts
from hubwright.rehearse.contract.fixtures import ParentFacts


def test_no_setuid_programs(facts: Facts, parent_facts: ParentFacts, expect: Expect) -> None:
    """No program runs with its owner's rights, except those that the parent is blamed for.

    Such a program is the way up for whoever breaks in. Clear the bits, as the last step that installs something:
    `find / -xdev -type f -perm /6000 -exec chmod a-s {} +`
    """
    parent = parent_facts() if facts.setuid else None
    expect.none([path for path in facts.setuid if not parent or path not in parent.setuid], looked_at=facts.walked)


def test_no_world_writable_paths(facts: Facts, expect: Expect) -> None:
    """Nobody but its owner and group can change what the image brings.

    Take the right away: `chmod o-w`.
    """
    expect.none(facts.world_writable, looked_at=facts.walked)


def test_no_caches(facts: Facts, expect: Expect) -> None:
    """The image carries no cache of a package manager.

    Every node would pull it. Use `RUN --mount=type=cache`.
    """
    expect.none(facts.caches, looked_at=facts.walked)


def test_anybody_may_run_the_shell(facts: Facts, expect: Expect) -> None:
    """A user without any rights reads and runs /bin/sh.

    The chart pulls an image to a node by running /bin/sh in it as uid 65534. Give it mode 0755.
    """
    expect(seen=facts.shell, expected=SHELL_RAN)
