"""Names that Kubernetes and the chart give to things, where both the matrix and what is emitted depend on them."""

ARCH_LABEL = "kubernetes.io/arch"
# Kubernetes refuses a container with a longer one.
LONGEST_CONTAINER_NAME = 63


def architecture(platform: str) -> str:
    """Return what the nodes of a platform such as linux/arm64 have in their label."""
    return platform.split("/")[1]


def puller_container(index: int, option: str, choice: str) -> str:
    """Return the container that the chart's image puller has for a choice with an image, of the profile at an index."""
    return f"image-pull-profile-{index}-option-{option}-{choice}"
