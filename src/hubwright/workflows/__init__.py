"""Workflows of GitHub, and policies of AWS, as functions of the matrix."""
