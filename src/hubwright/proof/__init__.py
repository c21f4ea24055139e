"""The proof: what is signed about an image, how it lies beside it, and the only code that says yes."""
