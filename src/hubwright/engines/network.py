"""The embedded engine's network on the machine: a bridge, a table of firewall rules, and the forwarding switch."""

from functools import partial
from ipaddress import IPv4Interface, IPv4Network
from pathlib import Path

from hubwright.engines import firewall, links, subnet
from hubwright.engines.places import Places
from hubwright.engines.record import Record, read_record
from hubwright.engines.waiting import until

FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
_ROUTES = Path("/proc/net/route")
_RESOLVER = Path("/etc/resolv.conf")
# A packet that is larger than the way out can carry is lost without a word on many networks.
_USUAL_MTU = 1500
_VANISH_S = 10


def pick_pool(mark: str) -> IPv4Network:
    """Return addresses for an engine: nobody's on this machine, and not those of a nameserver."""
    taken = [*subnet.routed_networks(_ROUTES.read_text(encoding="ascii"))]
    if _RESOLVER.is_file():
        taken += subnet.nameservers(_RESOLVER.read_text(encoding="utf-8", errors="replace"))
    return subnet.choose_pool(mark, taken)


def container_mtu() -> int:
    """Return the largest packet that every way out of this machine takes."""
    return min([_USUAL_MTU, *(links.mtu(device) for device in _uplinks())])


def forwarding_before(places: Places) -> str:
    """Return what the forwarding switch was before the first engine of this program turned it on."""
    return "0" if any(other.forwarding == "0" for other in _others(places)) else _forwarding()


def connect(places: Places, record: Record) -> None:
    network = subnet.own_network(record.pool)
    links.add_bridge(places.bridge, IPv4Interface((network.network_address + 1, network.prefixlen)))
    outside = _uplinks() if record.forwarding == "0" else []
    firewall.apply_rules(record.nft, firewall.ruleset(places.table, record.pool, outside=outside))
    if _forwarding() == "0":
        FORWARDING.write_text("1\n", encoding="ascii")


def disconnect(places: Places, record: Record) -> None:
    """Undo all of it, whatever of it there is; containers have ended before."""
    firewall.remove_table(record.nft, places.table)
    _remove_bridges(places, record.pool)
    if record.forwarding == "0" and not _others(places):
        FORWARDING.write_text("0\n", encoding="ascii")


def _remove_bridges(places: Places, pool: IPv4Network) -> None:
    """Remove the engine's own bridge, and those that it made for networks of its containers."""
    ours = {name for name, address in links.addresses() if address in pool} | {places.bridge}
    for name in sorted(ours.intersection(links.bridges())):
        # An engine that was killed while it plugged a container in leaves the whole cable, and nobody else removes it.
        for port in filter(links.has_both_ends_here, links.ports(name)):
            links.remove_cable(port)
        # A container's end of a cable goes with the container; the kernel clears ours away in its own time.
        until(partial(_unplugged, name), timeout_s=_VANISH_S)
        links.remove_bridge(name)


def _unplugged(bridge: str) -> bool:
    return not links.ports(bridge)


def leftover_pool(places: Places) -> IPv4Network | None:
    """Return the pool of a bridge of ours that nobody noted; None where there is no such bridge."""
    for name, address in links.addresses():
        if name == places.bridge:
            return subnet.pool_around(address)
    return None


def _uplinks() -> list[str]:
    return subnet.uplinks(_ROUTES.read_text(encoding="ascii"))


def _forwarding() -> str:
    return FORWARDING.read_text(encoding="ascii").strip()


def _others(places: Places) -> list[Record]:
    """Return the notes of engines of other cache folders that are up on this machine."""
    paths = places.run.parent.glob("hubwright-*/record.json")
    return [record for path in paths if path != places.record and (record := read_record(path))]
