from ipaddress import IPv4Network
from pathlib import Path

import pytest

from hubwright.engines.firewall import Nft
from hubwright.engines.record import Record, read_record

RECORD = Record(
    pool=IPv4Network("10.200.64.0/18"),
    forwarding="0",
    folders=("/run/containerd",),
    docker="/x/docker",
    buildx="/x/docker-buildx",
    nft=Nft(path="/x/nft", library_path="/x/lib"),
)


def test_what_was_noted_is_read_again(tmp_path: Path) -> None:
    RECORD.write(tmp_path / "record.json")

    assert read_record(tmp_path / "record.json") == RECORD
    assert [path.name for path in tmp_path.iterdir()] == ["record.json"]


def test_nothing_noted_is_nothing(tmp_path: Path) -> None:
    assert read_record(tmp_path / "none.json") is None
    (tmp_path / "file").touch()
    assert read_record(tmp_path / "file" / "record.json") is None


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"pool": "x"}', '{"pool": "10.0.0.0/8", "folders": 1}', "\x00"])
def test_a_note_that_was_damaged_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "record.json").write_text(text, encoding="utf-8")

    assert read_record(tmp_path / "record.json") is None


def test_a_note_of_another_version_counts_as_none(tmp_path: Path) -> None:
    RECORD.write(tmp_path / "record.json")
    text = (tmp_path / "record.json").read_text(encoding="utf-8")

    (tmp_path / "record.json").write_text(text.replace("forwarding", "other"), encoding="utf-8")

    assert read_record(tmp_path / "record.json") is None
