"""Setting up the embedded engine on a machine, and taking away again whatever of it there is."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hubwright.engines import daemon, firewall, leavings, network
from hubwright.engines.disk import check_room, snapshotter_for
from hubwright.engines.interface import Say
from hubwright.engines.places import Places
from hubwright.engines.programs import Programs
from hubwright.engines.record import Record, read_record
from hubwright.errors import EngineStartError, EngineStopError, HubwrightError, ProcessError

# Returns the unpacked programs, fetched only if need be.
Fetch = Callable[[], Programs]

_RIGHTS = "The embedded engine needs the rights of a machine's own root; a container gets them by --privileged"


def set_up(places: Places, fetch: Fetch, *, start: Callable[[Programs], None], say: Say) -> Record:
    """Return what was noted about an engine that answers now; nothing stays behind of one that does not."""
    check_room(places.home)
    say(f"fetching the engine's packages into {places.home}, unless they are there")
    programs = fetch()
    clear(places, fetch)
    dropping = _look_at_firewall(programs)
    try:
        record = _note(places, programs)
        _configure(places, programs, record)
        leavings.make_mount_points(record.folders)
        connect(places, record)
        say("starting the engine")
        start(programs)
    except BaseException:
        # What went wrong is worth more to a person than what then could not be cleared away; a next start tries again.
        with suppress(HubwrightError):
            daemon.kill(places)
            clear(places, fetch)
        raise
    for chain in dropping:
        say(
            f"note: the firewall's chain `{chain}` drops forwarded packets. If builds have no network, let "
            f"{record.pool} pass there"
        )
    return record


def clear(places: Places, fetch: Fetch) -> bool:
    """Undo what an engine whose processes are gone had made on the machine; return whether there was anything."""
    record = read_record(places.record) or _guess(places, fetch)
    if record is None and not places.run.exists():
        return False
    try:
        if record:
            network.disconnect(places, _with_firewall(record, fetch))
            leavings.remove_mount_points(record.folders)
        leavings.remove_cgroups(places)
        # Last, because the note is in there: a clearing that is interrupted can be done again.
        if places.run.exists():
            shutil.rmtree(places.run)
    except (OSError, ProcessError) as error:
        msg = f"cannot undo what the embedded engine changed on this machine: {error}. Is this run as root?"
        raise EngineStopError(msg) from error
    return True


def _guess(places: Places, fetch: Fetch) -> Record | None:
    """Return what must have been noted where only the bridge tells that there was an engine.

    What forwarding was before is not to be known any more, so it is left as it is.
    """
    pool = network.leftover_pool(places)
    if pool is None:
        return None
    programs = fetch()
    return Record(pool=pool, forwarding="1", folders=(), docker="", buildx="", nft=programs.nft)


def _with_firewall(record: Record, fetch: Fetch) -> Record:
    """Return the record with a program for the firewall that is there: people delete cache folders."""
    return record if Path(record.nft.path).exists() else replace(record, nft=fetch().nft)


def _note(places: Places, programs: Programs) -> Record:
    record = Record(
        pool=network.pick_pool(places.mark),
        forwarding=network.forwarding_before(places),
        folders=leavings.missing_mount_points(),
        docker=str(programs.docker),
        buildx=str(programs.buildx),
        nft=programs.nft,
    )
    places.run.mkdir(mode=0o700)
    record.write(places.record)
    return record


def _configure(places: Places, programs: Programs, record: Record) -> None:
    # Networks of an earlier start would come back with its addresses, which may be somebody else's by now.
    shutil.rmtree(places.data / "network", ignore_errors=True)
    for folder in (places.data, places.buildx):
        folder.mkdir(parents=True, exist_ok=True)
    mtu, snapshotter = network.container_mtu(), snapshotter_for(places.data)
    settings = daemon.configuration(places, programs, record, mtu=mtu, snapshotter=snapshotter)
    places.configuration.write_text(json.dumps(settings, indent=1), encoding="utf-8")
    # Debian chooses between two kinds of iptables when the package is installed; this one speaks to nftables.
    places.programs.mkdir()
    for alias in ("iptables", "ip6tables"):
        (places.programs / alias).symlink_to(programs.xtables)


def _look_at_firewall(programs: Programs) -> list[str]:
    """Find out, before anything is changed, whether this machine lets us make rules."""
    try:
        return firewall.dropping_chains(programs.nft)
    except ProcessError as error:
        msg = f"cannot reach the kernel's firewall (nftables), which lets containers out. {_RIGHTS}. {error}"
        raise EngineStartError(msg) from error


def connect(places: Places, record: Record) -> None:
    """Make the engine's network, or what is missing of it: a firewall that was loaded anew has lost our rules."""
    try:
        network.connect(places, record)
    except (OSError, ProcessError) as error:
        msg = f"cannot make the network of containers. {_RIGHTS}. {error}"
        raise EngineStartError(msg) from error


def describe(places: Places, record: Record, *, apparmor: bool) -> tuple[str, ...]:
    """Return what is different on the machine while this engine is up; it goes when it stops."""
    forwarding = "it was 0, and is set back" if record.forwarding == "0" else "it was 1 before, and stays"
    lines = [
        f"network bridge {places.bridge}, and one br-* for each network of containers; addresses {record.pool}",
        f"firewall table `ip {places.table}`: lets the containers out, and nobody in to them",
        f"net.ipv4.ip_forward is 1: {forwarding}",
        f"control groups called {places.cgroup}",
        f"{places.run}: socket, log and notes",
    ]
    if record.folders:
        lines.append(f"empty folders {', '.join(record.folders)}: mount points inside the engine's own namespace")
    if apparmor:
        lines.append("AppArmor profile docker-default in the kernel; this one stays until the machine restarts")
    return tuple(lines)
