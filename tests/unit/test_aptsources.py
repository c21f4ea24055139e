"""The host's own sources, written for a build that has none of the host's files."""

import base64
from pathlib import Path

import pytest

from hubwright.aptsources import carried_sources

KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n"
COMPANY = "https://mirror.example/debian"


def _etc(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / "etc/apt" / {"list": "sources.list", "parts": "sources.list.d/a.sources"}[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "etc"


def _carried(etc: Path) -> str | None:
    return carried_sources(etc, release="bookworm", suite="trixie")


def test_a_mirror_of_the_host_s_release_is_one_of_the_suite(tmp_path: Path) -> None:
    etc = _etc(
        tmp_path,
        list=f"deb [arch=amd64] {COMPANY} bookworm main\ndeb https://vendor.example stable main\n",
        parts="Types: deb\nURIs: https://mirror.example/debian-security\nSuites: bookworm-security\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.pgp\n",
    )
    assert _carried(etc) == (
        f"Types: deb\nURIs: {COMPANY}\nSuites: trixie\nComponents: main\n\n"
        "Types: deb\nURIs: https://mirror.example/debian-security\nSuites: trixie-security\nComponents: main\n"
        "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg\n"
    )


@pytest.mark.parametrize("content", [KEY.encode(), base64.b64decode("mQ==")])
def test_a_key_of_the_company_s_own_is_taken_along(tmp_path: Path, content: bytes) -> None:
    key = tmp_path / "company.gpg"
    key.write_bytes(content)
    carried = _carried(_etc(tmp_path, list=f"deb [signed-by={key}] {COMPANY} bookworm main\n"))
    assert carried is not None
    assert carried.splitlines()[4:] == ["Signed-By: ", *(f" {line or '.'}" for line in KEY.splitlines())]


def test_a_key_in_the_source_itself_stays_as_it_is(tmp_path: Path) -> None:
    written = f"Types: deb\nURIs: {COMPANY}\nSuites: bookworm\nComponents: main\nSigned-By:\n -----BEGIN\n .\n mQ==\n"
    carried = _carried(_etc(tmp_path, parts=written))
    assert carried is not None
    assert carried.splitlines()[4:] == ["Signed-By: ", " -----BEGIN", " .", " mQ=="]


@pytest.mark.parametrize(
    "source",
    [
        "deb https://vendor.example stable main",
        "deb file:/srv/debian bookworm main",
        "deb mirror+file:/etc/apt/mirrors/debian.list bookworm main",
        "deb http://localhost:3142/debian bookworm main",
        "deb http://user:word@127.0.0.1/debian bookworm main",
        "deb http://[::1]:80/debian bookworm main",
        "deb [signed-by=/nonexistent/key.gpg] https://mirror.example/debian bookworm main",
    ],
)
def test_sources_that_lead_to_the_host_itself_are_left_there_all_together(tmp_path: Path, source: str) -> None:
    good = f"deb {COMPANY} bookworm-updates main" if "vendor" not in source else ""
    assert _carried(_etc(tmp_path, list=f"{good}\n{source}\n")) is None


def test_a_host_that_is_only_called_like_loopback_is_another(tmp_path: Path) -> None:
    assert _carried(_etc(tmp_path, list="deb http://localhost.example/debian bookworm main\n")) is not None
