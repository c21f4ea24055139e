"""What stands beside the profiles in the chart's values, and why."""

import itertools
from typing import Any

import pytest

from emitting import GPU, HOST, digest, entry, made_matrix, start, without_starts
from hubwright.emit.chart import chart_values
from hubwright.emit.profile_list import profile_list
from hubwright.emit.spark import SERVICE_ACCOUNT, spark_manifests
from hubwright.model import Matrix

LAB = {"slug": "lab", "image": "base"}
DATA = {"slug": "data", "image": "spark-spark4.1.1"}
SHARED = {
    "team": {"path": "/home/shared", "claim": "efs-persist-shared"},
    "data": {"path": "/data", "claim": "datasets", "read_only": True},
}


def _values(matrix: Matrix) -> dict[str, Any]:
    return chart_values([entry(profile) for profile in matrix.profiles], matrix.variants, HOST)


def test_a_plain_profile_needs_a_start_of_its_own_and_little_else() -> None:
    matrix = made_matrix(LAB)
    assert _values(matrix) == {
        "singleuser": {
            "image": {"name": f"{HOST}/team/base@sha256", "tag": digest("base").removeprefix("sha256:")},
            "cmd": None,
            "startTimeout": 1200,
            "uid": 1000,
            "fsGid": 100,
            "storage": {"homeMountPath": "/home/jovyan"},
            "profileList": profile_list([entry(matrix.profiles[0])], matrix.variants, HOST),
        }
    }


def test_the_chart_s_own_image_is_replaced_by_the_one_that_is_preselected() -> None:
    options = {
        "spark": {
            "display_name": "Spark",
            "choices": {
                "old": {"display_name": "4.0", "image": "spark-spark4.0.1", "default": True},
                "new": {"display_name": "4.1", "image": "spark-spark4.1.1"},
            },
        }
    }
    matrix = made_matrix(LAB, {"slug": "data", "default": True, "uid": 5, "fs_gid": 6, "profile_options": options})
    lab, data = matrix.profiles
    singleuser: Any = chart_values([entry(lab), entry(data)], matrix.variants, HOST)["singleuser"]
    assert f"{singleuser['image']['name']}:{singleuser['image']['tag']}" == (
        f"{HOST}/team/spark@{digest('spark-spark4.0.1')}"
    )
    assert (singleuser["uid"], singleuser["fsGid"]) == (5, 6)

    left: Any = chart_values([entry(lab), entry(data, {"spark": ["new"]})], matrix.variants, HOST)["singleuser"]
    assert left["image"]["tag"] == digest("spark-spark4.1.1").removeprefix("sha256:")
    without: Any = chart_values([entry(lab)], matrix.variants, HOST)["singleuser"]
    assert without["image"]["tag"] == digest("base").removeprefix("sha256:")


def test_shared_directories_are_mounted_in_every_server() -> None:
    storage = _values(made_matrix(LAB, storage={"home": "/home/a", "shared": SHARED}))["singleuser"]["storage"]
    assert storage == {
        "homeMountPath": "/home/a",
        "extraVolumes": [
            {"name": "shared-data", "persistentVolumeClaim": {"claimName": "datasets"}},
            {"name": "shared-team", "persistentVolumeClaim": {"claimName": "efs-persist-shared"}},
        ],
        "extraVolumeMounts": [
            {"name": "shared-data", "mountPath": "/data", "readOnly": True},
            {"name": "shared-team", "mountPath": "/home/shared"},
        ],
    }


def test_loaders_of_gpus_get_shared_memory_and_nobody_else_does() -> None:
    neuron = {"slug": "trn", "image": "neuron", "resources": {"aws.amazon.com/neuron": 1}}
    assert "extraVolumes" not in _values(made_matrix(LAB, neuron))["singleuser"]["storage"]
    storage = _values(made_matrix(LAB, {"slug": "gpu", **GPU}))["singleuser"]["storage"]
    assert storage["extraVolumes"] == [{"name": "shm", "emptyDir": {"medium": "Memory"}}]
    assert storage["extraVolumeMounts"] == [{"name": "shm", "mountPath": "/dev/shm"}]  # noqa: S108 - in the pod


def test_executors_reach_their_driver_and_nobody_else_does() -> None:
    singleuser = _values(made_matrix(LAB, DATA))["singleuser"]
    executors = {"podSelector": {"matchLabels": {"spark-role": "executor"}}}
    assert singleuser["networkPolicy"] == {
        "ingress": [{"from": [executors]}],
        "egress": [
            {"to": [executors]},
            {"ports": [{"protocol": "TCP", "port": 443}, {"protocol": "TCP", "port": 6443}]},
        ],
    }
    assert singleuser["extraEnv"] == {"POD_IP": {"valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}}
    assert not {"networkPolicy", "extraEnv"} & set(_values(made_matrix(LAB))["singleuser"])


def test_what_spark_may_do_ends_at_its_namespace_and_at_what_a_session_makes() -> None:
    account, role, binding = spark_manifests()
    assert [each["kind"] for each in (account, role, binding)] == ["ServiceAccount", "Role", "RoleBinding"]
    assert all(each["metadata"] == {"name": SERVICE_ACCOUNT} for each in (account, role, binding))
    rules: Any = role["rules"]
    allowed = {
        (*resource, verb)
        for rule in rules
        for resource in itertools.product(rule["apiGroups"], rule["resources"])
        for verb in rule["verbs"]
    }
    verbs = {"create", "delete", "deletecollection", "get", "list", "watch"}
    resources = {("", "configmaps"), ("", "persistentvolumeclaims"), ("", "pods"), ("", "services")}
    resources.add(("sparkoperator.k8s.io", "sparkapplications"))
    assert allowed == {(*resource, verb) for resource in resources for verb in verbs}
    assert binding["roleRef"] == {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": SERVICE_ACCOUNT}
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": SERVICE_ACCOUNT}]


@pytest.mark.parametrize(
    "profile",
    [
        {"slug": "gpu", **GPU},
        {"slug": "trn", "image": "neuron", "resources": {"aws.amazon.com/neuron": 1}},
        {"slug": "graviton", "image": "arm"},
    ],
    ids=lambda profile: str(profile["slug"]),
)
def test_the_puller_leaves_images_alone_that_are_not_for_every_node(profile: dict[str, object]) -> None:
    matrix = made_matrix(LAB, profile)
    assert _values(matrix)["prePuller"] == {"pullProfileListImages": False}
    lab, _ = matrix.profiles
    assert "prePuller" not in chart_values([entry(lab)], matrix.variants, HOST)


@pytest.mark.parametrize("letters, left_alone", [(19, False), (20, True)])
def test_the_puller_is_not_given_a_container_name_that_is_too_long(letters: int, left_alone: bool) -> None:  # noqa: FBT001 - a column
    # The matrix checks only the choices that name an image; these get theirs because one of them is a last good.
    option, choice = "o" * 15, "c" * letters
    choices = {choice: {"display_name": "A"}, "b": {"display_name": "B"}}
    matrix = made_matrix({**LAB, "profile_options": {option: {"display_name": "O", "choices": choices}}})
    made = entry(matrix.profiles[0], make=lambda offer: start(offer, digest=digest(offer.name)))
    assert ("prePuller" in chart_values([made], matrix.variants, HOST)) == left_alone
    assert "prePuller" not in chart_values([entry(matrix.profiles[0])], matrix.variants, HOST)


def test_what_is_withheld_needs_nothing() -> None:
    matrix = made_matrix(LAB, {"slug": "gpu", **GPU}, DATA)
    lab, gpu, data = matrix.profiles
    assert without_starts(gpu).starts == without_starts(data).starts == ()
    assert set(chart_values([entry(lab)], matrix.variants, HOST)) == {"singleuser"}
