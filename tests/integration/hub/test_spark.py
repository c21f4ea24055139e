"""A Spark cluster beside a notebook; Spark itself is a script here, so that its protocol is what is tested."""

import pytest

from helpers.rehearsal import TinyImages
from hubwright.rehearse.docker import spark
from hubwright.rehearse.docker.spark import spark_cluster
from hubwright.rehearse.stage import Stage
from hubwright.verdicts import Finding
from values import SHAPE

# The master counts whoever has asked it for its page, as a real one counts those who register.
SPARK_CLASS = """\
#!/bin/sh
case "$1" in
*.Master)
    mkdir -p /tmp/www/json && echo '{"aliveworkers": 2}' > /tmp/www/json/index.html
    echo "master $*"
    exec httpd -f -p 8080 -h /tmp/www ;;
*.Worker)
    [ -z "$REFUSES" ] || { echo "worker refuses"; exit 5; }
    exec sleep 600 ;;
esac
"""
SPARK = "ENV SPARK_HOME=/spark\nRUN chmod 1777 /tmp\nCOPY --chmod=0755 spark-class /spark/bin/spark-class"


def _containers(stage: Stage) -> list[str]:
    return [name for each in stage.client.containers(all=True) for name in each["Names"] if stage.name in name]


def test_a_cluster_is_there_for_a_block_and_says_how_to_use_it(stage: Stage, tiny: TinyImages) -> None:
    ref = tiny.build(SPARK, files={"spark-class": SPARK_CLASS})
    with spark_cluster(stage, ref, SHAPE) as coming:
        cluster = coming()
        assert not isinstance(cluster, Finding), cluster
        assert len(_containers(stage)) == 3
        address = str(cluster["spark_master"])
        master = address.removeprefix("spark://").removesuffix(":7077")
        assert f"/{master}" in _containers(stage)
        assert cluster == {"spark_master": f"spark://{master}:7077", "executors": 2}
        found = stage.client.inspect_container(master)["Config"]
        assert found["User"] == "1000:100"
    assert _containers(stage) == []


def test_what_keeps_a_cluster_from_coming_up_is_a_finding(
    stage: Stage, tiny: TinyImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = tiny.build(f"{SPARK}\nENV REFUSES=yes", files={"spark-class": SPARK_CLASS})
    with spark_cluster(stage, refusing, SHAPE) as coming:
        found = coming()
        assert isinstance(found, Finding)
        assert found.expected.startswith("Spark's worker-")
        assert "exit code 5; its last lines:\nworker refuses" in found.seen

    with spark_cluster(stage, tiny.build("RUN true"), SHAPE) as coming:
        found = coming()
        assert isinstance(found, Finding)
        assert "the image does not set SPARK_HOME" in found.seen

    monkeypatch.setattr(spark, "_UP_S", 15.0)
    lonely = tiny.build(SPARK, files={"spark-class": SPARK_CLASS.replace('"aliveworkers": 2', '"aliveworkers": 1')})
    with spark_cluster(stage, lonely, SHAPE) as coming:
        found = coming()
        assert isinstance(found, Finding)
        assert found.seen.startswith("1; the master's last lines:\nmaster org.apache.spark.deploy.master.Master --host")
    assert _containers(stage) == []
