import os
from pathlib import Path

import pytest

from hubwright.cli.host import ca_file, host_settings
from hubwright.model import Foundation


def _file(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return path


def test_files_that_a_tool_would_read_become_secrets(tmp_path: Path) -> None:
    pip = _file(tmp_path / ".config/pip/pip.conf")
    uv = _file(tmp_path / "uv.toml")
    bundle = _file(tmp_path / "ca.pem")
    apt = _file(tmp_path / "apt.conf")
    environment = {"SSL_CERT_FILE": str(bundle), "UV_CONFIG_FILE": str(uv), "APT_CONFIG": str(apt)}
    settings = host_settings(environment, tmp_path, {"source-x": "https://x"})
    assert settings.files == {"ca-bundle": bundle, "pip-config": pip, "uv-config": uv, "apt-config": apt}
    assert settings.values == {"source-x": "https://x"}


def test_what_the_environment_names_wins_over_the_home(tmp_path: Path) -> None:
    _file(tmp_path / ".pip/pip.conf")
    named = _file(tmp_path / "named.conf")
    assert host_settings({"PIP_CONFIG_FILE": str(named)}, tmp_path, {}).files["pip-config"] == named


def test_no_configuration_of_pip_is_taken_where_pip_is_to_read_none(tmp_path: Path) -> None:
    _file(tmp_path / ".config/pip/pip.conf")
    assert "pip-config" not in host_settings({"PIP_CONFIG_FILE": os.devnull}, tmp_path, {}).files


def test_a_file_that_is_not_there_is_passed_over(tmp_path: Path) -> None:
    old = _file(tmp_path / ".pip/pip.conf")
    environment = {"PIP_CONFIG_FILE": str(tmp_path / "gone"), "XDG_CONFIG_HOME": str(tmp_path / "nothing")}
    assert host_settings(environment, tmp_path, {}).files["pip-config"] == old


@pytest.mark.parametrize(
    "environment, proxies",
    [
        ({}, ()),
        ({"HTTP_PROXY": ""}, ()),
        ({"HTTPS_PROXY": "http://p", "no_proxy": "x"}, ("HTTPS_PROXY", "no_proxy")),
    ],
)
def test_proxies_are_named_and_their_values_stay_where_they_are(
    tmp_path: Path, environment: dict[str, str], proxies: tuple[str, ...]
) -> None:
    assert host_settings(environment, tmp_path, {}).proxies == proxies


def _machine(folder: Path, system: str, **auth: str) -> Path:
    etc = folder / "etc"
    (etc / "apt/auth.conf.d").mkdir(parents=True)
    (etc / "os-release").write_text(system)
    (etc / "apt/sources.list").write_text("deb https://mirror.example/debian bookworm main\n")
    for name, text in auth.items():
        (etc / "apt" / {"main": "auth.conf", "part": "auth.conf.d/a.conf", "other": "auth.conf.d/a"}[name]).write_text(
            text
        )
    return etc


FOUNDATIONS = [
    Foundation(name="trixie", pull=None, suite="trixie"),
    Foundation(name="old", pull=None, suite="bookworm"),
    Foundation(name="outside", pull="quay.io/a:1", suite=None),
]


def test_a_debian_host_s_mirrors_are_written_for_the_suite_of_each_foundation(tmp_path: Path) -> None:
    etc = _machine(tmp_path, "ID=debian\nVERSION_CODENAME=bookworm\n")
    settings = host_settings({}, tmp_path, {"source-x": "https://x"}, foundations=FOUNDATIONS, etc=etc)
    mirror = "Types: deb\nURIs: https://mirror.example/debian\nSuites: {}\nComponents: main\n"
    assert settings.foundations == {
        "trixie": {"apt-sources": mirror.format("trixie")},
        "old": {"apt-sources": mirror.format("bookworm")},
    }
    assert settings.on("trixie").values == {"source-x": "https://x", "apt-sources": mirror.format("trixie")}
    assert settings.on("outside").values == {"source-x": "https://x"}


@pytest.mark.parametrize(
    "system", ["ID=ubuntu\nVERSION_CODENAME=bookworm\n", "ID=debian\n", "ID=debian\nVERSION_CODENAME=forky\n"]
)
def test_mirrors_that_do_not_have_the_suite_are_left_alone(tmp_path: Path, system: str) -> None:
    settings = host_settings({}, tmp_path, {}, foundations=FOUNDATIONS, etc=_machine(tmp_path, system))
    assert not settings.on("trixie").values


def test_a_machine_without_apt_has_nothing_for_it(tmp_path: Path) -> None:
    settings = host_settings({}, tmp_path, {}, foundations=FOUNDATIONS, etc=tmp_path / "none")
    assert not settings.on("trixie").values


def test_what_apt_logs_in_with_is_one_secret(tmp_path: Path) -> None:
    etc = _machine(tmp_path, "", main="machine a login b password c", part="machine d\n", other="machine e\n")
    assert host_settings({}, tmp_path, {}, etc=etc).values == {"apt-auth": "machine a login b password c\nmachine d\n"}


def test_the_certificates_that_the_environment_names_come_first(tmp_path: Path) -> None:
    bundle = _file(tmp_path / "ca.pem")
    assert ca_file({"CURL_CA_BUNDLE": str(bundle)}) == str(bundle)
