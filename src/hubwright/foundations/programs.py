"""mmdebstrap and what it needs of Perl, without installing either."""

from collections.abc import Mapping
from pathlib import Path

from hubwright.debian import fetch
from hubwright.errors import PackageError, ProcessError
from hubwright.frozen import dataclass
from hubwright.process import run

_TRY_S = 30
# Every Debian has a perl without most of its modules; these are what mmdebstrap asks for of the rest.
_NEEDED = 'use Pod::Usage; use Time::HiRes; use Math::BigInt; require "syscall.ph"; require "sys/ioctl.ph";'
_VERSION = 'printf "%vd", $^V'
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mmdebstrap:
    """How to start it, and the environment that it and its helpers are found in."""

    argv: tuple[str, ...]
    environment: Mapping[str, str]


def find_mmdebstrap(*, cache: Path, environment: Mapping[str, str]) -> Mmdebstrap:
    """Return mmdebstrap out of Debian's packages, with the host's Perl where that is complete."""
    root = fetch(("mmdebstrap",), suite=None, cache=cache, environment=environment)
    program = root / "usr" / "bin" / "mmdebstrap"
    plain = {"PATH": f"{_SYSTEM_PATH}:{program.parent}", "HOME": "/root", "LC_ALL": "C.UTF-8"}
    if not _is_complete(plain):
        folders = [path for root in _modules(plain, cache, environment) for path in module_folders(root)]
        plain["PERL5LIB"] = ":".join(str(path) for path in folders)
    return Mmdebstrap(argv=("perl", str(program)), environment=plain)


def module_folders(root: Path) -> list[Path]:
    """Return the folders below an unpacked Perl that it would look for modules in."""
    patterns = ("usr/share/perl/5.*", "usr/lib/*/perl/5.*", "usr/share/perl5", "usr/lib/*/perl5/5.*")
    return [path for pattern in patterns for path in sorted(root.glob(pattern))]


def _modules(plain: Mapping[str, str], cache: Path, environment: Mapping[str, str]) -> tuple[Path, Path]:
    """Return the unpacked modules of the host's own perl: the same release, for the same libraries."""
    done = run(("perl", "-e", _VERSION), environment=plain, timeout_s=_TRY_S)
    version = ".".join(done.stdout.decode("ascii").split(".")[:2])

    def fetched(*packages: str) -> Path:
        return fetch(packages, suite=None, cache=cache, environment=environment)

    plain_modules = fetched("perl", f"perl-modules-{version}")
    try:
        return plain_modules, fetched(f"libperl{version}")
    except PackageError:
        # Releases that changed the size of time renamed some libraries.
        return plain_modules, fetched(f"libperl{version}t64")


def _is_complete(environment: Mapping[str, str]) -> bool:
    try:
        run(("perl", "-e", _NEEDED), environment=environment, timeout_s=_TRY_S)
    except ProcessError:
        return False
    return True
