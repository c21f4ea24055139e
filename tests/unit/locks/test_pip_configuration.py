from pathlib import Path

import pytest

from hubwright.locks.pip_configuration import configuration_files, uv_configuration_files, uv_environment

ALWAYS = {"UV_SYSTEM_CERTS": "true", "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
MIRROR = "[global]\nindex-url = https://mirror.example.com/simple\nextra-index-url = https://other.example.com\n"
FOUND = {"UV_DEFAULT_INDEX": "https://mirror.example.com/simple"}


@pytest.mark.parametrize(
    "environment, texts, has_own, told",
    [
        ({}, [], False, {}),
        ({}, [MIRROR], False, FOUND),
        ({}, [MIRROR, "[install]\nindex-url = https://b.example.com\n"], False, {"UV_DEFAULT_INDEX": "https://b.example.com"}),
        ({"PIP_INDEX_URL": "https://c.example.com"}, [MIRROR], False, {"UV_DEFAULT_INDEX": "https://c.example.com"}),
        ({}, [MIRROR], True, {}),
        ({"UV_INDEX_URL": "https://d.example.com"}, [MIRROR], False, {}),
        ({"PIP_CERT": "/ca.pem"}, [], True, {"SSL_CERT_FILE": "/ca.pem"}),
        ({"PIP_CERT": "/ca.pem", "SSL_CERT_FILE": "/own.pem"}, [], False, {}),
        ({}, ["[global]\ntrusted-host = a\n  b\ncert =\n"], False, {"UV_INSECURE_HOST": "a b"}),
        ({}, ["[global]\nIndex_URL = https://mirror.example.com/simple\n"], False, FOUND),
        ({}, ["no section"], False, {}),
        ({"UV_SYSTEM_CERTS": "false"}, [], False, {}),
    ],
)  # fmt: skip
def test_what_uv_is_told(environment: dict[str, str], texts: list[str], has_own: bool, told: dict[str, str]) -> None:  # noqa: FBT001 - a case
    assert uv_environment(environment, texts, has_own=has_own) == {**ALWAYS, **told, **environment}


def test_where_pip_and_uv_look() -> None:
    etc = Path("/etc")
    assert configuration_files({"PIP_CONFIG_FILE": "/a"}, etc) == [Path("/a")]
    assert configuration_files({"HOME": "/h"}, etc)[1:] == [Path("/h/.pip/pip.conf"), Path("/h/.config/pip/pip.conf")]
    assert uv_configuration_files({"XDG_CONFIG_HOME": "/x"}, etc) == [Path("/etc/uv/uv.toml"), Path("/x/uv/uv.toml")]
