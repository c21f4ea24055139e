"""Locks: the exact versions that builds install, as text that people review."""
