"""From the profiles that were chosen to what a hub reads: the chart's values, and the list for a plain KubeSpawner."""

from collections.abc import Mapping, Sequence

from hubwright.emit.chart import chart_values
from hubwright.emit.notes import head_of_manifests, head_of_values, notes
from hubwright.emit.profile_list import offered, profile_list
from hubwright.emit.spark import spark_manifests, uses_spark
from hubwright.emit.text import json_text, yaml_documents, yaml_text
from hubwright.errors import NothingOfferedError
from hubwright.frozen import dataclass
from hubwright.model import Matrix
from hubwright.offering import ProfileEntry

VALUES_FILE = "profiles.yaml"
LIST_FILE = "profile_list.json"
SPARK_FILE = "spark-rbac.yaml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Emitted:
    """What a hub reads: the chart's values, and every file by its name."""

    values: Mapping[str, object]
    files: Mapping[str, bytes]


def emit(entries: Sequence[ProfileEntry], matrix: Matrix, host: str) -> Emitted:
    """Return what offers the entries, in their order, with images from the registry at `host`.

    The same entries always give the same bytes. With nothing to start it raises: a hub without profiles starts
    whatever its chart brings, and that was never proven.
    """
    listed = offered(entries)
    if not listed:
        msg = (
            "no profile has a start that may be offered, so no profile list is written: a hub with an empty one starts "
            "an image that nobody has proven. `hubwright report` says what each profile lacks"
        )
        raise NothingOfferedError(msg)
    values = chart_values(listed, matrix.variants, host)
    spark = any(uses_spark(entry, matrix.variants) for entry in listed)
    comments = {(): head_of_values(matrix.chart, spark=spark), **notes(entries)}
    # The values come last, because they name what the others bring.
    files = {SPARK_FILE: yaml_documents(spark_manifests(), head_of_manifests())} if spark else {}
    files[LIST_FILE] = json_text(profile_list(listed, matrix.variants, host))
    files[VALUES_FILE] = yaml_text(values, comments)
    return Emitted(values=values, files={name: text.encode() for name, text in files.items()})
