"""The account of a run: made of what the stages left, written down, read again, and brought up to date."""
