from base64 import b64encode
from collections.abc import Mapping

import pytest

from hubwright.errors import RegistryRefusedError
from hubwright.registries.auth import Authority, Challenge, read_challenge
from hubwright.registries.interface import Credential

REALM = "https://tokens.example/token"
BEARER = Challenge(scheme="bearer", parameters={"realm": REALM, "service": "registry", "scope": "repository:a:pull"})
BASIC = Challenge(scheme="basic", parameters={})
SCOPE = "a:pull"


class Vault:
    """Gives a new password whenever one is refused."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, *, refused: bool) -> Credential:
        self.number += refused
        return Credential(username="AWS", password=f"secret-{self.number}")


class Issuer:
    """Gives what it was told to give, and keeps what it was asked."""

    def __init__(self, *answers: tuple[int, bytes]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, Mapping[str, str]]] = []

    def __call__(self, address: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        self.asked.append((address, headers))
        return self.answers.pop(0)


NOBODY = Issuer()


def basic(password: str) -> str:
    return "Basic " + b64encode(f"AWS:{password}".encode()).decode()


def authority(vault: Vault | None, *, plain_http: bool = False) -> Authority:
    return Authority(host="registry.example", plain_http=plain_http, credentials=vault)


@pytest.mark.parametrize(
    "header, expected",
    [
        ('Basic realm="x y"', Challenge(scheme="basic", parameters={"realm": "x y"})),
        ("basic", BASIC),
        (
            f'Bearer realm="{REALM}",service="registry",scope="repository:a:pull"',
            BEARER,
        ),
        ("BEARER Realm=https://x.example/t", Challenge(scheme="bearer", parameters={"realm": "https://x.example/t"})),
        (f'Bearer realm="{REALM}",service="registry",scope="repository:a:pull", Basic realm="Git"', BEARER),
        (f'Basic realm="Git", Bearer realm="{REALM}",service="registry",scope="repository:a:pull"', BEARER),
        ('Negotiate, Basic realm="bearer x"', Challenge(scheme="basic", parameters={"realm": "bearer x"})),
        ("Negotiate", None),
        ("Basically", None),
        ("", None),
    ],
)
def test_challenges_are_read(header: str, expected: Challenge | None) -> None:
    assert read_challenge(header) == expected


def test_basic_credentials_are_asked_for_again_only_when_refused() -> None:
    keeper = authority(Vault())

    keeper.renew(SCOPE, refused=None, challenge=BASIC, ask_token=NOBODY)
    first = keeper.header(SCOPE)
    keeper.renew(SCOPE, refused=first, challenge=BASIC, ask_token=NOBODY)

    assert (first, keeper.header(SCOPE)) == (basic("secret-0"), basic("secret-1"))


def test_what_another_thread_renewed_is_not_renewed_again() -> None:
    vault = Vault()
    keeper = authority(vault)
    keeper.renew(SCOPE, refused=None, challenge=BASIC, ask_token=NOBODY)
    old = keeper.header(SCOPE)
    keeper.renew(SCOPE, refused=old, challenge=BASIC, ask_token=NOBODY)

    keeper.renew(SCOPE, refused=old, challenge=BASIC, ask_token=NOBODY)

    assert keeper.header(SCOPE) == basic("secret-1")


@pytest.mark.parametrize("body", [b'{"token": "t0"}', b'{"access_token": "t0", "expires_in": 60}'])
def test_a_token_is_fetched_with_the_credentials(body: bytes) -> None:
    keeper, issuer = authority(Vault()), Issuer((200, body))

    keeper.renew(SCOPE, refused=None, challenge=BEARER, ask_token=issuer)

    assert keeper.header(SCOPE) == "Bearer t0"
    address = f"{REALM}?service=registry&scope=repository%3Aa%3Apull"
    assert issuer.asked == [(address, {"Authorization": basic("secret-0")})]


def test_anybody_gets_a_token_for_what_is_public() -> None:
    keeper, issuer = authority(None), Issuer((200, b'{"token": "t0"}'))
    challenge = Challenge(scheme="bearer", parameters={"realm": REALM + "?a=b", "service": "registry"})

    keeper.renew(SCOPE, refused=None, challenge=challenge, ask_token=issuer)

    assert issuer.asked == [(f"{REALM}?a=b&service=registry", {})]


def test_credentials_that_the_issuer_refuses_are_refreshed_once() -> None:
    keeper, issuer = authority(Vault()), Issuer((401, b""), (200, b'{"token": "t0"}'))

    keeper.renew(SCOPE, refused=None, challenge=BEARER, ask_token=issuer)
    assert keeper.header(SCOPE) == "Bearer t0"
    assert [headers for _, headers in issuer.asked] == [
        {"Authorization": basic("secret-0")},
        {"Authorization": basic("secret-1")},
    ]


@pytest.mark.parametrize(
    "vault, challenge, answers, message",
    [
        (None, None, [], "not known here; expected Basic or Bearer"),
        (None, BASIC, [], "wants a user name and a password, and none are known"),
        (None, Challenge(scheme="bearer", parameters={"realm": "http://x.example"}), [], "not protected by TLS"),
        (None, Challenge(scheme="bearer", parameters={}), [], "not protected by TLS"),
        (None, Challenge(scheme="bearer", parameters={"realm": "https://[::1"}), [], "not protected by TLS"),
        (None, BEARER, [(401, b"")], "refused with 401"),
        (Vault(), BEARER, [(401, b""), (401, b"")], "refused with 401"),
        (None, BEARER, [(200, b"<html>")], "answered without a token"),
        (None, BEARER, [(200, b"[" * 100_000)], "answered without a token"),
        (None, BEARER, [(200, b'{"token": "a\\r\\nX-Header: b"}')], "answered without a token"),
        (None, BEARER, [(200, b'{"token": ""}')], "answered without a token"),
    ],
)
def test_why_there_is_no_way_in_is_said_without_a_secret(
    vault: Vault | None, challenge: Challenge | None, answers: list[tuple[int, bytes]], message: str
) -> None:
    with pytest.raises(RegistryRefusedError, match=message) as caught:
        authority(vault).renew(SCOPE, refused=None, challenge=challenge, ask_token=Issuer(*answers))

    assert "secret" not in str(caught.value)


def test_a_registry_without_tls_may_have_an_issuer_without() -> None:
    keeper, issuer = authority(None, plain_http=True), Issuer((200, b'{"token": "t0"}'))
    challenge = Challenge(scheme="bearer", parameters={"realm": "http://127.0.0.1/token"})

    keeper.renew(SCOPE, refused=None, challenge=challenge, ask_token=issuer)

    assert keeper.header(SCOPE) == "Bearer t0"


def test_a_credential_does_not_show_its_password() -> None:
    assert "secret" not in repr(Vault()(refused=False))


def test_credentials_that_were_renewed_in_time_are_sent_without_a_refusal() -> None:
    vault = Vault()
    login = authority(vault)
    login.renew(SCOPE, refused=None, challenge=BASIC, ask_token=NOBODY)
    assert login.header(SCOPE) == basic("secret-0")
    vault.number = 7
    assert login.header(SCOPE) == basic("secret-7")


def test_a_refusal_without_a_challenge_renews_what_was_sent_before() -> None:
    login = authority(Vault())
    login.renew(SCOPE, refused=None, challenge=BASIC, ask_token=NOBODY)
    login.renew(SCOPE, refused=basic("secret-0"), challenge=None, ask_token=NOBODY)
    assert login.header(SCOPE) == basic("secret-1")
