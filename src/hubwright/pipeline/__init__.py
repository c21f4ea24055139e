"""The way through the stages, which do not know each other: one module for each command that leads through them."""
