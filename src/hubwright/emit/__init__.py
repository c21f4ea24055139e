"""From proofs to what a hub reads."""
