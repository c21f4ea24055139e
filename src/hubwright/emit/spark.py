"""What Spark needs in a cluster beside its image: to be reached by its executors, to reach them, and to make them.

An image has Spark if its matrix says of which version it is, as an axis or as a fact.
"""

from collections.abc import Mapping

from hubwright.model import Variant
from hubwright.offering import ProfileEntry

SERVICE_ACCOUNT = "hubwright-spark"
_FACT = "spark"
# Spark writes it on the pods that it makes. By name and not by port: every session takes ports of its own, and an
# open port would be open to every pod of the cluster.
_EXECUTORS = {"podSelector": {"matchLabels": {"spark-role": "executor"}}}
# The API server: behind its service, or by its own address. No policy can name it any better.
_API_PORTS = (443, 6443)
# Spark removes what a session has made by its labels, all at once.
_VERBS = ("create", "delete", "deletecollection", "get", "list", "watch")


def uses_spark(entry: ProfileEntry, variants: Mapping[str, Variant]) -> bool:
    """Return whether the profile can be started with an image that has Spark."""
    return any(_FACT in variants[start.offer.variant].facts for start in entry.starts)


def spark_values() -> dict[str, object]:
    """Return what goes into `singleuser` of the chart, beside its profiles."""
    return {
        "extraEnv": {"POD_IP": {"valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}},
        "networkPolicy": {
            "ingress": [{"from": [_EXECUTORS]}],
            "egress": [
                {"to": [_EXECUTORS]},
                {"ports": [{"protocol": "TCP", "port": port} for port in _API_PORTS]},
            ],
        },
    }


def spark_manifests() -> tuple[dict[str, object], ...]:
    """Return the account that Spark's profiles run as, with what that may do in its namespace and nothing else."""
    name = {"name": SERVICE_ACCOUNT}
    verbs = list(_VERBS)
    return (
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": name},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "Role",
            "metadata": name,
            "rules": [
                {
                    "apiGroups": [""],
                    "resources": ["configmaps", "persistentvolumeclaims", "pods", "services"],
                    "verbs": verbs,
                },
                {"apiGroups": ["sparkoperator.k8s.io"], "resources": ["sparkapplications"], "verbs": verbs},
            ],
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": name,
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", **name},
            # Without a namespace it is the binding's own, which `kubectl apply --namespace` says.
            "subjects": [{"kind": "ServiceAccount", **name}],
        },
    )
