from hubwright.rehearse.contract.containers import Entered, Served
from hubwright.rehearse.contract.expect import Expect, not_shown
from hubwright.rehearse.contract.facts import Facts, Image


def test_unannounced_uid_has_a_name(served: Served, expect: Expect) -> None:
    """A uid that the image does not know gets a name.

    Without one ssh, git and Hadoop refuse to work. start.sh writes it into /var/lib/extrausers/passwd.
    """
    if served.told is None:
        not_shown("test_server_answers_below_a_prefix_to_anyone")
    expect(seen=served.told["user"], expected="user123456")


def test_bytecode_holds_for_any_file_time(facts: Facts, expect: Expect) -> None:
    """The bytecode of what is installed does not depend on file times.

    Otherwise two builds of the same thing differ. Install with PYC_INVALIDATION_MODE=UNCHECKED_HASH.
    """
    expect.none(facts.dated_bytecode, looked_at=facts.walked)


def test_an_init_stands_above_the_command(entered: Entered, image: Image, expect: Expect) -> None:
    """Process 1 is tini, which collects what kernels leave behind.

    Begin ENTRYPOINT with `/usr/bin/tini -g --`.
    """
    if entered.told is None:
        not_shown("test_entry_point_becomes_its_arguments")
    expect(
        seen={"entrypoint": image.entrypoint[0], "process 1": entered.told["ancestors"][-1:]},
        expected={"entrypoint": "/usr/bin/tini", "process 1": ["tini"]},
    )
