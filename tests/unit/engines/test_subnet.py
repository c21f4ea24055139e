from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubwright.engines.subnet import (
    RANGE,
    choose_pool,
    nameservers,
    own_network,
    pool_around,
    routed_networks,
    uplinks,
)
from hubwright.errors import EngineStartError

# As the kernel prints it on a little-endian machine: a default route, 192.0.2.0/24 and 10.200.0.0/16.
ROUTES = """\
Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
tun0	0000C80A	00000000	0001	0	0	0	0000FFFF	0	0	0
"""
MARKS = st.integers(0, 2**32 - 1).map(lambda number: f"{number:08x}")


@given(mark=MARKS, taken=st.lists(st.integers(0, 255), max_size=255))
def test_a_pool_is_private_free_and_the_same_each_time(mark: str, taken: list[int]) -> None:
    used = [network for number, network in enumerate(RANGE.subnets(new_prefix=18)) if number in taken]

    pool = choose_pool(mark, used)

    assert pool.subnet_of(RANGE)
    assert pool.is_private
    assert not any(pool.overlaps(network) for network in used)
    assert pool == choose_pool(mark, used)


@pytest.mark.parametrize("routed", ["10.192.0.0/10", "10.0.0.0/8", "0.0.0.0/1"])
def test_where_all_is_routed_a_person_is_told(routed: str) -> None:
    with pytest.raises(EngineStartError, match="ip route"):
        choose_pool("00000000", [IPv4Network(routed)])


def test_one_address_that_is_used_moves_the_pool() -> None:
    first = choose_pool("00000000", [])

    assert choose_pool("00000000", [IPv4Network((first.network_address + 99, 32))]) != first


@given(mark=MARKS, offset=st.integers(0, 2**14 - 1))
def test_the_pool_is_known_again_from_any_of_its_addresses(mark: str, offset: int) -> None:
    pool = choose_pool(mark, [])

    assert pool_around(pool[offset]) == pool


def test_a_foreign_address_has_no_pool() -> None:
    assert pool_around(IPv4Address("172.17.0.1")) is None


def test_the_own_network_is_the_first_of_the_pool() -> None:
    assert own_network(IPv4Network("10.200.64.0/18")) == IPv4Network("10.200.64.0/24")


def test_routes_are_read_as_the_kernel_prints_them() -> None:
    assert list(routed_networks(ROUTES)) == [IPv4Network("192.0.2.0/24"), IPv4Network("10.200.0.0/16")]
    assert uplinks(ROUTES) == ["eth0"]


def test_a_machine_without_a_network_has_no_routes() -> None:
    header = ROUTES.splitlines()[0]

    assert not list(routed_networks(header))
    assert uplinks("") == []


def test_nameservers_keep_their_addresses() -> None:
    resolver = (
        "# comment\nsearch example.com\nnameserver 10.200.1.1\nnameserver fe80::1%eth0\nnameserver\nnameserver x\n"
    )

    assert list(nameservers(resolver)) == [IPv4Network("10.200.1.1/32")]
