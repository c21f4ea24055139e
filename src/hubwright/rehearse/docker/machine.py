"""The engine's machine, asked for devices by who has no stage on it."""

from collections.abc import Mapping

from hubwright.engines.interface import Engine
from hubwright.rehearse.docker.client import asking, open_client
from hubwright.rehearse.docker.devices import devices_for, neuron_devices


def has_devices(engine: Engine, environment: Mapping[str, str], resources: Mapping[str, int]) -> bool:
    """Return whether a container on this engine could be given these devices."""
    here = engine.address.startswith("unix:")
    with open_client(engine, environment) as client, asking("what it is"):
        info = client.info()
    return devices_for(resources, info, neuron_devices() if here else ()) is not None
