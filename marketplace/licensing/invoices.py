"""A purchase as an address: any plain transfer to it buys that licence for that licensee, or goes back.

A client of the contract `Invoices`: for buyers who cannot call a contract (an exchange's withdrawal, a multisig, an
x402 "exact" payment). It sends nothing: it makes calldata and reads the chain.
"""

from dataclasses import dataclass, field
from typing import Any

from eth_utils import to_checksum_address

from marketplace.chain.contracts import View, calldata, view, views
from marketplace.licensing.payment import new_salt

BareOffer = tuple[Any, ...]  # IMarket.LicenceOffer, as signed.offer_struct makes it


@dataclass(frozen=True, slots=True)
class Invoice:
    """What an address stands for."""

    offer: str  # digest of a licence offer
    licensee: str
    units: int
    refund_to: str  # whose the money is until it has bought, and what is left over
    salt: str = field(default_factory=new_salt)

    @property
    def message(self) -> dict[str, Any]:
        """`IInvoices.Invoice`."""
        return {
            "offer": self.offer,
            "licensee": to_checksum_address(self.licensee),
            "units": self.units,
            "refundTo": to_checksum_address(self.refund_to),
            "salt": self.salt,
        }

    def address(self) -> str:
        """Where to pay, lower-case. Raises RpcUnavailable, RpcError, NotDeployed."""
        account: str = view("Invoices", "addressOf", [self.message])
        return account

    def settle_call(self, offer: BareOffer, signature: str, holders: list[str]) -> str:
        """Calldata that buys with what has arrived and returns what is over. Anyone; again is a no-op."""
        return calldata("Invoices", "settle", [self.message, offer, signature, holders])

    def refund_call(self, asset: str, to: str) -> str:
        """Calldata by which `refund_to` takes the money back, at any time."""
        return calldata("Invoices", "refund", [self.message, to_checksum_address(asset), to_checksum_address(to)])

    def refund_unused_call(self, offer: BareOffer, asset: str) -> str:
        """Calldata by which anyone sends back what can buy nothing any more."""
        return calldata("Invoices", "refundUnused", [self.message, offer, to_checksum_address(asset)])


@dataclass(frozen=True, slots=True)
class Standing:
    """An invoice as the chain has it."""

    account: str
    arrived: int  # of the asset asked for, in its smallest unit
    settled: bool


def standing(invoice: Invoice, asset: str) -> Standing:
    """An invoice now. Raises RpcUnavailable, RpcError, NotDeployed."""
    account = invoice.address()
    settled, arrived = views(
        [
            View("Invoices", "isSettled", [account]),
            View("TestUSDC", "balanceOf", [account], asset),
        ]
    )
    return Standing(account, arrived, settled)
