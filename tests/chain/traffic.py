"""Things that happen on our contracts, done by real transactions."""

import secrets
from types import SimpleNamespace
from typing import Any

from eth_account.signers.local import LocalAccount

from marketplace.chain.contracts import calldata, view
from marketplace.chain.deployments import Deployment
from tests.fixtures.chain import Anvil

SHARES = 1_000_000


class Traffic:
    """Artists, buyers and fans at work."""

    def __init__(self, anvil: Anvil, deployed: Deployment, accounts: SimpleNamespace) -> None:
        self.anvil = anvil
        self.deployed = deployed
        self.accounts = accounts

    def draft(
        self, creator: LocalAccount | None = None, *, split: list[tuple[str, int]] | None = None
    ) -> dict[str, Any]:
        creator = creator or self.accounts.ada
        holders = split or [(creator.address, 900_000), (self.accounts.ben.address, 100_000)]
        return {
            "creator": creator.address,
            "asset": self.deployed.usdc,
            "content": f"0x{secrets.token_hex(32)}",
            "metadata": f"0x{secrets.token_hex(32)}",
            "royaltyBps": 500,
            "operator": self.deployed.market,
            "deadline": 0,
            "salt": secrets.randbits(256),
            "shares": [{"holder": holder, "amount": amount} for holder, amount in holders],
        }

    def mint(self, draft: dict[str, Any] | None = None) -> str:
        """A work by Ada; the transaction's hash."""
        return self.anvil.send(
            self.accounts.ada, self.deployed.rights, calldata("Rights", "create", [draft or self.draft()])
        )

    def move(
        self, work: int, shares: int, *, sender: LocalAccount | None = None, to: LocalAccount | None = None
    ) -> str:
        """Shares from Ada to Dora."""
        sender, to = sender or self.accounts.ada, to or self.accounts.dora
        data = calldata("Rights", "safeTransferFrom", [sender.address, to.address, work, shares, b""])
        return self.anvil.send(sender, self.deployed.rights, data)

    def pay(self, work: int, amount: int) -> str:
        """Money from Cortex that arrives for a work; the hash of the transaction that counts it."""
        cortex, usdc = self.accounts.cortex, self.deployed.usdc
        assert usdc is not None
        self.anvil.send(cortex, usdc, calldata("TestUSDC", "transfer", [self.deployed.rights, amount]))
        return self.anvil.send(cortex, self.deployed.rights, calldata("Rights", "distribute", [work]))

    def push(self, works: list[int], holders: list[LocalAccount]) -> str:
        data = calldata("Rights", "push", [works, [holder.address for holder in holders]])
        return self.anvil.send(self.accounts.keeper, self.deployed.rights, data)

    def works(self) -> int:
        return view("Rights", "workCount")

    def a_day(self) -> None:
        """A bit of everything: a work, shares that move, revenue, payouts."""
        self.mint()
        work = self.works()
        self.move(work, 1000)
        self.pay(work, 1_234_567)
        self.push([work], [self.accounts.ada, self.accounts.ben, self.accounts.dora])
