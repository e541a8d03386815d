"""Very many events of our own contracts on a local chain, in few transactions."""

from typing import Any

import eth_abi
from eth_utils.crypto import keccak

from marketplace.chain.artifacts import artifact
from marketplace.chain.contracts import calldata, view
from marketplace.chain.deployments import Deployment
from marketplace.chain.dev.accounts import PEOPLE
from tests.fixtures.chain import Anvil

SHARES = 1_000_000
FIRST = 0xA << 156  # of the accounts that shares are scattered to
GAS = 10**9  # a transaction may use

SCATTER = "0x" + keccak(text="scatter(address,uint256,uint160,uint256)")[:4].hex()

ADA = PEOPLE[0]


class Scatter:
    """Works whose shares are given away one by one: one `TransferSingle` each, to an account of its own."""

    def __init__(self, anvil: Anvil, deployed: Deployment, *, works: int) -> None:
        """`anvil` must take blocks of GAS, and mine when it is told to."""
        self.anvil, self.deployed = anvil, deployed
        self.given = [0] * works
        self.crowd = self._created("Crowd")
        for salt in range(works):
            self._send(deployed.rights, calldata("Rights", "create", [self._draft(salt)]))
            anvil.mine()
        self.first_work = view("Rights", "workCount") - works + 1

    def block(self, events: int) -> None:
        """A block with so many transfers, spread over the works."""
        each, rest = divmod(events, len(self.given))
        for i in range(len(self.given)):
            count = each + (i < rest)
            if not count:
                continue
            args = [self.deployed.rights, self.first_work + i, FIRST + self.given[i], count]
            self._send(self.crowd, SCATTER + eth_abi.encode(["address", "uint256", "uint160", "uint256"], args).hex())
            self.given[i] += count
        self.anvil.mine()

    def _draft(self, salt: int) -> dict[str, Any]:
        return {
            "creator": ADA.address,
            "asset": self.deployed.usdc,
            "content": f"0x{salt:064x}",
            "metadata": f"0x{salt:064x}",
            "royaltyBps": 0,
            "operator": f"0x{0:040x}",
            "deadline": 0,
            "salt": salt,
            "shares": [{"holder": self.crowd, "amount": SHARES}],
        }

    def _created(self, name: str) -> str:
        tx_hash = self.anvil.call(
            "eth_sendTransaction", {"from": ADA.address, "data": artifact(name).creation, "gas": hex(GAS)}
        )
        self.anvil.mine()
        address: str = self.anvil.call("eth_getTransactionReceipt", tx_hash)["contractAddress"]
        return address

    def _send(self, to: str, data: str) -> None:
        self.anvil.call("eth_sendTransaction", {"from": ADA.address, "to": to, "data": data, "gas": hex(GAS)})
