import io
import stat
import tarfile
from dataclasses import replace

from homes import older_home, read_only_home
from hubwright.rehearse.docker.volumes import archive
from hubwright.rehearse.homes import efs_home, fresh_home
from values import SHAPE

OTHERS = replace(SHAPE, uid=2000, gid=3000, fs_gid=4000)


def _entries(content: bytes) -> dict[str, tuple[int, int, str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        found = {}
        for entry in tar:
            file = tar.extractfile(entry)
            kind = stat.S_IFDIR if entry.isdir() else stat.S_IFREG
            content = file.read() if file else b""
            found[entry.name] = (entry.uid, entry.gid, stat.filemode(kind | entry.mode), content)
        return found


def test_homes_are_what_a_cluster_makes_of_them() -> None:
    seen = _entries(archive([fresh_home(OTHERS), efs_home(OTHERS), read_only_home(OTHERS)]))

    assert seen == {
        "0": (0, 4000, "drwxrwsr-x", b""),
        "1": (2000, 3000, "drwxr-xr-x", b""),
        "2": (0, 4000, "drwxrwsr-x", b""),
    }
    assert read_only_home(OTHERS).read_only
    assert not fresh_home(OTHERS).read_only


def test_files_of_an_older_home_belong_to_its_user() -> None:
    seen = _entries(archive([older_home(OTHERS, {".local/share/old": b"x", "first": b"y"})]))

    assert seen == {
        "0": (0, 4000, "drwxrwsr-x", b""),
        "0/.local": (2000, 4000, "drwxrwsr-x", b""),
        "0/.local/share": (2000, 4000, "drwxrwsr-x", b""),
        "0/.local/share/old": (2000, 4000, "-rw-rw-r--", b"x"),
        "0/first": (2000, 4000, "-rw-rw-r--", b"y"),
    }
