"""The registries that outside images come from."""

import os
from pathlib import Path

from hubwright.proxies import read_proxies
from hubwright.registries.oci import Endpoint, OciRegistry

# Docker Hub's images are named after one host and kept at another, as every client knows.
_API_HOSTS = {"docker.io": "registry-1.docker.io"}
# A registry that cannot be reached from here should not keep anybody waiting for long.
_OUTSIDE_S = 20.0


def open_outside(host: str) -> OciRegistry:
    """Return the registry that images are named after `host` in."""
    ca_file = os.environ.get("SSL_CERT_FILE")
    endpoint = Endpoint(
        host=_API_HOSTS.get(host, host),
        ca_file=Path(ca_file) if ca_file else None,
        proxies=read_proxies(os.environ),
        deadline_s=_OUTSIDE_S,
    )
    return OciRegistry(endpoint)
