from pathlib import Path

import pytest

from hubwright.cli.host import host_settings


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
