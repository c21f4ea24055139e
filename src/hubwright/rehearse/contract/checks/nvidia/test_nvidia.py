from hubwright.rehearse.contract.expect import Expect
from hubwright.rehearse.contract.facts import Image


def test_driver_capabilities_are_asked_for(image: Image, expect: Expect) -> None:
    """The node's driver is asked for computing and for nvidia-smi.

    Set `ENV NVIDIA_DRIVER_CAPABILITIES=compute,utility`.
    """
    asked = set(image.environment.get("NVIDIA_DRIVER_CAPABILITIES", "").split(","))
    expect(seen=sorted({"compute", "utility"} - asked) if "all" not in asked else [], expected=[])


def test_no_gpu_without_asking(image: Image, expect: Expect) -> None:
    """A container that asks for no GPU sees none.

    An image with CUDA_VERSION and without NVIDIA_REQUIRE_CUDA counts as an old one, and is shown all of them. Remove
    CUDA_VERSION from ENV.
    """
    legacy = "CUDA_VERSION" in image.environment and "NVIDIA_REQUIRE_CUDA" not in image.environment
    expect(seen=legacy, expected=False)
