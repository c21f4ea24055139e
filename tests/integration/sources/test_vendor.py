"""The shipped image of a vendor's packages, locked and built for real from a vendor that stands in."""

import json
import secrets

import pytest

from helpers.docker_client import DockerClient
from helpers.vendor import Served, Vendor, made
from integration.sources.conftest import IMAGE, Copy

NEURON_LS = '#!/bin/sh\necho "[]"\n'


def publish(vendor: Vendor, mark: str, *, build: int = 1, compiler: str = "") -> None:
    """Publish what images/neuron asks for.

    The mark is a part of the versions, as the vendor has one there, and makes them something that no one built before.
    """
    vendor.publish_wheel("torch", "2.9.1", {"torch": ""})
    vendor.publish_wheel("torch-xla", "2.9.0", {"torch_xla": ""}, ["torch==2.9.1"])
    vendor.publish_wheel("libneuronxla", "2.2.17544.0", {"libneuronxla": ""})
    vendor.publish_wheel("neuronx-cc", f"2.26.6360.0+{build}.{mark}", {"neuronxcc": compiler}, ["numpy"])
    requires = ["torch-xla==2.9.*", "libneuronxla==2.2.*", "neuronx-cc==2.*"]
    module = {"torch_neuronx": f"MARK = {mark!r}\n"}
    vendor.publish_wheel("torch-neuronx", f"2.9.0.2.15.32035+{build}.{mark}", module, requires)
    vendor.publish_package("aws-neuronx-runtime-lib", "2.33.10.0-ab12", {"opt/aws/neuron/lib/libnrt.so.1": ""})
    vendor.publish_package("aws-neuronx-collectives", "2.33.10.0-cd34", {"opt/aws/neuron/lib/libnccom.so.2": ""})
    vendor.publish_package(
        "aws-neuronx-tools", "2.31.13.0-ef56", {"opt/aws/neuron/bin/neuron-ls": NEURON_LS}, depends="libc6"
    )


def locked(copy: Copy) -> None:
    done = copy.run("lock", "--select", IMAGE)
    assert done.returncode == 0, done.stderr


def built(copy: Copy) -> str:
    """Build the image, and return it by digest."""
    done = copy.run("build", "--select", IMAGE, "--until", "publish")
    assert done.returncode == 0, done.stderr
    row = next(line.split() for line in done.stdout.splitlines() if line.startswith(IMAGE))
    assert row[1] == "built", done.stdout
    return row[-1]


def test_what_the_vendor_has_is_locked_and_built_and_a_lock_that_moves_builds_anew(
    copy: Copy, vendor: Vendor, place: Served, client: DockerClient
) -> None:
    unlocked = copy.run("build", "--select", IMAGE, "--strict")
    assert unlocked.returncode == 11
    assert "images/neuron/apt.lock is not there; run `hubwright lock`" in unlocked.stderr

    publish(vendor, first := secrets.token_hex(8))
    locked(copy)
    folder = copy.root / "images/neuron"
    requirements = (folder / "requirements.lock").read_text()
    versions = {"neuronx-cc": f"2.26.6360.0+1.{first}", "libneuronxla": "2.2.17544.0", "torch": "2.9.1"}
    for name, version in versions.items():
        assert f"{name}=={version} \\\n    --hash=sha256:" in requirements
    assert [line.partition(" ")[0] for line in (folder / "apt.lock").read_text().splitlines()[1:]] == [
        "aws-neuronx-collectives:amd64=2.33.10.0-cd34",
        "aws-neuronx-runtime-lib:amd64=2.33.10.0-ab12",
        "aws-neuronx-tools:amd64=2.31.13.0-ef56",
    ]
    assert "://" not in requirements + (folder / "apt.lock").read_text()

    image = built(copy)
    assert json.loads(client.docker("run", "--rm", image, "neuron-ls", "-j")) == []
    show = ("run", "--rm", image, "python", "-c", "import torch_neuronx; print(torch_neuronx.MARK)")
    assert client.docker(*show) == first
    _keeps_nothing(client, image, place)

    # Another build of the same versions: the lock is all that differs, and the step is repeated.
    publish(vendor, second := secrets.token_hex(8), build=2)
    locked(copy)
    image = built(copy)
    show = ("run", "--rm", image, "python", "-c", "import torch_neuronx; print(torch_neuronx.MARK)")
    assert client.docker(*show) == second


def _keeps_nothing(client: DockerClient, image: str, place: Served) -> None:
    """Look for the addresses and the authority of the vendor in the image's files, history and settings."""
    address = place.index.removeprefix("https://").rpartition(":")[0]
    search = (
        f"grep -rlF -e {address} / --exclude-dir=proc --exclude-dir=sys 2> /dev/null; ls -A /run/secrets /run/sources"
    )
    assert client.docker("run", "--rm", "--user=0", image, "sh", "-c", f"{search}; true") == ""
    described = client.docker("history", "--no-trunc", image) + client.docker("inspect", image)
    assert address not in described
    assert "NEURON_RT_" not in client.docker("inspect", "--format", "{{.Config.Env}}", image)


def test_a_placeholder_of_the_vendor_s_name_fails_the_build(copy: Copy, vendor: Vendor) -> None:
    publish(vendor, secrets.token_hex(8), compiler='raise ImportError("WRONG PACKAGE")\n')
    locked(copy)
    done = copy.run("build", "--select", IMAGE, "--until", "publish")
    assert done.returncode == 10
    assert "ImportError: WRONG PACKAGE" in done.stderr
    assert "what requirements.lock names is not the vendor's software but a placeholder" in done.stderr


@pytest.mark.parametrize(
    "changes, told",
    [
        (
            {"HUBWRIGHT_SOURCE_NEURON": ""},
            "source neuron is unreachable: it has no address; set HUBWRIGHT_SOURCE_NEURON",
        ),
        ({"HUBWRIGHT_SOURCE_NEURON_APT": "http://127.0.0.1:9"}, "its apt repository does not answer"),
        ({"HUBWRIGHT_SOURCE_NEURON_APT": "ftp://x"}, "its apt repository has an address that is none"),
    ],
)
def test_a_source_that_cannot_be_had_is_named_and_moves_no_lock(copy: Copy, changes: dict[str, str], told: str) -> None:
    elsewhere = copy.with_environment(**changes)
    done = elsewhere.run("build", "--select", IMAGE, "--strict")
    assert (done.returncode, told in done.stderr) == (11, True), done.stderr
    done = elsewhere.run("lock", "--select", IMAGE)
    assert done.returncode == 0, done.stderr
    assert told in done.stderr
    assert not (copy.root / "images/neuron/requirements.lock").exists()


def test_packages_that_another_key_signed_are_refused(copy: Copy, vendor: Vendor) -> None:
    publish(vendor, secrets.token_hex(8))
    with made(copy.root.parent / "stranger") as stranger:
        (copy.root / "images/neuron/neuron.asc").write_text(stranger.public_key())
    done = copy.run("lock", "--select", IMAGE)
    assert done.returncode == 23
    assert "NO_PUBKEY" in done.stderr
    (copy.root / "images/neuron/neuron.asc").write_text("<html>404</html>\n")
    done = copy.run("lock", "--select", IMAGE)
    assert done.returncode == 42
    assert "images/neuron/neuron.asc: expected the public key that neuron's packages are signed by" in done.stderr
