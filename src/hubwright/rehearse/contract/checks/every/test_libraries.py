from hubwright.rehearse.contract.expect import Expect
from hubwright.rehearse.contract.facts import Facts, Image

# They come from the node, and the image must not have them.
_OF_THE_NODE = frozenset({"libcuda.so.1", "libnvidia-ml.so.1", "libnvcuvid.so.1", "libnvidia-encode.so.1"})


def test_libraries_resolve(facts: Facts, expect: Expect) -> None:
    """Every library that a program or module of the image asks for is there.

    Install the Debian package that has it, or excuse what only an option needs that nobody here uses.
    """
    missing = {name: users[:3] for name, users in facts.unresolved.items() if name not in _OF_THE_NODE}
    expect.none(missing, looked_at=facts.binaries)


def test_no_driver_of_its_own(facts: Facts, expect: Expect) -> None:
    """The driver's library is the node's.

    One in the image is found first, and computing falls back to the CPU without a word. Do not install libcuda1 or
    cuda-compat.
    """
    expect.none(facts.drivers, looked_at=facts.walked)


def test_no_devices_chosen_by_the_image(image: Image, expect: Expect) -> None:
    """Which devices a container sees is for the profile to say.

    NVIDIA_VISIBLE_DEVICES in an image shows every GPU of a node to who asked for none; NEURON_RT_* lets the first
    notebook take every core. Remove them from ENV.
    """
    chosen = [name for name in image.environment if name == "NVIDIA_VISIBLE_DEVICES" or name.startswith("NEURON_RT_")]
    expect.none(chosen, looked_at=len(image.environment))
