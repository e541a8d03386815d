"""Licences of several works in one purchase: all of them or none, one payment for each asset.

A client of `Market.buyLicences`. It sends nothing: it makes messages for wallets and calldata. Amounts are in the
smallest unit of the asset.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eth_abi import encode
from eth_utils import keccak, to_checksum_address

from marketplace.chain.contracts import calldata
from marketplace.licensing import payment
from marketplace.licensing.models import Offer
from marketplace.licensing.payment import NATIVE, Authorization
from marketplace.licensing.signed import offer_struct

Payment = tuple[int, str, bytes]  # IPayments.Payment


@dataclass(frozen=True, slots=True)
class Item:
    """One of the offers that are bought."""

    offer: Offer
    units: int = 1

    @property
    def price(self) -> int:
        return self.offer.price * self.units


@dataclass(frozen=True, slots=True)
class Basket:
    """Offers of works that earn in one asset, in the order in which they are bought."""

    asset: str
    items: tuple[Item, ...]

    @property
    def price(self) -> int:
        """All that its payer pays, protocol fee included."""
        return sum(item.price for item in self.items)

    @property
    def digest(self) -> str:
        """What stands for the offer in a payment's purpose, as `Market.hashBasket` makes it."""
        offers = [bytes.fromhex(item.offer.digest[2:]) for item in self.items]
        words = encode(["bytes32[]", "uint256[]"], [offers, [item.units for item in self.items]])
        return "0x" + keccak(words).hex()

    def authorization(self, *, payer: str, licensee: str, now: int) -> Authorization:
        """The payment for exactly this, by one signature (ERC-3009), good for an hour from `now` (unix seconds)."""
        purpose = payment.purpose_of(self.digest, licensee, len(self.items))
        return Authorization.to_buy(purpose=purpose, payer=payer, value=self.price, now=now)


@dataclass(frozen=True, slots=True)
class Paid:
    """A basket and how it is paid: `payment.by_allowance`, `payment.by_native` or an authorisation's `payment`."""

    basket: Basket
    payment: Payment

    @property
    def native(self) -> int:
        """What of native coin has to come with the purchase (wei)."""
        method, _, _ = self.payment
        return self.basket.price if method == NATIVE else 0


def by_asset(items: Iterable[Item]) -> list[Basket]:
    """The baskets of a purchase, one for each asset. Offers with their works and terms."""
    sorted_items: dict[str, list[Item]] = {}
    for item in items:
        sorted_items.setdefault(item.offer.work.asset, []).append(item)
    return [Basket(asset, tuple(chosen)) for asset, chosen in sorted_items.items()]


def buy_call(paid: Sequence[Paid], *, licensee: str, holders: Sequence[str] = ()) -> str:
    """Calldata that buys all of it for `licensee`, at the prices that were offered and no more.

    To be sent with `value` wei. `holders` are paid in the same transaction, by all of the works; the keeper pays the
    others.
    """
    baskets = [
        (
            [(offer_struct(item.offer), item.offer.signature, item.units) for item in each.basket.items],
            each.basket.price,
            each.payment,
        )
        for each in paid
    ]
    named = [to_checksum_address(holder) for holder in holders]
    return calldata("Market", "buyLicences", [baskets, to_checksum_address(licensee), named])


def value(paid: Sequence[Paid]) -> int:
    """Native coin to send with a purchase (wei). What is more than that comes back to the sender."""
    return sum(each.native for each in paid)
