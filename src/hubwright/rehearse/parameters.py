"""What a smoke notebook may ask about its surroundings, answered from the shape and not from the machine.

A notebook takes what it has a parameter for; the rest of the answers do not concern it.
"""

from collections.abc import Mapping

from hubwright.model import Chart, Shape, Variant


def known_parameters(shape: Shape, variant: Variant | None, chart: Chart, *, hardware: bool) -> dict[str, object]:
    """Return every answer by the name that notebooks use for it; a variant is not known of a foreign image."""
    answers: dict[str, object] = {
        "home": shape.home,
        "uid": shape.uid,
        "gid": shape.gid,
        "fs_gid": shape.fs_gid,
        "shared": [{"path": each.path, "read_only": each.read_only} for each in shape.shared],
        "hub_version": chart.jupyterhub,
        # CPUs are kept in thousandths; the kernel is told a float.
        "cpu_limit": shape.cpu.limit / 1000 if shape.cpu else None,
        "memory_limit_bytes": shape.memory.limit if shape.memory else None,
        "hardware": hardware,
    }
    if shape.resources:
        answers["resource"], answers["devices"] = next(iter(sorted(shape.resources.items())))
    if variant and "spark" in variant.axes:
        answers["spark_version"] = variant.axes["spark"]
    return answers


def parameters_for(known: Mapping[str, object], declared: frozenset[str]) -> dict[str, object]:
    """Return the answers to what one notebook asks."""
    return {name: value for name, value in known.items() if name in declared}
