"""`hubwright engine`: the container engine that builds and rehearsals use."""

import json
import os
import shlex

import click

from hubwright.cli.destination import embedded_registry, registry_folder
from hubwright.cli.engines import say
from hubwright.cli.folders import cache_folder
from hubwright.cli.options import json_option
from hubwright.engines.choose import choose
from hubwright.engines.docker import DockerEngine
from hubwright.engines.embedded import EmbeddedEngine
from hubwright.engines.interface import Engine
from hubwright.errors import NoEngineError

_EPILOG = (
    "Builds and rehearsals look for an engine by themselves; these commands are for looking, for cleaning up, and "
    "for using the embedded engine by hand."
)


@click.group("engine", epilog=_EPILOG, context_settings={"max_content_width": 100})
def command() -> None:
    """Look after the container engine that images are built and rehearsed with.

    Where a Docker engine answers (DOCKER_HOST, the docker client's context, or the usual socket), it is used as it
    is. Where none does, and this is Debian or Ubuntu and you are root, an embedded engine is set up: Debian's signed
    packages, unpacked into the cache folder and not installed, with a socket, a bridge and data of their own.
    """


@command.command()
@click.option("--embedded", is_flag=True, help="Set up the embedded engine even where a Docker engine answers.")
def start(embedded: bool) -> None:  # noqa: FBT001 - click passes flags
    r"""Find an engine, or set up the embedded one.

    The first start fetches about 80 MB of packages. What is changed on the machine is printed, and undone by
    `hubwright engine stop`. An engine that was killed is found and started anew.

    \b
    Examples:
      hubwright engine start
      eval "$(hubwright engine status --shell)" && docker ps
    """
    source = _embedded()
    engine = source.ensure(say) if embedded else choose((_docker(), source), say)
    click.echo(f"{engine.name} answers")
    if source.find() == engine:
        click.echo("while it is up, this is different on the machine:")
        click.echo("".join(f"  - {line}\n" for line in source.changes()), nl=False)
        click.echo(f"it keeps packages, images and caches in {source.places.home}")


@command.command()
@click.option("--embedded", is_flag=True, help="Look at the embedded engine even where a Docker engine answers.")
@json_option
@click.option("--shell", is_flag=True, help="Print the lines a shell needs to work with the engine by hand.")
def status(embedded: bool, as_json: bool, shell: bool) -> None:  # noqa: FBT001 - click passes flags
    """Show which engine would be used, and where it is.

    Nothing is started. The exit code is 0 if an engine answers, 30 if there is none, 31 if one is there and cannot
    be asked.
    """
    source = _embedded()
    engine = source.find() if embedded else _docker().find() or source.find()
    if engine is None:
        msg = "no engine is running; `hubwright engine start` finds out whether one can be set up here"
        raise NoEngineError(msg)
    if as_json:
        click.echo(_json(engine))
    elif shell:
        click.echo(_shell(engine), nl=False)
    else:
        click.echo(f"{engine.name} answers\n  docker: {engine.docker}\n  buildx: {shlex.join(engine.buildx)}")
        click.echo("".join(f"  {line}\n" for line in source.changes()), nl=False)


@command.command()
def stop() -> None:
    """Stop the embedded engine with all its containers, and undo what it changed on the machine.

    Images, build caches and packages stay in the cache folder for the next start. An engine that this program did
    not set up is never stopped. The registry of this machine, if it runs, is stopped too, and keeps what it holds.
    """
    _stop_registry()
    source = _embedded()
    if source.stop(say):
        click.echo(f"stopped; what is left is {source.places.home}, which `hubwright engine remove` deletes")
    else:
        click.echo("no embedded engine is running, and nothing of one is left on the machine")


@command.command()
def remove() -> None:
    """Stop the embedded engine, and delete its images, build caches and packages.

    What was pushed to the registry of this machine stays: it is the only memory of what was built and proven.
    """
    _stop_registry()
    done = _embedded().remove(say)
    click.echo("the embedded engine is gone" if done else "there is no embedded engine")


def _stop_registry() -> None:
    if registry_folder().is_dir():
        embedded_registry().stop()
        say(f"the registry of this machine is stopped; it keeps its images in {registry_folder()}")


def _docker() -> DockerEngine:
    return DockerEngine(environment=os.environ)


def _embedded() -> EmbeddedEngine:
    return EmbeddedEngine(cache=cache_folder(os.environ), environment=os.environ, uid=os.geteuid())


def _json(engine: Engine) -> str:
    fields = {
        "name": engine.name,
        "address": engine.address,
        "environment": dict(sorted(engine.environment.items())),
        "docker": engine.docker,
        "buildx": list(engine.buildx),
    }
    return json.dumps(fields, indent=2)


def _shell(engine: Engine) -> str:
    settings = {**engine.environment, "DOCKER_HOST": engine.address}
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(settings.items()))
