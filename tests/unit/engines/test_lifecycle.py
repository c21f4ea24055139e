from dataclasses import replace

from hubwright.engines.lifecycle import describe
from hubwright.engines.places import Places
from hubwright.engines.record import Record


def test_every_change_on_the_machine_is_named(places: Places, record: Record) -> None:
    told = "\n".join(describe(places, record, apparmor=True))

    for changed in (places.bridge, str(record.pool), places.table, "ip_forward", places.cgroup, str(places.run)):
        assert changed in told
    assert record.folders[0] in told
    assert "it was 0, and is set back" in told
    assert "AppArmor profile docker-default" in told


def test_what_did_not_change_is_not_said_to_have(places: Places, record: Record) -> None:
    told = "\n".join(describe(places, replace(record, forwarding="1", folders=()), apparmor=False))

    assert "it was 1 before, and stays" in told
    assert "mount points" not in told
    assert "AppArmor" not in told
