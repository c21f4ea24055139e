import base64

import pytest

from hubwright.redaction import looks_secret, redaction, secrets_of_configuration, secrets_of_environment
from hubwright.words import without_logins


@pytest.mark.parametrize(
    "name",
    [
        "TOKEN",
        "FORGE_TOKEN",
        "MYTOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "UV_INDEX_CORP_PASSWORD",
        "api_key",
        "APIKEY",
        "PGPASSWORD",
    ],
)
def test_names_that_say_secret(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name", ["PATH", "TOKENIZERS_PARALLELISM", "SPARK", "KEYBOARD", "MONKEY", "AUTHOR", "JAVA_HOME"]
)
def test_names_that_do_not(name: str) -> None:
    assert not looks_secret(name)


@pytest.mark.parametrize(
    "text",
    [
        "index-url = https://user:s3cr3t!word@pypi.example/simple",
        "password = s3cr3t!word",
        'api-token = "s3cr3t!word"',
        'Acquire::mirror::Password "s3cr3t!word";',
        "machine pypi.example login user password s3cr3t!word",
    ],
)
def test_a_configuration_s_secrets_are_hidden_wherever_they_are_printed(text: str) -> None:
    redact = redaction(secrets_of_configuration(f"# a comment\n{text}\nother = value\n"))
    assert redact("it said s3cr3t!word twice: s3cr3t!word") == "it said (hidden) twice: (hidden)"
    assert redact("other = value") == "other = value"


def test_a_login_is_hidden_as_it_is_and_in_its_other_spellings() -> None:
    redact = redaction(secrets_of_environment({"HTTPS_PROXY": "http://user:pa%40ssword@proxy:3128", "PATH": "/bin"}))
    encoded = base64.b64encode(b"user:pa@ssword").decode()
    assert redact(f"pa@ssword pa%40ssword {encoded} /bin") == "(hidden) (hidden) (hidden) /bin"


def test_an_address_that_nobody_knew_loses_its_login_and_stays_an_address() -> None:
    assert redaction([])("GET https://a:b@pypi.example/simple?x=1") == "GET https://(hidden)@pypi.example/simple?x=1"
    assert redaction([])("GET https://pypi.example:8080/@scope") == "GET https://pypi.example:8080/@scope"


@pytest.mark.parametrize("login", ["ghp_0123456789", "user:pa@ss@word", "user:s3cr3t:word", ":s3cr3tword"])
def test_a_login_is_hidden_whatever_it_is_made_of(login: str) -> None:
    address = f"https://{login}@pypi.example/simple"
    assert redaction([])(f"Looking in {address}, git@example.org") == (
        "Looking in https://(hidden)@pypi.example/simple, git@example.org"
    )
    assert without_logins(address) == "https://pypi.example/simple"
    if ":" in login:
        password = login.partition(":")[2]
        assert redaction(secrets_of_environment({"UV_INDEX": address}))(password) == "(hidden)"


def test_a_secret_of_many_lines_is_hidden_line_by_line_and_a_longer_one_first() -> None:
    redact = redaction(secrets_of_environment({"DEPLOY_SECRET": "first line\nsecond line", "A_TOKEN": "second"}))
    assert redact("x first line\nsecond line\nsecond") == "x (hidden)\n(hidden)\n(hidden)"


def test_what_is_too_short_to_be_told_from_a_word_stays() -> None:
    assert redaction(["", "admin"])("the admin") == "the admin"
