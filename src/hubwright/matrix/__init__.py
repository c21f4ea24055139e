"""From the text of `matrix.yaml` to a checked, expanded `model.Matrix`."""
