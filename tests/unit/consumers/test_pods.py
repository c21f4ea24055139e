import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from helpers.profile_list import DEDICATED, DEVICES, GIB, GPU, PLAIN, SHARED, image, start
from hubwright.consumers.pods import pod_problems
from hubwright.model import Shape, Toleration

NAMES = {"username": "ada"}
POD: dict[str, Any] = {
    "spec": {
        "containers": [
            {
                "image": image("a"),
                "env": [
                    {"name": "GREETING", "value": "hello ada"},
                    {"name": "TAG", "value": "{1}"},
                    {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
                ],
                "resources": {
                    "limits": {"cpu": 2.0, "memory": 4 * GIB, "nvidia.com/gpu": "1"},
                    "requests": {"cpu": 0.5, "memory": 2 * GIB},
                },
                "securityContext": {"runAsUser": 1000, "runAsGroup": 100},
                "volumeMounts": [
                    {"name": "home", "mountPath": "/home/jovyan"},
                    {"name": "data", "mountPath": SHARED.path, "readOnly": True},
                ],
            }
        ],
        "securityContext": {"fsGroup": 100},
        "nodeSelector": {"kubernetes.io/arch": "amd64", "pool": "gpu"},
        "tolerations": [*DEDICATED, GPU],
        "volumes": [
            {"name": "home", "persistentVolumeClaim": {"claimName": "claim-ada"}},
            {"name": "data", "persistentVolumeClaim": {"claimName": SHARED.claim}},
        ],
    }
}
_Change = Callable[[Any, Any], object]


def _problems(change: _Change = lambda _spec, _container: None, shape: Shape = DEVICES) -> list[str]:
    """Return what is said of the pod with a change of its spec, or of its container."""
    pod = copy.deepcopy(POD)
    change(pod["spec"], pod["spec"]["containers"][0])
    return list(pod_problems(pod, start("gpu", shape=shape), names=NAMES, tolerations=DEDICATED))


def test_a_pod_that_is_what_was_proven_has_no_problem() -> None:
    assert _problems() == []


_UNLIKE: list[tuple[_Change, str]] = [
    (lambda _, c: c.update(image="nb:latest"), "the image is nb:latest, and was registry.example/nb/a@sha256:aaaa"),
    (lambda _, c: c.update(command=["sh"]), "the command is ['sh'], and was nothing when it was proven; the image's"),
    (lambda _, c: c.update(args=["lab"]), "the list of arguments is ['lab'], and was nothing when it was proven; the"),
    (lambda _, c: c.update(workingDir="/"), "the working directory is /, and was nothing when it was proven; leave"),
    (lambda _, c: c["securityContext"].update(runAsUser=0), "the user is 0, and was 1000 when it was proven; look"),
    (lambda _, c: c["securityContext"].pop("runAsGroup"), "the group is nothing, and was 100 when it was proven; look"),
    (lambda s, _: s.pop("securityContext"), "the group of volumes is nothing, and was 100 when it was proven; look"),
    (lambda _, c: c["resources"]["limits"].update(cpu=1.5), "the limit of cpu is 1.5, and was 2 when it was proven"),
    (lambda _, c: c["resources"]["requests"].pop("cpu"), "the request for cpu is nothing, and was 0.5 when it was"),
    (
        lambda _, c: c["resources"]["limits"].update(memory="4Gi"),
        f"the limit of memory is 4Gi, and was {4 * GIB} when it was proven; `mem_limit` and `mem_guarantee` have to",
    ),
    (
        lambda _, c: c["resources"]["requests"].update(memory=GIB),
        f"the request for memory is {GIB}, and was {2 * GIB} when it was proven",
    ),
    (
        lambda _, c: c["resources"]["limits"].update({"nvidia.com/gpu": "2"}),
        "the limit of nvidia.com/gpu is 2, and was 1 when it was proven; a cluster takes it in `extra_resource_limits`",
    ),
    (
        lambda _, c: c["resources"]["limits"].pop("nvidia.com/gpu"),
        "the limit of nvidia.com/gpu is nothing, and was 1 when it was proven",
    ),
    (
        lambda _, c: c["resources"]["requests"].update({"nvidia.com/gpu": 2}),
        "the request for nvidia.com/gpu is 2, and was 1 when it was proven",
    ),
    (
        lambda _, c: c["resources"]["limits"].update({"aws.amazon.com/neuron": 1}),
        "the limit of aws.amazon.com/neuron is 1, and was nothing when it was proven",
    ),
    (
        lambda _, c: c["resources"]["requests"].update({"aws.amazon.com/neuron": 1}),
        "the request for aws.amazon.com/neuron is 1, and was nothing when it was proven",
    ),
    (
        lambda s, _: s["nodeSelector"].update({"kubernetes.io/arch": "arm64"}),
        "the node selector has arm64 for kubernetes.io/arch, and has to have amd64",
    ),
    (
        lambda s, _: s.pop("nodeSelector"),
        "the node selector has nothing for kubernetes.io/arch, and has to have amd64",
    ),
    (
        lambda s, _: s.update(tolerations=DEDICATED),
        "the pod does not tolerate key: nvidia.com/gpu, operator: Exists, effect: NoSchedule; put it",
    ),
    (
        lambda s, _: s.update(tolerations=[DEDICATED[1], GPU]),
        "the pod does not tolerate key: hub.jupyter.org/dedicated, operator: Equal, value: user, effect: NoSchedule,",
    ),
    (
        lambda _, c: c["env"].pop(0),
        "the variable GREETING is nothing, and has to be 'hello ada'; look at `environment`",
    ),
    (lambda _, c: c["env"][1].update(value="{{1}}"), "the variable TAG is {{1}}, and has to be '{1}'; look at"),
    (lambda _, c: c["volumeMounts"].pop(0), "no volume that can be written is mounted at the home /home/jovyan: work"),
    (lambda _, c: c["volumeMounts"][0].update(readOnly=True), "no volume that can be written is mounted at the home"),
    (lambda s, _: s["volumes"].pop(0), "no volume that can be written is mounted at the home /home/jovyan: work"),
    (lambda _, c: c["volumeMounts"].pop(), "the claim shared-data is not mounted at /home/shared, to read only; look"),
    (lambda s, _: s["volumes"][1].update(persistentVolumeClaim=None), "the claim shared-data is not mounted at /home"),
    (
        lambda _, c: c["volumeMounts"][1].pop("readOnly"),
        "the claim shared-data is not mounted at /home/shared, to read",
    ),
]


@pytest.mark.parametrize("change, said", _UNLIKE)
def test_what_is_unlike_what_was_proven_is_said(change: _Change, said: str) -> None:
    (problem,) = _problems(change)
    assert problem.startswith(said)


_ALIKE: list[_Change] = [
    lambda _, c: c["resources"]["requests"].update({"nvidia.com/gpu": 1}),
    lambda _, c: c["resources"]["limits"].update(cpu="2", memory=str(4 * GIB)),
    lambda s, _: s["tolerations"].append({"key": "more", "operator": "Exists"}),
    lambda s, _: [each.pop("operator") for each in s["tolerations"][:2]],
    lambda s, c: (
        c["volumeMounts"][1].pop("readOnly"),
        s["volumes"][1]["persistentVolumeClaim"].update(readOnly=True),
    ),
]


@pytest.mark.parametrize("change", _ALIKE)
def test_what_comes_to_the_same_is_no_problem(change: _Change) -> None:
    assert _problems(change) == []


def test_what_the_shape_does_not_say_is_not_limited() -> None:
    silent = replace(DEVICES, cpu=None, memory=None, resources={})

    def unlimited(_spec: Any, container: Any) -> None:
        container["resources"].pop("limits")

    assert _problems(unlimited, silent) == []
    assert [said.partition(",")[0] for said in _problems(shape=silent)] == [
        "the limit of cpu is 2",
        f"the limit of memory is {4 * GIB}",
        "the limit of nvidia.com/gpu is 1",
    ]


def test_a_pod_that_has_nothing_lacks_everything() -> None:
    bare = {"spec": {"containers": [{"image": image("a")}]}}
    writable = replace(SHARED, read_only=False)
    shape = replace(PLAIN, shared=(writable,), tolerations=(Toleration(operator="Exists"),))
    problems = list(pod_problems(bare, start("lab", shape=shape), names=NAMES, tolerations=[]))
    assert len(problems) == 3 + 4 + 1 + 2 + 2
    assert "the pod does not tolerate operator: Exists; put it into `tolerations`" in problems
    assert problems[-1] == (
        "the claim shared-data is not mounted at /home/shared, to be written; look at `singleuser.storage`"
    )
