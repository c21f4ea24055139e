"""The rehearsal's JupyterHub: its own environment, its process, and what is said to it over its API."""
