from testinfra.host import Host

from hubwright.rehearse.contract.expect import Expect
from hubwright.rehearse.contract.facts import Image
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


def test_driver_and_executors_take_the_same_programs(image: Image, expect: Expect) -> None:
    """Java, Spark and Python stand where the image says, so that a pod template cannot change them by PATH.

    Set JAVA_HOME, SPARK_HOME, PYSPARK_PYTHON and PYSPARK_DRIVER_PYTHON with ENV.
    """
    names = ("JAVA_HOME", "SPARK_HOME", "PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON")
    relative = [name for name in names if not image.environment.get(name, "").startswith("/")]
    expect(seen={"relative or missing": relative}, expected={"relative or missing": []})


def test_configuration_can_be_mounted(host: Host, image: Image) -> None:
    """The folder is there that clusters mount Spark's configuration over.

    Make it: `install -d ${SPARK_HOME}/conf`.
    """
    assert host.file(f"{image.environment['SPARK_HOME']}/conf").is_directory
