"""Which addresses the embedded engine's containers get: private ones that nobody on this machine uses."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network

from hubwright.errors import EngineStartError

# Companies number from the low end of 10/8, VPNs and other engines in 172.16/12 and 192.168/16.
RANGE = IPv4Network("10.192.0.0/10")
_POOL_PREFIX = 18
# One network of the pool for the engine's own bridge, sixty-three for those that runs make.
NETWORK_PREFIX = 24


def choose_pool(mark: str, taken: Iterable[IPv4Network]) -> IPv4Network:
    """Return the first free pool, counted from one that depends on the mark.

    So an engine gets the same addresses again, and two that start at the same time do not get the same ones.
    """
    pools = list(RANGE.subnets(new_prefix=_POOL_PREFIX))
    first = int(mark, 16) % len(pools)
    used = list(taken)
    for pool in (*pools[first:], *pools[:first]):
        if not any(pool.overlaps(network) for network in used):
            return pool
    msg = f"every network in {RANGE} is routed on this machine, so containers can get no addresses; see `ip route`"
    raise EngineStartError(msg)


def own_network(pool: IPv4Network) -> IPv4Network:
    return next(pool.subnets(new_prefix=NETWORK_PREFIX))


def pool_around(address: IPv4Address) -> IPv4Network | None:
    """Return the pool that an address of ours came from; None for addresses that cannot be ours."""
    return IPv4Network((int(address), _POOL_PREFIX), strict=False) if address in RANGE else None


def routed_networks(table: str) -> Iterator[IPv4Network]:
    """Read the kernel's table of routes (`/proc/net/route`), without the default one."""
    for _, destination, mask in _routes(table):
        if int(mask):
            yield IPv4Network((int(destination), str(mask)), strict=False)


def uplinks(table: str) -> list[str]:
    """Return the devices that lead to everywhere else."""
    return [device for device, destination, mask in _routes(table) if not int(destination) and not int(mask)]


def nameservers(resolver: str) -> Iterator[IPv4Network]:
    """Read the nameservers in resolv.conf: addresses that have to stay reachable even where no route names them."""
    for line in resolver.splitlines():
        words = line.split()
        if words[:1] == ["nameserver"]:
            # What is no IPv4 address (IPv6, a mistake) cannot collide with one.
            with suppress(ValueError):
                yield IPv4Network(" ".join(words[1:]))


def _routes(table: str) -> Iterator[tuple[str, IPv4Address, IPv4Address]]:
    for line in table.splitlines()[1:]:
        fields = line.split()
        # The address's bytes as they lie in memory, printed as if they were a number of this machine.
        destination, mask = (IPv4Address(int(fields[column], 16).to_bytes(4, sys.byteorder)) for column in (1, 7))
        yield fields[0], destination, mask
