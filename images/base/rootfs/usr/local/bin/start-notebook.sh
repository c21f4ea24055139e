#!/bin/bash
# The image's own command: becomes the server that the surroundings ask for.
set -euo pipefail

if [ -n "${JUPYTERHUB_API_TOKEN:-}" ]; then
    exec start-singleuser.sh "$@"
fi

arguments=(--no-browser --ServerApp.ip=0.0.0.0 --ServerApp.port=8888)
if [ -n "${NB_PREFIX:-}" ]; then
    # Kubeflow has authenticated the user before a request comes here, serves the page below this prefix, and shows
    # it inside its own. Nowhere else may a server be without a token.
    arguments+=("--ServerApp.base_url=${NB_PREFIX}" --IdentityProvider.token= "--ServerApp.allow_origin=*")
fi
exec jupyter lab "${arguments[@]}" "$@"
