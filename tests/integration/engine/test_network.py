"""The engine's network in a network namespace of its own, where everything that is there can be compared."""

import os
import sys
from pathlib import Path

from helpers.packages import take_packages
from hubwright.engines.programs import fetch_programs
from hubwright.process import run

# sysfs shows the network of whoever mounted it; the control groups lie in it and have to come along. Notes of other
# tests' engines are in /run.
_ENTER = """
mount --rbind /sys/fs/cgroup "$1"; mount -t sysfs sysfs /sys; mount --rbind "$1" /sys/fs/cgroup
mount -t tmpfs tmpfs /run
shift; exec "$@"
"""


def inside(script: str, stock: Path, folder: Path) -> None:
    """Run the script where nobody else has a network device or a firewall rule."""
    nft = fetch_programs(stock, environment=os.environ).nft
    (folder / "cgroup").mkdir()
    enter = ("unshare", "--net", "--mount", "--", "sh", "-ec", _ENTER, "sh", str(folder / "cgroup"))
    arguments = (nft.path, nft.library_path, str(folder))
    run((*enter, sys.executable, "-c", _SETTING + script, *arguments), environment=os.environ, timeout_s=120)


_SETTING = """
import os, socket, sys
from ipaddress import IPv4Interface, IPv4Network
from pathlib import Path
from hubwright.engines import links, network
from hubwright.engines.firewall import Nft, dropping_chains
from hubwright.engines.places import places_of
from hubwright.engines.record import Record

# A new namespace takes this over from the machine.
network.FORWARDING.write_text("0")
nft = Nft(path=sys.argv[1], library_path=sys.argv[2])
runtime = Path(sys.argv[3])
one, two = places_of(runtime / "one", runtime=runtime), places_of(runtime / "two", runtime=runtime)

def note(places, pool):
    record = Record(
        pool=IPv4Network(pool), forwarding=network.forwarding_before(places), folders=(), docker="", buildx="", nft=nft
    )
    places.run.mkdir()
    record.write(places.record)
    return record

def clear(places, record):
    network.disconnect(places, record)
    places.record.unlink()

def seen():
    names = sorted(name for _, name in socket.if_nameindex())
    return names, nft.run("list", "ruleset"), network.FORWARDING.read_text()
"""


def test_everything_is_as_before(stock: Path, tmp_path: Path) -> None:
    script = """
nft.run("table inet mine { chain c { type filter hook forward priority 0; policy drop; }; }")
before = seen()
record = note(one, "10.200.64.0/18")
network.connect(one, record)
network.connect(one, record)
links.add_bridge("br-0123456789ab", IPv4Interface("10.200.65.1/24"))
links.add_bridge("foreign", IPv4Interface("10.200.1.1/24"))
during = seen()
assert during[2] == "1\\n" and one.bridge in during[0]
assert dropping_chains(nft) == ["inet mine c"]
clear(one, record)
after = seen()
assert after[0] == sorted([*before[0], "foreign"]), after
assert after[1:] == before[1:], after
"""
    inside(script, stock, tmp_path)


def test_the_last_of_two_engines_turns_forwarding_off(stock: Path, tmp_path: Path) -> None:
    script = """
first = note(one, "10.200.64.0/18")
network.connect(one, first)
second = note(two, "10.200.128.0/18")
network.connect(two, second)
assert (first.forwarding, second.forwarding) == ("0", "0")
clear(one, first)
assert network.FORWARDING.read_text() == "1\\n"
clear(two, second)
assert network.FORWARDING.read_text() == "0\\n"
"""
    inside(script, stock, tmp_path)


def test_a_machine_that_forwards_already_goes_on_doing_so(stock: Path, tmp_path: Path) -> None:
    script = """
network.FORWARDING.write_text("1")
record = note(one, "10.200.64.0/18")
network.connect(one, record)
assert record.forwarding == "1"
clear(one, record)
assert network.FORWARDING.read_text() == "1\\n"
"""
    inside(script, stock, tmp_path)


def test_the_kernel_takes_the_rules_of_a_machine_that_was_no_router(stock: Path, tmp_path: Path) -> None:
    script = """
from hubwright.engines import firewall

rules = firewall.ruleset(one.table, IPv4Network("10.200.64.0/18"), outside=("eth0", "wlan0"))
firewall.apply_rules(nft, rules)
firewall.apply_rules(nft, rules)
assert b"wlan0" in nft.run("list", "table", "ip", one.table)
"""
    inside(script, stock, tmp_path)


def test_addresses_that_are_routed_are_left_alone(stock: Path, tmp_path: Path) -> None:
    script = """
free = network.pick_pool("00000000")
links.add_bridge("vpn", IPv4Interface(f"{free[9]}/32"))
assert network.container_mtu() == 1500
links.add_bridge("lan", IPv4Interface(f"{free[300]}/24"))
assert network.pick_pool("00000000") != free
assert network.leftover_pool(one) is None
"""
    inside(script, stock, tmp_path)


def test_a_whole_start_and_stop_leaves_the_machine_as_it_was(stock: Path, tmp_path: Path) -> None:
    take_packages(stock, tmp_path / "cache/engine/debian")
    script = """
from hubwright.engines.embedded import EmbeddedEngine

def machine():
    return *seen(), Path("/proc/self/mounts").read_text(), os.listdir("/run")

nft.run("table inet mine { chain c { type filter hook forward priority 0; policy drop; }; }")
before = machine()
source = EmbeddedEngine(cache=runtime / "cache", environment=os.environ, uid=0)
said = []
source.ensure(said.append)
assert any("`inet mine c` drops forwarded packets" in line for line in said), said
assert machine()[:3] != before[:3]
assert machine()[3] == before[3]
source.stop(said.append)
assert machine() == before, (machine(), before)
"""
    inside(script, stock, tmp_path)


def test_a_cable_that_was_never_plugged_into_a_container_goes_with_its_bridge(stock: Path, tmp_path: Path) -> None:
    script = """
import fcntl, struct

def attribute(kind, value):
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)

def cable(name):
    # What an engine asks the kernel for: a pair, of which this is the name of one end.
    veth = attribute(18, attribute(1, b"veth"))
    body = struct.pack("=BxHiII", 0, 0, 0, 0, 0) + attribute(3, name.encode() + bytes(1)) + veth
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as kernel:
        kernel.send(struct.pack("=IHHII", 16 + len(body), 16, 0x605, 0, 0) + body)
        assert struct.unpack_from("=i", kernel.recv(4096), 16) == (0,)

def plug(name, bridge):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, 0x89A2, struct.pack("16si20x", bridge.encode(), socket.if_nametoindex(name)))

links.add_bridge("foreign", IPv4Interface("10.200.1.1/24"))
cable("theirs")
plug("theirs", "foreign")
cable("loose")
before = seen()
record = note(one, "10.200.64.0/18")
network.connect(one, record)
cable("ours")
plug("ours", one.bridge)
assert links.ports(one.bridge) == ["ours"]
assert links.has_both_ends_here("ours") and not links.has_both_ends_here("lo")
clear(one, record)
assert seen()[0] == before[0], seen()
links.remove_cable("ours")
assert not links.has_both_ends_here("ours")
try:
    links.remove_cable("lo")
except OSError as error:
    assert error.filename == "lo", error
else:
    raise AssertionError("nobody may remove it")
"""
    inside(script, stock, tmp_path)
