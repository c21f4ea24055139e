"""What is in an image: its packages and what they take, as they lie beside the image in the registry."""
