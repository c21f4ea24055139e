"""A chart's folder as people have it: its values, its schema, and the file that configures the hub."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml

from hubwright.errors import UsageError
from hubwright.frozen import dataclass
from hubwright.model import Chart

_CONFIG = Path("files/hub/jupyterhub_config.py")
# A release has the first, which is made of the second.
_SCHEMAS = ("values.schema.json", "values.schema.yaml")
# The C one reads the chart's schema ten times as fast; it is not everywhere.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChartFiles:
    values: Mapping[str, object]
    schema: Mapping[str, object]
    config: Path


def read_chart(folder: Path, chart: Chart) -> ChartFiles:
    """Return what the folder has; raise UsageError where it is not this release of the chart."""
    version = str(_read(folder, "Chart.yaml", chart, _yaml).get("version"))
    if version != chart.version:
        msg = f"{folder} is chart {version}, and the matrix says {chart.version}; {_how_to_have(chart)}"
        raise UsageError(msg)
    schema = next((name for name in _SCHEMAS if (folder / name).is_file()), _SCHEMAS[0])
    if not (folder / _CONFIG).is_file():
        raise UsageError(_missing(folder, str(_CONFIG), chart))
    return ChartFiles(
        values=_read(folder, "values.yaml", chart, _yaml),
        schema=_read(folder, schema, chart, json.loads if schema.endswith(".json") else _yaml),
        config=(folder / _CONFIG).resolve(),
    )


def _yaml(text: str) -> object:
    return yaml.load(text, _LOADER)  # noqa: S506 - either loader is a safe one


def _read(folder: Path, name: str, chart: Chart, parse: Callable[[str], object]) -> dict[str, object]:
    """Return the mapping that the file of the chart holds."""
    try:
        read = parse((folder / name).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(_missing(folder, name, chart)) from error
    except OSError as error:
        msg = f"{folder / name} cannot be read: {error.strerror}"
        raise UsageError(msg) from error
    except (ValueError, yaml.YAMLError) as error:
        msg = f"{folder / name} cannot be understood: {' '.join(str(error).split())}; {_how_to_have(chart)}"
        raise UsageError(msg) from error
    if not isinstance(read, dict):
        msg = f"{folder / name} holds no mapping, and the one of the chart does; {_how_to_have(chart)}"
        raise UsageError(msg)
    return read


def _missing(folder: Path, name: str, chart: Chart) -> str:
    return (
        f"{folder} is not the chart of JupyterHub: it has no {name}. Where JupyterHub's chart is a dependency of your "
        f"own, name the folder charts/jupyterhub in it; {_how_to_have(chart)}"
    )


def _how_to_have(chart: Chart) -> str:
    return f"`helm pull jupyterhub/jupyterhub --version {chart.version} --untar` puts the right one here"
