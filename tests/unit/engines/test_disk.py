from pathlib import Path

import pytest

from hubwright.engines.disk import snapshotter_for

MOUNTS = """\
overlay / overlay rw 0 0
/dev/sda1 /var ext4 rw 0 0
tmpfs /var/cache tmpfs rw 0 0
overlay /variant overlay rw 0 0
/dev/sdb1 /variant ext4 rw 0 0
server:/home /home nfs4 rw 0 0
"""


@pytest.mark.parametrize(
    "folder,snapshotter",
    [
        ("/root/.cache", "native"),
        ("/", "native"),
        ("/var/lib", "overlayfs"),
        ("/var", "overlayfs"),
        ("/var/cache/x", "overlayfs"),
        ("/variant/x", "overlayfs"),
        ("/varx", "native"),
        ("/home/me", "native"),
    ],
)
def test_layers_are_copied_where_the_disk_makes_no_overlays(folder: str, snapshotter: str) -> None:
    assert snapshotter_for(Path(folder), MOUNTS) == snapshotter


def test_the_mounts_of_this_machine_can_be_read(tmp_path: Path) -> None:
    assert snapshotter_for(tmp_path) in {"native", "overlayfs"}
