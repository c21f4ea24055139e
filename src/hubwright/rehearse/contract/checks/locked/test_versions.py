import re

from hubwright.rehearse.contract.expect import Expect
from hubwright.rehearse.contract.facts import Facts
from hubwright.rehearse.contract.subject import Versions


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _differences(installed: dict[str, str], locked: dict[str, str]) -> dict[str, str]:
    return {
        name: f"locked {version}, installed {installed.get(name, 'not at all')}"
        for name, version in locked.items()
        if installed.get(name) != version
    }


def test_python_packages_are_the_locked_ones(facts: Facts, versions: Versions, expect: Expect) -> None:
    """Every Python package is there in the version that its lock names, and no other is there.

    Install from the lock alone, with --require-hashes; `hubwright lock` renews it.
    """
    installed = {_normal(name): version for name, version in facts.distributions.items()}
    found = _differences(installed, dict(versions.python))
    if versions.complete:
        found |= {name: f"not locked, installed {v}" for name, v in installed.items() if name not in versions.python}
    expect.none(found, looked_at=len(installed))


def test_debian_packages_are_the_locked_ones(facts: Facts, versions: Versions, expect: Expect) -> None:
    """Every Debian package of a lock is there in the version that it names.

    Install what apt.lock names, as the Dockerfiles here do; `hubwright lock` renews it.
    """
    expect.none(_differences(facts.debian, dict(versions.debian)), looked_at=len(facts.debian))
