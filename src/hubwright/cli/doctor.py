import os
import secrets
import sys
import time
from functools import partial
from pathlib import Path

import click

from hubwright.cli.candidate import candidate_checks
from hubwright.cli.destination import registry_option
from hubwright.cli.folders import cache_folder
from hubwright.cli.host import BUNDLE_VARIABLES, SETTINGS_VARIABLES, host_settings
from hubwright.cli.options import json_option, matrix_option
from hubwright.cli.outside import open_outside
from hubwright.cli.trust import KEYS_FILE, listed_keys, named_signer
from hubwright.doctor.asking import ask_all
from hubwright.doctor.interface import Check, Outcome, State
from hubwright.doctor.keys import keys_outcome, no_keys
from hubwright.engines.docker import DockerEngine
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.errors import HubwrightError, UnhealthyError, UsageError
from hubwright.model import EcrRegistry
from hubwright.pipeline.examining import Machine, Outside, content_checks, machine_checks, matrix_check, unread
from hubwright.pipeline.planning import prepare
from hubwright.proof.keys import key_id, keys_for
from hubwright.proof.statement import PREDICATE_TYPE
from hubwright.proxies import Proxies, read_proxies
from hubwright.report.doctor import doctor_closing, doctor_json, doctor_table
from hubwright.report.table import print_tables
from hubwright.sources import addresses, ask_source
from hubwright.tree import DiskTree
from hubwright.variables import SIGNING_KEY
from hubwright.words import listed


@click.command("doctor")
@matrix_option
@registry_option
@json_option
def command(matrix_file: Path, registry: str, *, as_json: bool) -> None:
    r"""Look at everything that a build needs of its surroundings.

    Nothing is built or started. The registry is tried out with a small image, which is deleted again. A line says
    `not asked` where something could not be looked at; that never counts as ok.

    \b
    Examples:
      hubwright doctor
      hubwright doctor --registry ecr
    """
    findings = ask_all(_checks(matrix_file, registry))
    if as_json:
        sys.stdout.write(doctor_json(findings))
    else:
        print_tables([doctor_table(findings)], doctor_closing(findings))
    if failed := [finding.check for finding in findings if finding.outcome.state is State.FAIL]:
        msg = f"{listed(failed, conjunction='and')} failed; what to do is said there"
        raise UnhealthyError(msg)


def _checks(matrix_file: Path, registry: str) -> list[Check]:
    machine = _machine()
    proxies = machine.proxies if isinstance(machine.proxies, Proxies) else Proxies()
    try:
        with DiskTree(matrix_file.parent) as tree:
            prepared = prepare(tree, matrix_file.name, ())
            outside = Outside(
                addresses=addresses(prepared.matrix.sources.values(), os.environ),
                answers=lambda address: ask_source(
                    address, ca_file=str(machine.bundle) if machine.bundle else None, proxies=proxies
                ),
                open_registry=open_outside,
            )
            read = [matrix_check(prepared), *content_checks(prepared, tree.holds, outside)]
            ecr, images = prepared.matrix.ecr, prepared.repositories
            if registry != "embedded" and ecr is not None:
                read.append(Check(name="keys", ask=partial(_ask_keys, matrix_file.parent, ecr)))
    except HubwrightError as error:
        named = ("locks", "sources", "foundations")
        if registry != "embedded":
            return [*machine_checks(machine), *unread(error, ("registry", *named))]
        read, ecr, images = unread(error, named), None, []
    chosen = candidate_checks(registry, ecr, images, proxies=proxies, mark=secrets.token_hex(8), clock=time.monotonic)
    return [*machine_checks(machine), *chosen, *read]


def _ask_keys(root: Path, ecr: EcrRegistry) -> Outcome:
    keys = listed_keys(root)
    if keys is None:
        return no_keys(KEYS_FILE)
    counting = [key for key in keys_for(keys, ecr.prefix, PREDICATE_TYPE) if key.revoked is None]
    named = os.environ.get(SIGNING_KEY, "")
    signs = key_id(named_signer(named, ecr).public_key) in {key.id for key in counting} if named else None
    return keys_outcome([key.name for key in counting], ecr.prefix, signs=signs, variable=SIGNING_KEY)


def _machine() -> Machine:
    cache = cache_folder(os.environ)
    files = dict(host_settings(os.environ, Path.home(), {}).files)
    bundle = files.pop("ca-bundle", None)
    try:
        proxies: Proxies | UsageError = read_proxies(os.environ)
    except UsageError as error:
        proxies = error
    return Machine(
        docker=DockerEngine(environment=os.environ),
        embedded=EmbeddedEngine(cache=cache, environment=os.environ, uid=os.geteuid()),
        environment=os.environ,
        cache=cache,
        bundle=bundle,
        settings=files,
        lost_bundles=_lost(BUNDLE_VARIABLES),
        lost_settings=_lost(SETTINGS_VARIABLES),
        proxies=proxies,
    )


def _lost(variables: tuple[str, ...]) -> dict[str, str]:
    """Return the variables that name a file that is not there."""
    named = {name: os.environ.get(name) for name in variables}
    return {name: path for name, path in named.items() if path and not Path(path).exists()}
