"""The embedded engine's one table of firewall rules, and what other tables would do to its packets."""

import json
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network

from hubwright.frozen import dataclass
from hubwright.process import run

_NFT_S = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Nft:
    """The program that speaks to the kernel's firewall, and where its libraries are."""

    path: str
    library_path: str

    def run(self, *arguments: str) -> bytes:
        environment = {"LD_LIBRARY_PATH": self.library_path, "LC_ALL": "C"}
        return run((self.path, *arguments), environment=environment, timeout_s=_NFT_S).stdout


def ruleset(table: str, pool: IPv4Network, *, outside: Sequence[str]) -> str:
    """Return the table in nft's language, written so that it replaces an older one in a single step.

    dockerd's own rules would spread over the machine's tables and set the policy of all forwarding; a table of
    our own goes as it came. Containers reach everything, and what they did not ask for does not reach them.

    `outside` are the devices to the world of a machine that forwards packets only because of this engine: what
    comes in there is not sent on to others, except as an answer, or to a port that another engine publishes.
    """
    devices = ", ".join(f'"{device}"' for device in outside)
    guard = ("ct state established,related accept", "ct status dnat accept", f"iifname {{ {devices} }} drop")
    rules = (
        f"ip saddr {pool} accept",
        f"ip daddr {pool} ct state established,related accept",
        f"ip daddr {pool} drop",
        *(guard if outside else ()),
    )
    forward = "".join(f"        {rule}\n" for rule in rules)
    return f"""\
table ip {table}
delete table ip {table}
table ip {table} {{
    chain postrouting {{
        type nat hook postrouting priority srcnat; policy accept;
        ip saddr {pool} ip daddr != {pool} masquerade
    }}
    chain forward {{
        type filter hook forward priority filter; policy accept;
{forward}    }}
}}
"""


def apply_rules(nft: Nft, rules: str) -> None:
    nft.run(rules)


def remove_table(nft: Nft, table: str) -> None:
    """Remove the table; one that is not there is no error (declaring it first makes deleting always possible)."""
    nft.run(f"table ip {table}; delete table ip {table}")


def dropping_chains(nft: Nft) -> list[str]:
    """Return the chains that drop forwarded packets unless a rule there lets them through.

    One chain that accepts does not overrule another that drops, so these can cut containers off; whether their
    rules do is not decided here.
    """
    return sorted(_dropping(nft.run("-j", "list", "chains")))


def _dropping(listed: bytes) -> Iterator[str]:
    for item in json.loads(listed)["nftables"]:
        chain = item.get("chain", {})
        if chain.get("hook") == "forward" and chain.get("policy") == "drop":
            yield f"{chain['family']} {chain['table']} {chain['name']}"
