"""Rehearsals on one machine: servers, homes and clusters as containers of the engine."""
