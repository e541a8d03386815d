"""What the chain says about money and shares, read from the node and added up anew, without the site and without the
contract's own sums: the second opinion that a journey is checked against.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import eth_abi
import httpx
from eth_utils import keccak, to_checksum_address

from tools.journey.wallet import Node

SHARES = 1_000_000
NOBODY = "0x" + "00" * 20


@dataclass(frozen=True)
class Entry:
    """A log of ours, decoded. `values` by name; addresses with checksum."""

    name: str
    tx_hash: str
    block: int
    values: dict[str, Any]


@dataclass
class Account:
    """What one holder has of a work. `credit`: smallest units times SHARES, everything ever earned."""

    shares: int = 0
    credit: int = 0
    paid: list[tuple[str, int]] = field(default_factory=list)  # (transaction, amount)

    @property
    def received(self) -> int:
        return sum(amount for _, amount in self.paid)

    @property
    def due(self) -> int:
        """All that the holder must have received by now, to the unit."""
        return self.credit // SHARES


class Ledger:
    """The local deployment's contracts, on a node."""

    def __init__(self, site: str, node: Node):
        http = httpx.Client(timeout=30, trust_env=False)
        told = http.get(f"{site}/api/v1/deployment").json()
        self.node = node
        self.rights, self.market = told["contracts"]["Rights"], told["contracts"]["Market"]
        self.usdc = next(asset["address"] for asset in told["assets"] if asset["symbol"] == "USDC")
        self._start = told["start_block"]
        self._events = {
            _topic(item): item
            for contract in ("Rights", "Market")
            for item in http.get(told["abis"][contract]).json()
            if item["type"] == "event"
        }

    def balance(self, address: str) -> int:
        """Of USDC, in its smallest unit."""
        return self._view(self.usdc, "balanceOf(address)", ["address"], [address])

    def owed(self, work: int, holder: str) -> int:
        return self._view(self.rights, "owed(uint256,address)", ["uint256", "address"], [work, holder])

    def height(self) -> int:
        return self.node.number("eth_blockNumber")

    def entries(self, *, since: int | None = None) -> list[Entry]:
        """Every log of Rights and Market from a block on, in order."""
        start = self._start if since is None else since
        if start > self.height():
            return []
        wanted = {"fromBlock": hex(start), "toBlock": "latest", "address": [self.rights, self.market]}
        return [self._decode(log) for log in self.node.call("eth_getLogs", wanted)]

    def accounts(self, work: int) -> dict[str, Account]:
        """Every holder of a work, past ones too: what they hold, earned and got."""
        accounts: dict[str, Account] = defaultdict(Account)
        for entry in self.entries():
            values = entry.values
            if entry.name == "TransferSingle" and values["id"] == work:
                _move(accounts, values["from"], values["to"], values["value"])
            elif entry.name == "TransferBatch":
                for number, amount in zip(values["ids"], values["values"], strict=True):
                    if number == work:
                        _move(accounts, values["from"], values["to"], amount)
            elif entry.name == "Distributed" and values["workId"] == work:
                for account in accounts.values():
                    account.credit += account.shares * values["amount"]
            elif entry.name in ("Paid", "Deferred"):
                for number, amount in zip(values["workIds"], values["amounts"], strict=True):
                    if number == work:
                        accounts[values["holder"]].paid.append((entry.tx_hash, amount))
        return dict(accounts)

    def _decode(self, log: dict[str, Any]) -> Entry:
        item = self._events[log["topics"][0]]
        topics = iter(log["topics"][1:])
        unindexed = [part for part in item["inputs"] if not part["indexed"]]
        data = iter(eth_abi.decode([_type(part) for part in unindexed], bytes.fromhex(log["data"][2:])))
        values = {}
        for part in item["inputs"]:
            if not part["indexed"]:
                value = next(data)
            elif part["type"] in ("string", "bytes"):
                value = next(topics)  # only its hash is there
            else:
                value = eth_abi.decode([part["type"]], bytes.fromhex(next(topics)[2:]))[0]
            values[part["name"]] = to_checksum_address(value) if part["type"] == "address" else value
        return Entry(item["name"], log["transactionHash"], int(log["blockNumber"], 16), values)

    def _view(self, contract: str, signature: str, types: list[str], values: list[Any]) -> int:
        data = "0x" + (keccak(text=signature)[:4] + eth_abi.encode(types, values)).hex()
        return self.node.number("eth_call", {"to": contract, "data": data}, "latest")


def _move(accounts: dict[str, Account], sender: str, recipient: str, amount: int) -> None:
    if sender != NOBODY:
        accounts[sender].shares -= amount
    accounts[recipient].shares += amount


def _type(part: dict[str, Any]) -> str:
    if part["type"].startswith("tuple"):
        return f"({','.join(map(_type, part['components']))}){part['type'].removeprefix('tuple')}"
    return part["type"]


def _topic(item: dict[str, Any]) -> str:
    return "0x" + keccak(text=f"{item['name']}({','.join(map(_type, item['inputs']))})").hex()
