"""Bridges and cables by the kernel's own calls: a fresh machine need not have the `ip` program."""

import errno
import fcntl
import os
import socket
import struct
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface
from pathlib import Path

_SYS = Path("/sys/class/net")

_SIOCGIFFLAGS = 0x8913
_SIOCSIFFLAGS = 0x8914
_SIOCGIFADDR = 0x8915
_SIOCSIFADDR = 0x8916
_SIOCSIFNETMASK = 0x891C
_SIOCSIFHWADDR = 0x8924
_SIOCBRADDBR = 0x89A0
_SIOCBRDELBR = 0x89A1
_IFF_UP = 1
_NETLINK_ROUTE = 0
_RTM_DELLINK = 17
_REQUEST_AND_ANSWER = 5
_ARPHRD_ETHER = 1
# Addresses that are given by hand and not by a maker; engines begin those of containers like this, too.
_BY_HAND = b"\x02\x42"


def bridges(sys: Path = _SYS) -> list[str]:
    return sorted(path.parent.name for path in sys.glob("*/bridge"))


def ports(bridge: str, sys: Path = _SYS) -> list[str]:
    """Return the devices that are plugged into the bridge."""
    return sorted(path.name for path in (sys / bridge / "brif").glob("*"))


def has_both_ends_here(device: str, sys: Path = _SYS) -> bool:
    """Return whether the device is one end of a cable whose other end was not given to a container, or came back."""
    try:
        own, other = (int((sys / device / name).read_text(encoding="ascii")) for name in ("ifindex", "iflink"))
    except FileNotFoundError:
        return False
    return other not in {own, 0} and other in {index for index, _ in socket.if_nameindex()}


def mtu(device: str, sys: Path = _SYS) -> int:
    return int((sys / device / "mtu").read_text(encoding="ascii"))


def add_bridge(name: str, interface: IPv4Interface) -> None:
    """Make a bridge with this address, up; one that is there is given the address."""
    with _control() as control:
        if name not in bridges():
            fcntl.ioctl(control, _SIOCBRADDBR, _name(name))
        _set_hardware_address(control, name, _BY_HAND + interface.ip.packed)
        fcntl.ioctl(control, _SIOCSIFADDR, _request(name, _address(interface.ip)))
        fcntl.ioctl(control, _SIOCSIFNETMASK, _request(name, _address(interface.netmask)))
        _set_up(control, name, up=True)


def remove_bridge(name: str) -> None:
    with _control() as control:
        # The kernel refuses to delete a bridge that is up.
        _set_up(control, name, up=False)
        fcntl.ioctl(control, _SIOCBRDELBR, _name(name))


def remove_cable(end: str) -> None:
    """Remove a cable by one of its ends; the other goes with it. One that is gone is fine."""
    try:
        index = socket.if_nametoindex(end)
    except OSError:
        return
    # The kernel's `struct nlmsghdr` and `struct ifinfomsg`.
    body = struct.pack("=BxHiII", socket.AF_UNSPEC, 0, index, 0, 0)
    head = struct.pack("=IHHII", 16 + len(body), _RTM_DELLINK, _REQUEST_AND_ANSWER, 0, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_ROUTE) as kernel:
        kernel.send(head + body)
        (said,) = struct.unpack_from("=i", kernel.recv(4096), 16)
    if -said not in {0, errno.ENODEV}:
        raise OSError(-said, os.strerror(-said), end)


def addresses() -> Iterator[tuple[str, IPv4Address]]:
    """Give each bridge with its address; bridges without one are left out."""
    with _control() as control:
        for name in bridges():
            try:
                answer = fcntl.ioctl(control, _SIOCGIFADDR, _request(name, b""))
            except OSError:
                continue
            yield name, IPv4Address(answer[20:24])


def _set_hardware_address(control: socket.socket, name: str, address: bytes) -> None:
    """Give the bridge an address to keep.

    Otherwise it takes the lowest of what is plugged in, or none: whenever that changes, every container that is up
    sends to the old one, and has no network until it notices, half a minute later.
    """
    request = _request(name, struct.pack("H6s", _ARPHRD_ETHER, address))
    fcntl.ioctl(control, _SIOCSIFHWADDR, request)


def _control() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM)


def _set_up(control: socket.socket, name: str, *, up: bool) -> None:
    answer = fcntl.ioctl(control, _SIOCGIFFLAGS, _request(name, b""))
    (flags,) = struct.unpack_from("H", answer, 16)
    wanted = flags | _IFF_UP if up else flags & ~_IFF_UP
    fcntl.ioctl(control, _SIOCSIFFLAGS, _request(name, struct.pack("H", wanted)))


def _name(name: str) -> bytes:
    return struct.pack("16s", name.encode())


def _request(name: str, value: bytes) -> bytes:
    """Return the kernel's `struct ifreq`: a name of 16 bytes, and a union of 24."""
    return struct.pack("16s24s", name.encode(), value)


def _address(address: IPv4Address) -> bytes:
    return struct.pack("HH4s", socket.AF_INET, 0, address.packed)
