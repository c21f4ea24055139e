"""Full disks, each of those that a build writes to: the message names the disk, and the next run finds nothing torn."""

import secrets
from contextlib import ExitStack, suppress
from pathlib import Path

from helpers.yard import Yard


def _writes(mebibytes: int) -> dict[str, str]:
    """Return an image with so much in it that nothing can make smaller."""
    script = f"echo {secrets.token_hex(8)}; dd if=/dev/urandom of=/filled bs=1048576 count={mebibytes}"
    return {"base": f'RUN ["/bin/sh", "-c", "{script}"]\n'}


def _converges(yard: Yard, root: Path) -> None:
    again = yard.build(root)
    assert again.returncode == 0, again.stderr
    image = again.stdout.splitlines()[1].split()[-1]
    assert yard.client.docker("run", "--rm", image, "/bin/sh", "-c", "wc -c < /filled") == str(20 << 20)
    yard.client.docker("rmi", image)
    assert yard.nothing_is_left(), yard.leftovers()


def test_the_engine_s_disk_is_full_during_a_step(yard: Yard, tmp_path: Path) -> None:
    root, data = yard.repository(tmp_path / "repository", _writes(20)), yard.source.places.data
    with yard.full(data, but=4 << 20):
        failed = yard.build(root)
    assert failed.returncode == 10
    assert "No space left on device" in failed.stderr
    assert f"A disk is full: {data} (the embedded engine) has" in failed.stderr
    assert "Traceback" not in failed.stderr
    _converges(yard, root)


def test_the_registry_s_disk_is_full_during_a_push(yard: Yard, tmp_path: Path) -> None:
    root, data = yard.repository(tmp_path / "repository", _writes(20)), yard.cache / "registry"
    with yard.full(data, but=4 << 20):
        failed = yard.build(root)
    assert failed.returncode == 10
    assert f"A disk is full: {data} (the registry of this machine) has" in failed.stderr
    assert "Traceback" not in failed.stderr
    _converges(yard, root)


def test_our_own_disk_is_full(yard: Yard, tmp_path: Path) -> None:
    root, locks = yard.repository(tmp_path / "repository", _writes(20)), yard.cache / "builds"
    with ExitStack() as stack:
        with suppress(OSError):
            while True:
                filler = locks / f"filler-{secrets.token_hex(4)}"
                filler.touch()
                stack.callback(filler.unlink)
        failed = yard.build(root)
    assert failed.returncode == 10
    assert f"cannot write {locks}/fp-" in failed.stderr
    assert "No space left on device. Free some space there and run it again" in failed.stderr
    _converges(yard, root)
