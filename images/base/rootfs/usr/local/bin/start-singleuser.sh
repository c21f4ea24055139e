#!/bin/bash
# The server as a JupyterHub starts it; hubs name this script in their spawners' cmd.
set -euo pipefail
exec jupyterhub-singleuser "$@"
