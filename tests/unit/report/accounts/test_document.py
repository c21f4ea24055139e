"""An account as a file, and back."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from account_strategies import HOSTILE, accounts
from accounts import account, failed_start, shown, start, trial
from hubwright.account import SCHEMA, Account
from hubwright.errors import AccountError
from hubwright.redaction import redaction
from hubwright.report.accounts.document import account_json, read_account
from hubwright.report.schema import schema_text
from strategies import STEADY_FEW

SHIPPED = Path(__file__).parents[4] / "src/hubwright/report/schema.json"
_VALIDATOR = Draft202012Validator(json.loads(schema_text()))


@given(accounts)
@STEADY_FEW
def test_what_is_written_is_read_again(made: Account) -> None:
    written = account_json(made)
    _VALIDATOR.validate(json.loads(written))
    assert read_account(written, "run.json") == made


def test_half_a_character_does_not_keep_an_account_from_being_written() -> None:
    made = account(wrong=HOSTILE)
    assert read_account(account_json(made), "run.json").wrong[5].endswith(" \ufffd")


def test_no_secret_is_written_wherever_it_was_said() -> None:
    told = "the password is hunter22, it is"
    failed = failed_start(reason=told, trials=(trial("home", evidence=(shown(seen={told: [told]}),)),))
    written = account_json(account(starts=(failed,), wrong=(told,)), redact=redaction(["hunter22"]))
    assert b"hunter22" not in written
    assert written.count(b"the password is (hidden), it is") == 4


@pytest.mark.parametrize(
    "content, told",
    [
        (b"", "run.json is no account of a run: the file: Invalid JSON: EOF"),
        (b'{"schema": 1', "run.json is no account of a run: the file: Invalid JSON: EOF"),
        (b"[]", "run.json is no account of a run"),
        (b"[" * 100_000, "run.json is no account of a run: the file: Invalid JSON: recursion limit"),
        (b"\xff\xfe", "run.json is no account of a run"),
        (b'{"schema": 1}', "run.json is no account of a run: version: Field required; command: Field required"),
        (b'{"schema": "x"}', "run.json is no account of a run: schema: Input should be a valid integer"),
        (b'{"schema": 2}', "run.json has schema 2 and was written by a newer hubwright; this one reads 1"),
        (b'{"schema": 0}', "run.json has schema 0 and was written by no version of hubwright; this one reads 1"),
    ],
)
def test_what_is_no_account_says_what_to_do(content: bytes, told: str) -> None:
    with pytest.raises(AccountError) as caught:
        read_account(content, "run.json")
    assert str(caught.value).startswith(told)
    assert str(caught.value).endswith("again, or delete it to report what the registry knows")


def test_an_account_cut_off_anywhere_is_none() -> None:
    written = account_json(account()).rstrip()
    for length in range(0, len(written), 97):
        with pytest.raises(AccountError):
            read_account(written[:length], "run.json")


def test_what_a_later_version_adds_is_passed_over() -> None:
    document = {**json.loads(account_json(account())), "moon": "full"}
    assert read_account(json.dumps(document).encode(), "run.json") == account()


def test_the_shipped_schema_is_what_the_types_say() -> None:
    assert SHIPPED.read_text("utf-8") == schema_text(), "schema.json is stale; run ./noxw -s schema"


def test_the_command_that_the_message_names_writes_it(tmp_path: Path) -> None:
    written = tmp_path / "schema.json"
    subprocess.run([sys.executable, "-m", "hubwright.report.schema", str(written)], check=True)
    assert written.read_text("utf-8") == schema_text()


def test_the_schema_is_a_schema_and_refuses_what_is_not_an_account() -> None:
    Draft202012Validator.check_schema(json.loads(schema_text()))
    document = json.loads(account_json(replace(account(), starts=(start(),))))
    assert _VALIDATOR.is_valid(document)
    assert not _VALIDATOR.is_valid({**document, "schema": "one"})
    assert not _VALIDATOR.is_valid({**document, "moon": "full"})
    assert document["schema"] == SCHEMA
