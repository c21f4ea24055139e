"""The rehearsal's hub. This file runs in the hub's own environment, where hubwright is not installed.

Whatever varies comes as JSON in one variable. The hub listens on the gateway of the rehearsal's network and nowhere
else, nobody can log in, and everything that it knows is in memory.
"""

import json
import os
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dockerspawner import DockerSpawner
from jupyterhub.proxy import Proxy

# A pod is given one second to end, too; an image that does not listen must not keep the others waiting.
GRACE_S = 1
SIDE_BY_SIDE = 8


class NoProxy(Proxy):
    """Remembers the routes and serves none: whoever judges a server reaches it on the rehearsal's network."""

    should_start = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._routes: dict[str, Any] = {}

    async def add_route(self, routespec: str, target: str, data: Any) -> None:
        self._routes[routespec] = {"routespec": routespec, "target": target, "data": data}

    async def delete_route(self, routespec: str) -> None:
        self._routes.pop(routespec, None)

    async def get_all_routes(self) -> dict[str, Any]:
        return self._routes


class RehearsalSpawner(DockerSpawner):
    """Starts what the options of a start say, to the letter; only the rehearsal's own service can give any."""

    _executor = ThreadPoolExecutor(SIDE_BY_SIDE)

    async def start(self) -> Any:
        for name, value in self.user_options["settings"].items():
            setattr(self, name, value)
        return await super().start()

    async def get_command(self) -> list[str] | None:
        # None leaves it to the engine to take the image's own, even where the image has none.
        command: list[str] | None = self.user_options["command"]
        return command

    async def stop_object(self) -> None:
        await self.docker("stop", self.container_id, timeout=GRACE_S)


def end_with_owner() -> None:
    # Nothing is ever written: the read ends when whoever started the hub is gone.
    os.read(0, 1)
    os._exit(1)


def configure(c: Any, given: dict[str, Any]) -> None:
    c.JupyterHub.hub_bind_url = c.JupyterHub.hub_connect_url = given["url"]
    c.JupyterHub.authenticator_class = "null"
    c.JupyterHub.proxy_class = NoProxy
    c.JupyterHub.spawner_class = RehearsalSpawner
    c.JupyterHub.db_url = "sqlite:///:memory:"
    c.JupyterHub.cookie_secret = secrets.token_bytes(32)
    # Nothing waits for these: the rehearsal removes its containers itself, and asks for the state as often as it likes.
    c.JupyterHub.cleanup_servers = c.JupyterHub.cleanup_proxy = False
    c.JupyterHub.tornado_settings = {"slow_spawn_timeout": 0}

    c.JupyterHub.services = [{"name": "rehearsal", "api_token": given["token"]}]
    c.JupyterHub.load_roles = [
        {
            "name": "rehearsal",
            "services": ["rehearsal"],
            "scopes": [
                "admin:users",  # makes a user for every start: no narrower scope can
                "servers",  # starts their servers, sees whether they are ready, stops them
                "tokens",  # makes each user's token, which opens that user's server and nothing else
            ],
        }
    ]

    c.DockerSpawner.network_name = given["network"]
    c.DockerSpawner.use_internal_ip = True
    c.DockerSpawner.name_template = given["container"] + "-{username}"
    # What is rehearsed has been pulled by its digest, and a container that failed is looked at afterwards.
    c.DockerSpawner.pull_policy = "skip"
    c.DockerSpawner.remove = False
    c.DockerSpawner.start_timeout = c.DockerSpawner.http_timeout = given["longest_start_s"]


threading.Thread(target=end_with_owner, daemon=True).start()
# JupyterHub reads this file with that name in it.
c = get_config()  # type: ignore[name-defined] # noqa: F821
configure(c, json.loads(os.environ.pop("HUBWRIGHT_HUB")))
