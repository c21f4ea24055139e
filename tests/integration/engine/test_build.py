"""What is built and run with the embedded engine behaves as with any other."""

import hashlib
import os
import re
import urllib.request
from pathlib import Path

import pytest

from helpers.docker_client import DockerClient, busybox_context
from hubwright.engines import links, network
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.waiting import until

DEADLINE_S = 60


@pytest.fixture(scope="module")
def outside() -> str:
    """Name a file out there that this machine is set up to reach: one of its own packages' mirror."""
    paths = [*Path("/etc/apt").glob("sources.list"), *Path("/etc/apt/sources.list.d").iterdir()]
    texts = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    mirror = re.search(r"https?://\S+/(?:debian|ubuntu)/?(?=\s)", texts)
    release = re.search(r"^VERSION_CODENAME=(\w+)$", Path("/etc/os-release").read_text(encoding="utf-8"), re.MULTILINE)
    assert mirror, "this machine names no mirror of its packages"
    assert release, "this machine names no release"
    return f"{mirror[0].rstrip('/')}/dists/{release[1]}/InRelease"


def test_a_build_step_reaches_the_network_and_secrets_stay_out(
    client: DockerClient, busybox: Path, outside: str, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.pem"
    bundle.write_bytes(os.urandom(64))
    context = busybox_context(
        tmp_path / "context",
        busybox,
        f"RUN --mount=type=secret,id=ca,target=/ca.pem sha256sum /ca.pem && wget -O /fetched {outside}",
    )

    log = client.build(context, f"--secret=id=ca,src={bundle}", "--tag=test/network:1", "--no-cache")

    assert hashlib.sha256(bundle.read_bytes()).hexdigest() in log
    listed = client.docker(
        "run", "--rm", "test/network:1", "/bin/busybox", "sh", "-c", "wc -c </fetched; ls /ca.pem || echo gone"
    )
    assert int(listed.split()[0]) > 0
    assert listed.split()[-1] == "gone"


def test_an_image_is_named_by_the_digest_of_its_manifest(client: DockerClient, image: str) -> None:
    # The containerd image store keeps what a registry would keep, so that digests agree before and after a push.
    assert client.docker("image", "inspect", "--format={{.Id}}", image) in client.docker(
        "image", "inspect", "--format={{json .RepoDigests}}", image
    )


def test_containers_of_one_network_know_each_other_by_name(client: DockerClient, image: str) -> None:
    client.docker("network", "create", "one")
    serve = ("/bin/busybox", "httpd", "-f", "-p", "80", "-h", "/bin")
    client.docker("run", "--detach", "--name=server", "--network=one", "--publish=127.0.0.1::80", image, *serve)

    client.docker("run", "--rm", "--network=one", image, "/bin/busybox", "wget", "-O", "/dev/null", "http://server/sh")
    published = client.docker("port", "server", "80")

    assert until(lambda: _answers(f"http://{published}/busybox"), timeout_s=DEADLINE_S)
    client.docker("rm", "--force", "server")
    client.docker("network", "rm", "one")


def test_packets_of_every_network_fit_the_way_out(client: DockerClient, image: str) -> None:
    client.docker("network", "create", "two")
    show = ("/bin/busybox", "cat", "/sys/class/net/eth0/mtu")

    shown = {client.docker("run", "--rm", f"--network={name}", image, *show) for name in ("bridge", "two")}

    assert shown == {str(network.container_mtu())}
    client.docker("network", "rm", "two")


def test_the_way_out_is_the_same_whoever_comes_and_goes(
    shared_source: EmbeddedEngine, client: DockerClient, image: str
) -> None:
    """A container that is up knows the bridge by its hardware address, and looks for another one only in the end."""
    bridge = shared_source.places.bridge
    address = Path("/sys/class/net", bridge, "address")
    before = address.read_text()
    own = dict(links.addresses())[bridge]
    assert bytes.fromhex(before.replace(":", "")) == b"\x02\x42" + own.packed
    seen = []
    for _ in range(3):
        user = client.docker("run", "--detach", "--rm", image, "/bin/busybox", "sleep", "100000")
        seen.append(address.read_text())
        client.docker("kill", user)

    assert [*seen, address.read_text()] == [before] * 4


def test_a_container_has_its_limits(client: DockerClient, image: str) -> None:
    limits = "cat /sys/fs/cgroup/memory/memory.limit_in_bytes || cat /sys/fs/cgroup/memory.max"

    assert client.docker("run", "--rm", "--memory=64m", image, "/bin/busybox", "sh", "-c", limits) == str(64 << 20)


def test_a_container_out_of_memory_is_known_as_such(client: DockerClient, image: str) -> None:
    client.fails("run", "--name=greedy", "--memory=32m", image, "/bin/busybox", "tail", "/dev/zero")

    assert client.docker("inspect", "--format={{.State.OOMKilled}}", "greedy") == "true"
    client.docker("rm", "greedy")


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 - always http on loopback
            return bool(answer.status == 200)
    except OSError:
        return False


def test_what_a_user_set_for_another_engine_does_not_matter(
    client: DockerClient, image: str, busybox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "BUILDX_BUILDER"):
        monkeypatch.setenv(name, "another")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))

    assert client.docker("run", "--rm", image, "/bin/busybox", "echo", "works") == "works"
    assert client.build(busybox_context(tmp_path / "context", busybox), "--tag=test/other:1")
