"""What is in an image: the list of its packages, as it lies beside the image in the registry."""
