"""The scripts that the images begin with, run with stand-ins for the programs that they become."""

import os
import subprocess
from pathlib import Path

import pytest

IMAGES = Path(__file__).parents[2] / "images"
BASE = IMAGES / "base" / "rootfs" / "usr" / "local" / "bin"
SPARK = IMAGES / "pyspark" / "rootfs" / "usr" / "local" / "bin"
ECHO = '#!/bin/sh\nprintf "%s\\n" "${0##*/}" "$@"\n'


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Return a folder whose programs print their names and arguments, one to a line."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("java", "jupyter", "jupyterhub-singleuser", "spark-submit"):
        (folder / name).write_text(ECHO)
        (folder / name).chmod(0o755)
    return folder


def run(script: Path, *arguments: str, programs: Path, **environment: str) -> list[str]:
    command = ["bash", str(script), *arguments]
    path = f"{programs}:{script.parent}:{os.environ['PATH']}"
    given = {"PATH": path, "HOME": str(programs), "SHELL": "/bin/bash"} | environment
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.splitlines()


def notebook(*arguments: str, programs: Path, **environment: str) -> list[str]:
    # As in the image, where the scripts are executable whatever the checkout made of them.
    for script in BASE.glob("start-*.sh"):
        copy = programs / script.name
        copy.write_bytes(script.read_bytes())
        copy.chmod(0o755)
    return run(programs / "start-notebook.sh", *arguments, programs=programs, **environment)


def test_entry_point_becomes_its_arguments(programs: Path) -> None:
    seen = run(BASE / "start.sh", "sh", "-c", 'echo "$1"; umask', "-", "a b", programs=programs)
    assert seen == ["a b", "0002"]


def test_entry_point_says_who_the_user_is(programs: Path) -> None:
    name = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
    assert run(BASE / "start.sh", "sh", "-c", 'echo "$USER" "$LOGNAME"', programs=programs) == [f"{name} {name}"]


def test_entry_point_takes_another_umask(programs: Path) -> None:
    assert run(BASE / "start.sh", "sh", "-c", "umask", programs=programs, NB_UMASK="0077") == ["0077"]


def test_single_user_script_hands_its_arguments_on(programs: Path) -> None:
    seen = run(BASE / "start-singleuser.sh", "--debug", programs=programs)
    assert seen == ["jupyterhub-singleuser", "--debug"]


def test_below_a_hub_the_command_is_the_single_user_server(programs: Path) -> None:
    seen = notebook("--debug", programs=programs, JUPYTERHUB_API_TOKEN="t", NB_PREFIX="/a")
    assert seen == ["jupyterhub-singleuser", "--debug"]


def test_alone_the_server_keeps_its_token(programs: Path) -> None:
    seen = notebook(programs=programs)
    assert seen[:2] == ["jupyter", "lab"]
    assert not [argument for argument in seen if "token" in argument or "allow_origin" in argument]


def test_with_a_prefix_the_server_answers_below_it_and_leaves_users_to_others(programs: Path) -> None:
    seen = notebook("--debug", programs=programs, NB_PREFIX="/notebook/a/b")
    assert "--ServerApp.base_url=/notebook/a/b" in seen
    assert "--IdentityProvider.token=" in seen
    assert "--ServerApp.allow_origin=*" in seen
    assert seen[-1] == "--debug"


def spark(script: str, *arguments: str, programs: Path, **environment: str) -> list[str]:
    # Spark's and Java's homes both have their programs in bin.
    home = str(programs.parent)
    return run(SPARK / script, *arguments, programs=programs, JAVA_HOME=home, SPARK_HOME=home, **environment)


def test_executor_says_all_that_the_pod_was_told(programs: Path) -> None:
    told = {
        "SPARK_DRIVER_URL": "spark://CoarseGrainedScheduler@10.0.0.1:7078",
        "SPARK_EXECUTOR_ID": "3",
        "SPARK_EXECUTOR_CORES": "2",
        "SPARK_APPLICATION_ID": "spark-1",
        "SPARK_EXECUTOR_POD_IP": "10.0.0.2",
        "SPARK_RESOURCE_PROFILE_ID": "0",
        "SPARK_EXECUTOR_POD_NAME": "pod-3",
    }
    seen = spark("executor", programs=programs, **told)
    backend = seen.index("org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend")
    flags = ("driver-url", "executor-id", "cores", "app-id", "hostname", "resourceProfileId", "podName")
    assert seen[backend + 1 :] == [
        word for flag, value in zip(flags, told.values(), strict=True) for word in (f"--{flag}", value)
    ]


def test_executor_keeps_options_with_spaces_whole(programs: Path) -> None:
    options = {f"SPARK_JAVA_OPT_{index}": f"-Dname{index}=a b" for index in range(12)}
    seen = spark("executor", programs=programs, SPARK_EXECUTOR_MEMORY="512m", **options)
    assert seen[:13] == ["java", *options.values()]
    assert seen[13:15] == ["-Xms512m", "-Xmx512m"]


def test_executor_without_values_leaves_their_flags_out(programs: Path) -> None:
    seen = spark("executor", programs=programs)
    assert seen[-1] == "org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend"
    assert not [word for word in seen if word.startswith(("-Xm", "--"))]


def test_executor_reads_mounted_configuration_first(programs: Path) -> None:
    seen = spark("executor", programs=programs, SPARK_CONF_DIR="/conf", SPARK_EXTRA_CLASSPATH="/more/*")
    assert seen[seen.index("-cp") + 1] == f"/conf:{programs.parent}/jars/*:/more/*"


def test_driver_does_not_submit_itself_again(programs: Path) -> None:
    seen = spark("driver", "--class", "Main", programs=programs, SPARK_DRIVER_BIND_ADDRESS="10.0.0.1")
    assert seen[:3] == ["spark-submit", "--deploy-mode", "client"]
    assert "spark.driver.bindAddress=10.0.0.1" in seen
    assert seen[-2:] == ["--class", "Main"]
