"""What an image is made of, as one JSON object; run as root in a container that has no volumes."""

from __future__ import annotations

import ast
import json
import os
import pwd
import re
import shutil
import stat
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

# Where anybody may leave something, or where it is the kernel's.
_OPEN = ("/dev", "/proc", "/run/lock", "/sys", "/tmp", "/var/lock", "/var/tmp")  # noqa: S108 - named, not used
_CACHES = (
    *("/var/cache/apt", "/var/lib/apt/lists", "/root/.cache", "/root/.npm", "/root/.conda/pkgs", "/opt/conda/pkgs"),
)
_PROGRAMS = ("/opt", "/usr/local")
_DRIVERS = re.compile(r"libcuda\.so(\.\d+)*")
# What a package index hands out in the place of a vendor's package is a few lines; so much is read of a module.
_SMALL = 4096
_FIRST_USER, _NOBODY = 1000, 65534


class Walk:
    """One pass over everything that the image brings; links are not followed."""

    def __init__(self, root: str) -> None:
        self.count = 0
        self.setuid: list[str] = []
        self.world_writable: list[str] = []
        self.drivers: list[str] = []
        self.binaries: list[str] = []
        self.dated_bytecode: list[str] = []
        self._device = os.lstat(root).st_dev
        self._prefixes = tuple(f"{folder}/" for folder in {*_PROGRAMS, sys.prefix})
        folders = [root]
        while folders:
            with os.scandir(folders.pop()) as found:
                for entry in found:
                    self.count += 1
                    if self._look(entry):
                        folders.append(entry.path)

    def _look(self, entry: os.DirEntry[str]) -> bool:
        """Take down what the entry is, and say whether to look below it."""
        status = entry.stat(follow_symlinks=False)
        mode = status.st_mode
        if stat.S_ISDIR(mode):
            if entry.path in _OPEN or status.st_dev != self._device:
                return False
            if mode & stat.S_IWOTH and not mode & stat.S_ISVTX:
                self.world_writable.append(entry.path)
            return True
        if _DRIVERS.fullmatch(entry.name):
            self.drivers.append(entry.path)
        if stat.S_ISREG(mode):
            self._look_at_file(entry, mode)
        return False

    def _look_at_file(self, entry: os.DirEntry[str], mode: int) -> None:
        if mode & (stat.S_ISUID | stat.S_ISGID):
            self.setuid.append(entry.path)
        if mode & stat.S_IWOTH:
            self.world_writable.append(entry.path)
        if not entry.path.startswith(self._prefixes):
            return
        if (mode & 0o111 or ".so" in entry.name) and _head(entry.path).startswith(b"\x7fELF"):
            self.binaries.append(entry.path)
        # The second word of the file is 0 where it holds for one modification time of its source only.
        if entry.name.endswith(".pyc") and _head(entry.path)[4:] == b"\0\0\0\0":
            self.dated_bytecode.append(entry.path)


def _head(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return file.read(8)


def unresolved(binaries: list[str]) -> dict[str, list[str]]:
    """Return each library that is not found, and who asks for it."""
    loader = re.search(r"/\S*/ld[-.]\S*$", Path("/proc/self/maps").read_text("utf-8"), re.MULTILINE)
    if loader is None:
        return {"the program that loads libraries": [sys.executable]}
    missing: dict[str, list[str]] = {}
    # What ldd does, without a shell for each file.
    environment = {**os.environ, "LD_TRACE_LOADED_OBJECTS": "1"}
    for binary in binaries:
        listed = subprocess.run([loader[0], binary], env=environment, capture_output=True, text=True, check=False)
        if listed.returncode and "statically linked" not in listed.stdout + listed.stderr:
            missing.setdefault(listed.stderr.strip() or "no answer of the loader", []).append(binary)
        for library in re.findall(r"^\s*(\S+) => not found$", listed.stdout, re.MULTILINE):
            missing.setdefault(library, []).append(binary)
    return missing


def below(root: str, folder: str) -> list[str]:
    """Return every file and link below the folder of an image that stands at `root`."""
    top = Path(root, folder.lstrip("/"))
    return sorted(str(Path(where, name)) for where, _, names in os.walk(top) for name in names)


def debian() -> dict[str, str]:
    """Return the version of each Debian package, and nothing where there is no such thing."""
    if shutil.which("dpkg-query") is None:
        return {}
    argv = ["dpkg-query", "--show", "--showformat=${Package}=${Version}=${db:Status-Status}\n"]
    listed = subprocess.run(argv, capture_output=True, text=True, check=True)
    rows = (line.split("=") for line in listed.stdout.splitlines())
    return {name: version for name, version, status in rows if status == "installed"}


def is_placeholder(source: bytes) -> bool:
    """Say whether the module does nothing but fail, by its own words; one that cannot be read says nothing."""
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return any(isinstance(statement, ast.Raise) for statement in module.body)


def placeholders() -> list[str]:
    """Return the packages that a module's first import shows to be stand-ins for something else."""
    found = set()
    for distribution in metadata.distributions():
        for file in distribution.files or ():
            if file.name == "__init__.py" and file.parent.parent == file.parent.parent.parent:
                path = Path(str(file.locate()))
                if path.is_file() and path.stat().st_size < _SMALL and is_placeholder(path.read_bytes()):
                    found.add(f"{distribution.metadata['Name']} {distribution.version}")
    return sorted(found)


def shell_as_nobody() -> list[str]:
    """Return what came of reading and of running /bin/sh as a user without any rights, who is an image puller."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        try:
            os.setgroups([])
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
            with open("/bin/sh", "rb") as shell:  # noqa: PTH123 - nothing is imported between fork and exec
                shell.read(1)
            os.write(1, b"read\n")
            os.execv("/bin/sh", ["sh", "-c", "echo ran $((40 + 2))"])  # noqa: S606 - the shell is what is asked about
        except OSError as error:
            os.write(1, f"{error}\n".encode())
        finally:
            os._exit(1)
    os.close(writing)
    os.waitpid(child, 0)
    with os.fdopen(reading) as output:
        return output.read().splitlines()


def home_of(path: str) -> dict[str, int]:
    """Return whose the folder is, as the image has it; empty where there is none."""
    try:
        status = Path(path).stat()
    except FileNotFoundError:
        return {}
    return {"mode": stat.S_IMODE(status.st_mode), "uid": status.st_uid, "gid": status.st_gid}


def homes(home: str, accounts: list[pwd.struct_passwd]) -> list[str]:
    """Return the folders that a volume may hide: the profile's home, and those of people.

    An account of a service may call any folder its home, and no volume comes there.
    """
    people = {os.path.normpath(user.pw_dir) for user in accounts if _FIRST_USER <= user.pw_uid < _NOBODY}
    return sorted({home, *(folder for folder in people if folder.startswith("/home/"))})


def facts(root: str, home: str) -> dict[str, Any]:
    walk = Walk(root)
    return {
        "python": sys.executable,
        "walked": walk.count,
        "setuid": sorted(walk.setuid),
        "world_writable": sorted(walk.world_writable),
        "drivers": sorted(walk.drivers),
        "binaries": len(walk.binaries),
        "unresolved": unresolved(walk.binaries),
        "dated_bytecode": sorted(walk.dated_bytecode),
        # Tools keep an empty file to lock; that is nothing to pull.
        "caches": [path for folder in _CACHES for path in below(root, folder) if os.lstat(path).st_size],
        "home": home_of(home),
        "leftovers": [path for folder in homes(home, pwd.getpwall()) for path in below(root, folder)],
        "distributions": {d.metadata["Name"]: d.version for d in metadata.distributions()},
        "placeholders": placeholders(),
        "debian": debian(),
        "shell": shell_as_nobody(),
        "programs": {name: shutil.which(name) for name in ("jupyterhub-singleuser", "start-singleuser.sh")},
    }


if __name__ == "__main__":
    print(json.dumps(facts("/", sys.argv[1])))  # noqa: T201 - this is the answer
