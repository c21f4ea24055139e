#!/bin/bash
# Entry point: makes any uid a user with a name and a home, and becomes the command it was given.
set -euo pipefail

uid="$(id -u)"
if ! getent passwd "${uid}" > /dev/null; then
    entry="user${uid}:x:${uid}:$(id -g)::${HOME}:${SHELL}"
    # On a read-only root this cannot be written; most of the image works without a name, so go on.
    { echo "${entry}" >> /var/lib/extrausers/passwd; } 2> /dev/null ||
        echo "start.sh: uid ${uid} stays without a name: /var/lib/extrausers/passwd cannot be written" >&2
fi
USER="$(id -un 2> /dev/null || echo jovyan)"
export USER LOGNAME="${USER}"

if [ ! -w "${HOME}" ]; then
    echo "start.sh: ${HOME} cannot be written by uid ${uid}, groups $(id -G): is the volume's group right?" >&2
fi

# Directories that users share are writable for their group; so must be what is created there.
umask "${NB_UMASK:-0002}"

exec "$@"
