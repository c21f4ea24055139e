"""Registries: where images, proofs and nothing else are remembered."""
