from dataclasses import replace

from hubwright.model import SharedDirectory, Span
from hubwright.rehearse.parameters import known_parameters, parameters_for
from values import CHART, SHAPE, variant


def test_answers_come_from_the_shape() -> None:
    shape = replace(
        SHAPE,
        cpu=Span(guarantee=500, limit=1500),
        memory=Span(guarantee=1 << 30, limit=4 << 30),
        resources={"nvidia.com/mig-1g.5gb": 2},
        shared=(SharedDirectory(name="team", path="/home/shared", claim="efs", read_only=True),),
    )
    known = known_parameters(shape, variant("spark", axes={"spark": "4.1.1"}), CHART, hardware=True)
    assert known == {
        "home": "/home/jovyan",
        "uid": 1000,
        "gid": 100,
        "fs_gid": 100,
        "shared": [{"path": "/home/shared", "read_only": True}],
        "hub_version": "5.5.0",
        "cpu_limit": 1.5,
        "memory_limit_bytes": 4 << 30,
        "hardware": True,
        "resource": "nvidia.com/mig-1g.5gb",
        "devices": 2,
        "spark_version": "4.1.1",
    }


def test_what_is_not_asked_for_is_not_made_up() -> None:
    known = known_parameters(SHAPE, None, CHART, hardware=False)
    assert (known["cpu_limit"], known["memory_limit_bytes"], known["hardware"]) == (None, None, False)
    assert not {"resource", "devices", "spark_version"} & known.keys()


def test_a_notebook_gets_what_it_has_a_parameter_for() -> None:
    assert parameters_for({"home": "/h", "uid": 1}, frozenset({"uid", "extensions"})) == {"uid": 1}
