"""Things that several tests of the engine's parts need."""

from ipaddress import IPv4Network
from pathlib import Path

import pytest

from hubwright.engines.firewall import Nft
from hubwright.engines.places import Places, places_of
from hubwright.engines.programs import Programs
from hubwright.engines.record import Record


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return places_of(tmp_path / "cache", runtime=tmp_path / "run")


@pytest.fixture
def programs() -> Programs:
    root = Path("/unpacked")
    return Programs(
        docker=root / "usr/bin/docker",
        buildx=root / "usr/libexec/docker/cli-plugins/docker-buildx",
        dockerd=root / "usr/sbin/dockerd",
        proxy=root / "usr/sbin/docker-proxy",
        init=root / "usr/bin/tini-static",
        nft=Nft(path="/unpacked/usr/sbin/nft", library_path="/unpacked/lib:/unpacked/usr/lib"),
        xtables=root / "usr/sbin/xtables-nft-multi",
        path=(root / "usr/bin", root / "usr/sbin"),
        library_path="/unpacked/lib:/unpacked/usr/lib",
    )


@pytest.fixture
def record(programs: Programs) -> Record:
    return Record(
        pool=IPv4Network("10.200.64.0/18"),
        forwarding="0",
        folders=("/run/containerd",),
        docker=str(programs.docker),
        buildx=str(programs.buildx),
        nft=programs.nft,
    )
