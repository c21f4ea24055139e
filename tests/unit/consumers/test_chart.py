from pathlib import Path

import pytest

from helpers.profile_list import small_chart
from hubwright.consumers.chart import read_chart
from hubwright.errors import UsageError
from values import CHART


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_chart(tmp_path / "jupyterhub", CHART.version)


def test_a_charts_files_are_read(folder: Path) -> None:
    files = read_chart(folder, CHART)
    assert files.values["singleuser"]
    assert files.schema["type"] == "object"
    assert files.config == folder / "files/hub/jupyterhub_config.py"


def test_of_a_chart_in_the_making_the_schema_is_yaml(folder: Path) -> None:
    (folder / "values.schema.json").rename(folder / "values.schema.yaml")
    (folder / "values.schema.yaml").write_text("type: object\nproperties: {a: &any {type: string}, b: *any}\n")
    assert read_chart(folder, CHART).schema["properties"] == {"a": {"type": "string"}, "b": {"type": "string"}}


@pytest.mark.parametrize("name", ["Chart.yaml", "values.yaml", "values.schema.json", "files/hub/jupyterhub_config.py"])
def test_a_folder_without_one_of_the_files_is_no_chart(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(UsageError) as refused:
        read_chart(folder, CHART)
    assert f"{folder} is not the chart of JupyterHub: it has no {name}." in str(refused.value)
    assert "charts/jupyterhub" in str(refused.value)
    assert "`helm pull jupyterhub/jupyterhub --version 4.4.0 --untar`" in str(refused.value)


def test_what_is_no_folder_is_no_chart(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for nothing in (tmp_path / "nowhere", tmp_path / "file"):
        with pytest.raises(UsageError, match=r"is not the chart of JupyterHub: it has no Chart\.yaml"):
            read_chart(nothing, CHART)


def test_another_release_is_named(folder: Path) -> None:
    (folder / "Chart.yaml").write_text("version: 3.3.8\n")
    with pytest.raises(UsageError, match=r"is chart 3\.3\.8, and the matrix says 4\.4\.0; `helm pull"):
        read_chart(folder, CHART)


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("Chart.yaml", b"version: [", "Chart.yaml cannot be understood: while parsing"),
        ("Chart.yaml", b"- version", "Chart.yaml holds no mapping"),
        ("values.yaml", b"singleuser: {", "values.yaml cannot be understood: while parsing"),
        ("values.yaml", b"\xff\xfe", "values.yaml cannot be understood: 'utf-8' codec"),
        ("values.yaml", b"!!python/object:os.system {}", "values.yaml cannot be understood: could not determine"),
        ("values.schema.json", b"{", "values.schema.json cannot be understood: Expecting property name"),
    ],
)
def test_what_cannot_be_understood_is_named(folder: Path, name: str, content: bytes, said: str) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(UsageError) as refused:
        read_chart(folder, CHART)
    assert f"{folder}/{said}" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_cannot_be_read_is_not_taken_for_missing(folder: Path) -> None:
    (folder / "values.yaml").unlink()
    (folder / "values.yaml").mkdir()
    with pytest.raises(UsageError, match=r"values\.yaml cannot be read: Is a directory"):
        read_chart(folder, CHART)
