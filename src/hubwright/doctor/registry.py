"""The registry that images go to: whether it answers, what it can do with proofs, and AWS where it is AWS's."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from hubwright.doctor.interface import Outcome, fail, not_asked, ok, warn
from hubwright.registries.interface import Janitor, Registry
from hubwright.registries.probe import Mode, Probed, probe
from hubwright.words import listed

if TYPE_CHECKING:
    from hubwright.registries.ecr import Ecr
    from hubwright.registries.ecr_differences import Difference
    from hubwright.registries.ecr_policy import Settings

_HOUR_S = 3600
_IN_WORDS = {
    Mode.NATIVE: "it lists what refers to an image by itself",
    Mode.TAG: "it has no lists of referrers, so proofs are found by their own tags",
    Mode.TAG_WITHOUT_SUBJECT: "it refuses manifests with a subject, so proofs are found by their own tags",
}


def not_running() -> Outcome:
    return not_asked(
        "the registry of this machine is not running", "Nothing has to be done: `hubwright status` and a build start it"
    )


def ask_registry(registry: Registry, host: str, repository: str) -> Outcome:
    """Ask for a tag that nobody has: an answer is all that counts."""
    registry.resolve(repository, "never-pushed")
    return ok(f"{host} answers")


def ask_probe(
    registry: Registry, janitor: Janitor, repository: str, *, mark: str, clock: Callable[[], float], advice: str
) -> Outcome:
    """Try out what proofs need; `advice` says what becomes of what cannot be deleted."""
    return probe_outcome(probe(registry, janitor, repository, mark=mark, clock=clock), repository, advice)


def probe_outcome(probed: Probed, repository: str, advice: str) -> Outcome:
    left = [f"{repository}@{digest} is left there ({reason})" for digest, reason in sorted(probed.left.items())]
    if not isinstance(probed.found, Mode):
        return fail("; ".join([str(probed.found), *left]), advice if left else "")
    seen = f"{probed.found}: {_IN_WORDS[probed.found]}"
    return warn("; ".join([seen, *left]), advice) if left else ok(f"{seen}; tried in {repository}, and taken back")


def ask_aws(aws: "Ecr", region: str) -> Outcome:
    """Say who we are to AWS and where its registry is; another account than the matrix's is an error."""
    identity = aws.identify()
    login = aws.credentials.login(refused=False)
    return ok(
        f"account {identity.account} as {identity.arn}, region {region}; "
        f"a token for {login.host} that lives {login.lifetime_s / _HOUR_S:.0f} h"
    )


def ask_repositories(aws: "Ecr", wanted: Mapping[str, "Settings"]) -> Outcome:
    """Compare the repositories with what they should be; nothing is created or changed."""
    return repositories_outcome({name: aws.compare_repository(name, each) for name, each in wanted.items()})


def repositories_outcome(compared: "Mapping[str, tuple[Difference, ...] | None]") -> Outcome:
    dangers = [
        f"{name}: {each.danger}" for name, differences in compared.items() for each in differences or () if each.danger
    ]
    if dangers:
        return fail("; ".join(dangers), "Set them up as docs/ecr.md says, or nothing offered is safe there")
    others = [
        f"{name}: {each.setting} is {each.found}, and should be {each.wanted}"
        for name, differences in compared.items()
        for each in differences or ()
    ]
    if others:
        return warn("; ".join(others), "Set them up as docs/ecr.md says; nothing can be lost as they are")
    missing = [name for name, differences in compared.items() if differences is None]
    seen = f"{len(compared) - len(missing)} of {len(compared)} are there, set up as they should be"
    return ok(f"{seen}; a build creates {listed(missing, conjunction='and')}" if missing else seen)
