"""A standalone Spark cluster of the image under test: a master and workers, beside the notebook that uses them."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

import docker
import urllib3
from urllib3.exceptions import HTTPError

from hubwright.errors import HubError
from hubwright.model import Shape
from hubwright.rehearse.docker.client import asking, inspect, log_tail, remove
from hubwright.rehearse.docker.options import LOG
from hubwright.rehearse.docker.watching import condition
from hubwright.rehearse.interface import killed_from_outside
from hubwright.rehearse.stage import Stage
from hubwright.verdicts import Finding

_WORKERS = 2
_UP_S = 120.0
_POLL_S = 0.25
_ANSWER_S = 5.0
_LOG_LINES = 20
_MASTER_PORT = 7077
_PAGE_PORT = 8080
# An executor's heap is 512 MB, and so is what its Python workers and its JVM may need beside it.
_MEMORY = 1536 << 20
# The entry point becomes what it is given, on Kubernetes as well; the folder is for the image to say.
_CLASS = 'exec "${SPARK_HOME:?the image does not set SPARK_HOME}/bin/spark-class" "$@"'


@contextmanager
def spark_cluster(stage: Stage, ref: str, shape: Shape) -> Iterator[Callable[[], Mapping[str, object] | Finding]]:
    """Give what waits for the cluster that comes up, and returns what a smoke notebook is told about it.

    Or why the image makes none. Its containers are removed in the end.
    """
    name = f"{stage.name}-{secrets.token_hex(3)}"
    master = f"{name}-spark-master"
    address = f"spark://{master}:{_MASTER_PORT}"
    workers = [f"{name}-spark-worker-{number}" for number in range(1, _WORKERS + 1)]
    programs = {master: f"master.Master --host {master} --port {_MASTER_PORT} --webui-port {_PAGE_PORT}"}
    programs |= {worker: f"worker.Worker --host {worker} --cores 1 --memory 1g {address}" for worker in workers}
    with ExitStack() as stack:
        for container, program in programs.items():
            stack.callback(remove, stage.client, container)
            _run(stage, container, ref, shape, program)
        told = {"spark_master": address, "executors": _WORKERS}
        yield lambda: _await(stage.client, stage.name, master, workers) or told


def _run(stage: Stage, container: str, ref: str, shape: Shape, program: str) -> None:
    host = stage.client.create_host_config(
        network_mode=stage.name,
        group_add=[str(shape.fs_gid)],
        cap_drop=["ALL"],
        security_opt=["no-new-privileges:true"],
        mem_limit=_MEMORY,
        memswap_limit=_MEMORY,
        log_config=LOG,
    )
    command = ["sh", "-c", _CLASS, "sh", *f"org.apache.spark.deploy.{program}".split()]
    with asking(f"the container {container}"):
        stage.client.create_container(
            ref,
            command=command,
            name=container,
            hostname=container,
            user=f"{shape.uid}:{shape.gid}",
            environment=dict(shape.environment),
            labels=dict(stage.labels),
            host_config=host,
        )
        stage.client.start(container)


def _await(client: docker.APIClient, network: str, master: str, workers: list[str]) -> Finding | None:
    """Return None when every worker has registered, and else which container made it impossible."""
    deadline = time.monotonic() + _UP_S
    registered = 0
    with urllib3.PoolManager(retries=False, timeout=_ANSWER_S) as http:
        while time.monotonic() < deadline:
            for container in (master, *workers):
                found = inspect(client, container)
                if found is None:
                    msg = f"somebody removed {container} while it was rehearsed"
                    raise HubError(msg)
                if not found["State"]["Running"]:
                    return _ended(client, container)
            registered = _registered(client, http, network, master)
            if registered == len(workers):
                return None
            time.sleep(_POLL_S)
    log = log_tail(client, master, _LOG_LINES)
    return Finding(
        where="spark cluster",
        expected=f"{len(workers)} workers that register with the master within {_UP_S:g} s",
        seen=f"{registered}; the master's last lines:\n{log}",
        advice="look at Spark's configuration in the image: workers find the master by its name, on port 7077",
    )


def _ended(client: docker.APIClient, container: str) -> Finding:
    seen, log = condition(client, container), log_tail(client, container, _LOG_LINES)
    if seen.killed_from_outside:
        raise killed_from_outside(container, seen, log)
    memory = ", for want of memory" if seen.out_of_memory else ""
    return Finding(
        where="spark cluster",
        expected=f"Spark's {container.rpartition('-spark-')[2]} runs",
        seen=f"exit code {seen.exit_code}{memory}; its last lines:\n{log}",
        advice="the image's entry point must become its arguments, and SPARK_HOME must hold Spark and its Java",
    )


def _registered(client: docker.APIClient, http: urllib3.PoolManager, network: str, master: str) -> int:
    """Return how many workers the master's page counts; none while it does not answer."""
    found = inspect(client, master)
    address = found["NetworkSettings"]["Networks"][network]["IPAddress"] if found else ""
    try:
        page = http.request("GET", f"http://{address}:{_PAGE_PORT}/json/").json()
        return int(page["aliveworkers"])
    except (HTTPError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return 0
