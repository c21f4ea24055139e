from hubwright.rehearse.contract.expect import Expect
from hubwright.rehearse.contract.fixtures import RunImage

_BACKEND = "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend"


def test_executor_is_a_command(run_image: RunImage, expect: Expect) -> None:
    """The argument `executor`, all that Spark gives to an executor's container, starts Spark's executor.

    Nothing is told of a driver here, so it has to complain about that, and end. See rootfs/usr/local/bin/executor.
    """
    ran = run_image("executor")
    expect(
        seen={"asks_for_a_driver": "--driver-url" in ran.stderr, "backend": _BACKEND in ran.stderr},
        expected={"asks_for_a_driver": True, "backend": True},
        says=ran.stderr.strip()[-1500:],
    )
