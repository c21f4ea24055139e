"""YAML that people write, read with the position of everything in it, and nothing in it guessed."""
