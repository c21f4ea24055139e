"""Accounts of runs, for tests of reports and for the picture of one."""

import hashlib
from dataclasses import replace
from typing import Any

from hubwright.account import (
    SCHEMA,
    Account,
    Became,
    ImageAccount,
    Offered,
    Said,
    Shown,
    StartAccount,
    TrialAccount,
    Wrong,
)
from hubwright.offering import Basis
from hubwright.planned import Layer
from hubwright.verdicts import Standing, planned_trials

NOW = "2026-01-31T02:41:10Z"
COMMON = planned_trials(["home", "server", "kernels", "limits"])


def _hash(of: str) -> str:
    return hashlib.sha256(of.encode("utf-8", "replace")).hexdigest()


def digest(of: str) -> str:
    return f"sha256:{_hash(of)}"


DIGEST, OLDER = digest("base"), digest("older")


def account(**changes: Any) -> Account:
    """Return the account of a run in which everything went well."""
    well = Account(
        schema=SCHEMA,
        version="0.1.0",
        command="hubwright build",
        registry="registry.example.org/jupyter",
        chart="4.4.0",
        began_on="2026-01-31T02:31:10Z",
        ended_on=NOW,
        emitted=True,
        images=(image(),),
        starts=(start(),),
    )
    return replace(well, **changes)


def nothing() -> Account:
    """Return the account of a matrix that offers nothing, without a run."""
    return account(command="", began_on=NOW, emitted=False, images=(), starts=())


def image(variant: str = "base", parent: str | None = None, **changes: Any) -> ImageAccount:
    """Return an image that the run has built."""
    name = variant.partition("-")[0]
    built = ImageAccount(
        variant=variant,
        image=name,
        parent=parent,
        platform="linux/amd64",
        became=Became.BUILT,
        reason="its lock has changed",
        fingerprint=_hash(variant),
        repository=f"jupyter/{name}",
        digest=digest(variant),
        size=143_000_000,
    )
    return replace(built, **changes)


def layer(**changes: Any) -> Layer:
    return replace(Layer(digest=OLDER, size=100, made_by="COPY . /"), **changes)


def start(name: str = "lab", variant: str = "base", **changes: Any) -> StartAccount:
    """Return a start that was rehearsed in the run, passed everything, and is offered with the image of the run."""
    planned = tuple(changes.pop("planned", COMMON))
    proven = StartAccount(
        name=name,
        profile=name.partition("[")[0],
        display_name=name,
        shape="0.5-2 cpu, 1-4G",
        variant=variant,
        digest=digest(variant),
        standing=Standing.PROVEN,
        reason="",
        rehearsed=True,
        seconds=54.9,
        planned=planned,
        trials=tuple(trial(each) for each in planned),
        offered=offered(variant),
    )
    return replace(proven, **changes)


def failed_start(name: str = "lab", **changes: Any) -> StartAccount:
    """Return a start whose notebook failed, and that keeps the last good."""
    failed = start(
        name,
        standing=Standing.FAILED,
        reason="home, cell 2: expected a home, saw none",
        planned=planned_trials(["home"]),
        trials=(trial("start"), trial("server-outside"), failed_trial("home")),
        offered=offered("older", Basis.LAST_GOOD, reason="today's image failed"),
    )
    return replace(failed, **changes)


def trial(name: str, **changes: Any) -> TrialAccount:
    """Return a trial that passed."""
    shows = (shown(f"{name} answers", where=f"{name}, cell 2"), shown("HOME", "/home/jovyan", f"{name}, cell 3"))
    return replace(TrialAccount(name=name, passed=True, hardware=False, seconds=2.4, evidence=shows), **changes)


def failed_trial(name: str, **changes: Any) -> TrialAccount:
    wrong = Wrong(where=f"{name}, cell 2", expected="a home", seen="none", advice="Mount one")
    return trial(name, **{"passed": False, "evidence": (), "findings": (wrong,), **changes})


def shown(check: str = "a check", value: Any = "True", where: str = "home, cell 3", **changes: Any) -> Shown:
    """Return evidence of what is as it should be."""
    return replace(Shown(check=check, expected=value, seen=value, where=where), **changes)


def offered(of: str = "base", basis: Basis = Basis.TODAY, **changes: Any) -> Offered:
    """Return what was offered before as well."""
    kept = Offered(
        digest=digest(of),
        basis=basis,
        reason="",
        since=NOW,
        key="platform-2026",
        hardware=True,
        before=digest(of),
    )
    return replace(kept, **changes)


def history(
    *standings: Standing, size: int = 143_000_000, failed: tuple[str, ...] = ("devices-nvidia",)
) -> tuple[Said, ...]:
    """Return what was said on as many days, the first of them the oldest."""
    return tuple(
        Said(
            on=f"2026-01-{20 + place:02d}T02:40:00Z",
            digest=digest(f"{size}{place}"),
            standing=standing,
            failed=failed if standing is Standing.FAILED else (),
            size=size + (place * place * size) // 700,
        )
        for place, standing in enumerate(standings)
    )
