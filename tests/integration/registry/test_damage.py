"""What crashes and failing disks leave of a real registry: never an absence, never wrong content."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from fakes.content import EMPTY, image_body, push_image
from fakes.processes import kill_daemon
from fakes.timing import FakeTime
from hubwright.errors import ContentCorruptError, RegistryRefusedError, RegistryUnavailableError
from hubwright.registries.embedded import EmbeddedRegistry
from hubwright.registries.interface import OCI_MANIFEST, sha256_digest
from hubwright.registries.oci import Endpoint, OciRegistry

LAYER = b"a layer"


@pytest.fixture
def own(program: Path, tmp_path: Path) -> EmbeddedRegistry:
    """Return a registry of the test's own, whose data it may damage."""
    return EmbeddedRegistry(program=program, data=tmp_path / "data")


@pytest.fixture
def client(own: EmbeddedRegistry) -> Iterator[OciRegistry]:
    yield OciRegistry(Endpoint(host=own.start(), deadline_s=10), timing=FakeTime().timing())
    own.stop()


@pytest.fixture
def storage(tmp_path: Path) -> Path:
    return tmp_path / "data/storage/docker/registry/v2"


def stored_blob(storage: Path, digest: str) -> Path:
    name = digest.removeprefix("sha256:")
    return storage / "blobs/sha256" / name[:2] / name / "data"


def test_a_torn_tag_is_not_absent_and_is_healed_by_a_put(client: OciRegistry, storage: Path) -> None:
    image = push_image(client, "a/b", "one", LAYER)
    link = storage / "repositories/a/b/_manifests/tags/one/current/link"
    link.write_bytes(b"")

    with pytest.raises(RegistryUnavailableError, match="500"):
        client.resolve("a/b", "one")
    client.put_manifest("a/b", "one", image_body(LAYER), OCI_MANIFEST)

    assert client.resolve("a/b", "one") == image


def test_a_torn_blob_link_is_healed_by_a_push(client: OciRegistry, storage: Path) -> None:
    digest = client.push_blob("a/b", LAYER)
    link = storage / "repositories/a/b/_layers" / digest.replace(":", "/") / "link"
    link.write_bytes(b"")

    with pytest.raises(RegistryUnavailableError, match="500"):
        client.blob("a/b", digest, limit=100)
    client.push_blob("a/b", LAYER)

    assert client.blob("a/b", digest, limit=100) == LAYER


def test_a_layer_cut_short_on_disk_is_noticed_by_who_reads_and_by_who_pushes(
    client: OciRegistry, storage: Path
) -> None:
    digest = client.push_blob("a/b", LAYER)
    stored_blob(storage, digest).write_bytes(LAYER[:3])

    with pytest.raises(ContentCorruptError, match="hash to"):
        client.blob("a/b", digest, limit=100)
    with pytest.raises(ContentCorruptError, match="has 3 bytes after it was pushed with 7"):
        client.push_blob("a/b", LAYER)


def test_a_manifest_altered_on_disk_is_noticed(client: OciRegistry, storage: Path) -> None:
    image = push_image(client, "a/b", "one", LAYER)
    body = stored_blob(storage, image.digest).read_bytes()
    stored_blob(storage, image.digest).write_bytes(body.replace(b"layers", b"Layers"))

    with pytest.raises((ContentCorruptError, RegistryUnavailableError)):
        client.resolve("a/b", "one")
    with pytest.raises((ContentCorruptError, RegistryUnavailableError)):
        client.manifest("a/b", image.digest)


def test_an_emptied_manifest_is_never_reported_as_stored(client: OciRegistry, storage: Path) -> None:
    image = push_image(client, "a/b", "one", LAYER)
    stored_blob(storage, image.digest).write_bytes(b"")

    with pytest.raises((ContentCorruptError, RegistryUnavailableError)):
        client.put_manifest("a/b", "two", image_body(LAYER), OCI_MANIFEST)


def test_a_manifest_whose_blob_was_lost_is_refused(client: OciRegistry, storage: Path) -> None:
    client.push_blob("a/b", EMPTY)
    digest = client.push_blob("a/b", LAYER)
    stored_blob(storage, digest).unlink()

    with pytest.raises(RegistryRefusedError, match="MANIFEST_BLOB_UNKNOWN"):
        client.put_manifest("a/b", "one", image_body(LAYER), OCI_MANIFEST)


def test_a_killed_registry_is_not_an_empty_one(client: OciRegistry, own: EmbeddedRegistry) -> None:
    image = push_image(client, "a/b", "one", LAYER)
    kill_daemon(own.argv)

    with pytest.raises(RegistryUnavailableError):
        client.resolve("a/b", "one")
    with pytest.raises(RegistryUnavailableError):
        client.resolve("a/b", "never-there")
    own.start()

    assert client.resolve("a/b", "one") == image


def test_kills_in_the_middle_of_writes_lose_nothing_that_was_acknowledged(own: EmbeddedRegistry) -> None:
    """Real time is needed here: the client waits for a registry that really comes back."""
    client = OciRegistry(Endpoint(host=own.start(), deadline_s=60))
    layers = [b"layer %d" % number for number in range(20)]
    done = Event()

    def kill_often() -> None:
        while not done.wait(0.2):
            kill_daemon(own.argv)
            own.start()

    with ThreadPoolExecutor(1) as killer:
        killing = killer.submit(kill_often)
        try:
            pushed = [push_image(client, "a/b", f"tag-{number}", layer) for number, layer in enumerate(layers)]
        finally:
            done.set()
        killing.result()
    try:
        assert [client.resolve("a/b", f"tag-{number}") for number in range(len(layers))] == pushed
        assert all(client.blob("a/b", sha256_digest(layer), limit=100) == layer for layer in layers)
    finally:
        own.stop()
