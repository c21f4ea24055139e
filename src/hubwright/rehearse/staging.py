"""Setting a stage up and taking it down: a real hub, and a network on which it can start servers."""

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager

import docker

from hubwright.model import Chart
from hubwright.rehearse.docker.client import asking, open_client
from hubwright.rehearse.docker.leavings import marks, removed_at_our_end, sweep
from hubwright.rehearse.docker.room import images_in_use
from hubwright.rehearse.hub.environment import hub_python
from hubwright.rehearse.hub.running import HubSettings, running_hub
from hubwright.rehearse.stage import Stage, Surroundings

_LONGEST_START_S = 3600


@contextmanager
def open_stage(chart: Chart, surroundings: Surroundings) -> Iterator[Stage]:
    """Give the stage for one run and one chart; nothing of it is left when the block ends, or this process does."""
    python = hub_python(chart, cache=surroundings.cache, installer=surroundings.installer)
    engine, environment = surroundings.engine, surroundings.environment
    run = secrets.token_hex(6)
    name = f"hubwright-{run}"
    with ExitStack() as stack:
        client = stack.enter_context(open_client(engine, environment))
        sweep(client, now=time.time())
        stack.enter_context(images_in_use(client, engine))
        labels = marks(run)
        stack.enter_context(removed_at_our_end(client, engine, environment, run))
        settings = HubSettings(
            address=_make_network(client, name, labels),
            network=name,
            container=name,
            longest_start_s=_LONGEST_START_S,
        )
        told = {**environment, **engine.environment, "DOCKER_HOST": engine.address}
        hub = stack.enter_context(running_hub(python, settings, folder=surroundings.folder, environment=told))
        with asking("what it is"):
            info = client.info()
        yield Stage(client=client, hub=hub, chart=chart, surroundings=surroundings, name=name, labels=labels, info=info)


def _make_network(client: docker.APIClient, name: str, labels: Mapping[str, str]) -> str:
    """Return the address of this machine on a new network from which nothing else can be reached."""
    with asking("a network"):
        made = client.create_network(name, driver="bridge", internal=True, labels=dict(labels))
        found = client.inspect_network(made["Id"])
    address: str = found["IPAM"]["Config"][0]["Gateway"]
    return address
