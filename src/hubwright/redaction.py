"""Secrets taken out of what people read: the logs of builds, the words of programs that failed, our own messages."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import quote, unquote

Redact: TypeAlias = Callable[[str], str]

HIDDEN = "(hidden)"

# Shorter ones cannot be told from words: to hide each `admin` in a log would hide the log.
_SHORTEST = 6
# A password may hold an @, and the last one before the path counts.
_LOGIN = re.compile(r"(?<=://)([^\s/@:'\"]*):([^\s/?#'\"]+)(?=@)")
# A token may be all there is of a login, without any password.
_WHO = re.compile(r"(?<=://)[^\s/?#'\"]+(?=@)")
_NAME = re.compile(
    r"(?:^|_)(?:(?:[A-Z0-9]+)?(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)|API_?KEY|ACCESS_KEY|PRIVATE_KEY)"
    r"(?:_|$)"
)
# As pip.conf, uv.toml, apt.conf and a netrc have them.
_ENTRY = re.compile(
    r"""^.*?(?:token|secret|password|passwd|passphrase|credential|api[-_]?key)s?["']?(?:\s*[=:]\s*|\s+)(?P<value>.+)$""",
    re.IGNORECASE | re.MULTILINE,
)


def looks_secret(name: str) -> bool:
    """Return whether a variable or build argument of this name is likely to hold a secret."""
    return bool(_NAME.search(name.upper()))


def secrets_of_environment(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield what is secret in an environment: the values whose names say so, and the passwords in addresses."""
    for name, value in environment.items():
        yield from _logins(value)
        if looks_secret(name):
            yield from value.splitlines()


def secrets_of_configuration(text: str) -> Iterator[str]:
    """Yield what is secret in a configuration file: values whose keys say so, and the passwords in addresses."""
    yield from _logins(text)
    for entry in _ENTRY.finditer(text):
        yield entry["value"].strip(" \t\r\"';,")


def _logins(text: str) -> Iterator[str]:
    for user, password in _LOGIN.findall(text):
        yield from (password, unquote(password), quote(unquote(password), safe=""))
        for pair in (f"{user}:{password}", f"{unquote(user)}:{unquote(password)}"):
            yield base64.b64encode(pair.encode()).decode()


def redaction(secrets: Iterable[str]) -> Redact:
    """Return what hides these secrets in a text, and every login in an address, known or not."""
    known = sorted({secret.strip() for secret in secrets if len(secret.strip()) >= _SHORTEST}, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, known))) if known else None

    def redact(text: str) -> str:
        hidden = pattern.sub(HIDDEN, text) if pattern else text
        return _WHO.sub(HIDDEN, hidden)

    return redact
