"""Builds notebook images, rehearses a user's start of each, and offers a JupyterHub only what was proven."""

__version__ = "0.1.0"
