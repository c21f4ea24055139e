"""A Debian root as a tarball, made of exactly the packages that are locked; the same lock gives the same bytes."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from hubwright.disks import temporary_folder
from hubwright.errors import BootstrapError, ProcessError
from hubwright.files import sync_folder
from hubwright.foundations.archives import fetch_archives
from hubwright.foundations.mirror import make_mirror, newest_date
from hubwright.foundations.programs import find_mmdebstrap
from hubwright.locking import locked
from hubwright.process import run
from hubwright.roots import BootstrappedRoot, root_sha256
from hubwright.vanishing import vanishing_folder

_BOOTSTRAP_S = 900
_ASK_S = 30

# No manuals, no translations; what the licences ask for stays. The example becomes the root's own list of sources.
_DPKG_OPTIONS = (
    *(f"path-exclude=/usr/share/{folder}/*" for folder in ("doc", "groff", "info", "lintian", "locale", "man")),
    "path-include=/usr/share/doc/*/copyright",
    "path-include=/usr/share/doc/apt/examples/debian.sources",
    # A root that is half written is thrown away, so that nothing has to reach the disk in order.
    "force-unsafe-io",
)
# What is of this machine (its name, its resolver, the mirror), of this run (logs), or only a copy.
# Whoever installs into the image later leaves out the same.
_CLEAN = r"""
set -eu
cd "$1"
rm -f etc/hostname etc/resolv.conf etc/apt/sources.list etc/passwd- etc/group- etc/shadow- etc/gshadow-
rm -f etc/subuid- etc/subgid- var/cache/debconf/*-old var/lib/dpkg/*-old
rm -rf var/cache/ldconfig
find var/log -type f -delete
find usr/share/doc usr/share/locale usr/share/man -mindepth 1 -depth -type d -empty -delete
sed '/unsafe-io/d; /examples/d' etc/dpkg/dpkg.cfg.d/99mmdebstrap > etc/dpkg/dpkg.cfg.d/slim
rm etc/dpkg/dpkg.cfg.d/99mmdebstrap
if [ -e usr/share/doc/apt/examples/debian.sources ]; then
    sed '/^#/d; s/^Components:.*/Components: main/' usr/share/doc/apt/examples/debian.sources \
        > etc/apt/sources.list.d/debian.sources
    rm -r usr/share/doc/apt/examples
fi
"""


def bootstrap(
    root: BootstrappedRoot,
    platform: str,
    *,
    cache: Path,
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> Path:
    """Return the tarball of the root; made once, and kept under the name of what it is made of.

    It needs a Debian or Ubuntu machine of the same architecture, and root: Debian's packages run their own
    scripts in the new root. Nothing of the machine stays in it, neither its mirrors nor its certificates.
    """
    tarball = cache / "foundations" / f"{root_sha256(root)}.tar"
    with locked(tarball.with_suffix(".lock")):
        if not tarball.exists():
            architecture = platform.partition("/")[2]
            _check_host(architecture, environment)
            say(f"fetching {len(root.packages)} packages of {root.suite}")
            _make(root, architecture, tarball, cache=cache, environment=environment, say=say)
    return tarball


def _make(
    root: BootstrappedRoot,
    architecture: str,
    tarball: Path,
    *,
    cache: Path,
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> None:
    archives = fetch_archives(root, architecture, cache=cache, environment=environment)
    program = find_mmdebstrap(cache=cache, environment=environment)
    # Not below the cache: that may be closed to the user that apt reads as.
    with vanishing_folder([temporary_folder()]) as work:
        fresh = tarball.with_suffix(".fresh")
        work.chmod(0o755)
        pairs = list(zip(root.packages, archives, strict=True))
        make_mirror(work / "mirror", root.suite, architecture, pairs, environment=program.environment)
        say(f"making the root of {root.suite}")
        date = str(newest_date(archives))
        argv = (*program.argv, *_arguments(root, architecture, work / "mirror", fresh))
        try:
            run(
                argv,
                environment={**program.environment, "SOURCE_DATE_EPOCH": date, "TMPDIR": str(work)},
                timeout_s=_BOOTSTRAP_S,
                cwd=work,
            )
        except ProcessError as error:
            msg = f"cannot make the root of {root.suite} ({architecture}) from what is locked: {error}"
            raise BootstrapError(msg) from error
        fresh.replace(tarball)
        sync_folder(tarball.parent)


def _arguments(root: BootstrappedRoot, architecture: str, mirror: Path, tarball: Path) -> tuple[str, ...]:
    return (
        "--quiet",
        "--mode=root",
        "--variant=custom",
        "--format=tar",
        f"--architectures={architecture}",
        # An engine makes its own devices.
        "--skip=output/dev",
        *(f"--dpkgopt={option}" for option in _DPKG_OPTIONS),
        f"--include={','.join(package.name for package in root.packages)}",
        f"--customize-hook={_CLEAN}",
        root.suite,
        str(tarball),
        # Trusted without a signature: each archive was compared with its locked hash, which apt took from a signed
        # list; this mirror was written a moment ago.
        f"deb [trusted=yes] copy://{mirror} {root.suite} main",
    )


def _check_host(architecture: str, environment: Mapping[str, str]) -> None:
    if os.geteuid() != 0:
        msg = "making a Debian root needs root; run as root, or lock an outside image that can be pulled"
        raise BootstrapError(msg)
    try:
        done = run(("dpkg", "--print-architecture"), environment=environment, timeout_s=_ASK_S)
    except ProcessError as error:
        msg = f"a Debian root can only be made on Debian or Ubuntu: {error}"
        raise BootstrapError(msg) from error
    here = done.stdout.decode("ascii", "replace").strip()
    if here != architecture:
        msg = f"this machine is {here}, and packages of {architecture} cannot run on it; use a machine of that kind"
        raise BootstrapError(msg)
