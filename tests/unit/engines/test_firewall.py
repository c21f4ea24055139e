import json
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from hubwright.engines.firewall import Nft, apply_rules, dropping_chains, remove_table, ruleset

POOL = IPv4Network("10.200.64.0/18")


def nft_that_prints(folder: Path, text: str) -> Nft:
    """Return a program that notes its arguments and prints the text."""
    program = folder / "nft"
    program.write_text(
        f"#!/bin/sh\nprintf '%s\\n' \"$@\" >'{folder}/asked'\ncat <<'END'\n{text}\nEND\n", encoding="utf-8"
    )
    program.chmod(0o755)
    return Nft(path=str(program), library_path="")


def test_the_rules_replace_a_table_of_their_own_and_touch_no_other() -> None:
    rules = ruleset("hubwright_1", POOL, outside=())

    assert rules.startswith("table ip hubwright_1\ndelete table ip hubwright_1\ntable ip hubwright_1 {\n")
    assert rules.count("table") == 3
    assert "ip saddr 10.200.64.0/18 ip daddr != 10.200.64.0/18 masquerade" in rules


@pytest.mark.parametrize("outside", [(), ("eth0",)])
def test_nobody_reaches_a_container_uninvited(outside: tuple[str, ...]) -> None:
    rules = ruleset("hubwright_1", POOL, outside=outside)

    replies, uninvited = rules.index("ip daddr 10.200.64.0/18 ct state"), rules.index("ip daddr 10.200.64.0/18 drop")
    assert replies < uninvited


def test_a_machine_that_was_no_router_does_not_become_one_for_others() -> None:
    rules = ruleset("hubwright_1", POOL, outside=("eth0", "wlan0"))

    assert rules.index("ct status dnat accept") < rules.index('iifname { "eth0", "wlan0" } drop')


def test_packets_that_are_nobodys_business_pass() -> None:
    assert "iifname" not in ruleset("hubwright_1", POOL, outside=())
    assert "policy drop" not in ruleset("hubwright_1", POOL, outside=("eth0",))


def test_chains_that_drop_forwarded_packets_are_named(tmp_path: Path) -> None:
    chains = [
        {"metainfo": {"version": "1"}},
        {"chain": {"family": "ip", "table": "filter", "name": "FORWARD", "hook": "forward", "policy": "drop"}},
        {"chain": {"family": "inet", "table": "a", "name": "b", "hook": "forward", "policy": "accept"}},
        {"chain": {"family": "inet", "table": "a", "name": "c", "hook": "input", "policy": "drop"}},
        {"chain": {"family": "inet", "table": "a", "name": "d"}},
    ]
    nft = nft_that_prints(tmp_path, json.dumps({"nftables": chains}))

    assert dropping_chains(nft) == ["ip filter FORWARD"]


def test_rules_go_to_the_program_as_one_argument(tmp_path: Path) -> None:
    nft = nft_that_prints(tmp_path, "")

    apply_rules(nft, "table ip a { }")
    assert (tmp_path / "asked").read_text(encoding="utf-8") == "table ip a { }\n"
    remove_table(nft, "a")
    assert (tmp_path / "asked").read_text(encoding="utf-8") == "table ip a; delete table ip a\n"
