"""Accounts of runs, for tests of reports and for the picture of one."""

import hashlib

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
)
from hubwright.offering import Basis
from hubwright.verdicts import Standing

NOW = "2026-01-31T02:41:10Z"
COMMON = ("start", "server-outside", "home", "server", "kernels", "limits", "contract", "used home", "network home")


def digest(of: str) -> str:
    return f"sha256:{hashlib.sha256(of.encode()).hexdigest()}"


def nothing() -> Account:
    """Return the account of a matrix that offers nothing, without a run."""
    return Account(
        schema=SCHEMA,
        version="0.1.0",
        command="",
        registry="registry.example.org/jupyter",
        chart="4.4.0",
        began_on=NOW,
        ended_on=NOW,
        emitted=False,
        images=(),
        starts=(),
    )


def shown(check: str, value: object = "True", where: str = "home, cell 3") -> Shown:
    return Shown(check=check, expected=value, seen=value, where=where)  # type: ignore[arg-type] # values of JSON


def trial(name: str, **changes: object) -> TrialAccount:
    fields: dict[str, object] = {
        "name": name,
        "passed": True,
        "hardware": False,
        "seconds": 2.4,
        "evidence": (
            shown(f"{name} answers", where=f"{name}, cell 2"),
            shown("HOME", "/home/jovyan", f"{name}, cell 3"),
        ),
    }
    return TrialAccount(**{**fields, **changes})  # type: ignore[arg-type] # the fields above, with some replaced


def offered(of: str, basis: Basis = Basis.TODAY, **changes: object) -> Offered:
    fields: dict[str, object] = {
        "digest": digest(of),
        "basis": basis,
        "reason": "",
        "since": NOW,
        "key": "platform-2026",
        "hardware": False,
        "before": digest(of),
    }
    return Offered(**{**fields, **changes})  # type: ignore[arg-type] # the same


def start(name: str, variant: str, **changes: object) -> StartAccount:
    """Return a start that was rehearsed in the run, passed everything, and is offered with the image of the run."""
    planned = tuple(changes.pop("planned", COMMON))  # type: ignore[arg-type, var-annotated] # names
    fields: dict[str, object] = {
        "name": name,
        "profile": name.partition("[")[0],
        "display_name": name,
        "shape": "0.5-2 cpu, 1-4G",
        "variant": variant,
        "digest": digest(variant),
        "standing": Standing.PROVEN,
        "reason": "",
        "rehearsed": True,
        "seconds": 54.9,
        "planned": planned,
        "trials": tuple(trial(each) for each in planned),
        "offered": offered(variant),
    }
    return StartAccount(**{**fields, **changes})  # type: ignore[arg-type] # the same


def image(variant: str, parent: str | None = None, **changes: object) -> ImageAccount:
    fields: dict[str, object] = {
        "variant": variant,
        "image": variant.partition("-")[0],
        "parent": parent,
        "platform": "linux/amd64",
        "became": Became.BUILT,
        "reason": "its lock has changed",
        "fingerprint": hashlib.sha256(variant.encode()).hexdigest(),
        "repository": f"jupyter/{variant.partition('-')[0]}",
        "digest": digest(variant),
        "size": 143_000_000,
    }
    return ImageAccount(**{**fields, **changes})  # type: ignore[arg-type] # the same


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
