"""What a purchase costs, who pays what, and what the payer still lacks. Asked anew whenever money is about to move."""

from dataclasses import dataclass, replace

from django.utils import timezone

from marketplace.chain import relay
from marketplace.chain.contracts import view
from marketplace.chain.deployments import Asset, Deployment, deployment
from marketplace.chain.rpc import RpcError, RpcUnavailable
from marketplace.licensing import errors
from marketplace.licensing.errors import LowBalance, LowGas, MarketError
from marketplace.licensing.models import FOR_EVER, Licence, Offer
from marketplace.licensing.standing import Standing, Wallet, refuse_unless_open, standing, wallet_of

AUTHORIZATION, ALLOWANCE = "authorization", "allowance"  # methods of payment
BPS = 10_000
# Gas that a payer who sends the transactions needs, rounded up from what the contracts' tests measure with real USDC
# in mind. Only to say beforehand whether the wallet has enough: the wallet itself asks the network again.
GAS_TO_BUY = 320_000
GAS_TO_APPROVE = 70_000


@dataclass(frozen=True, slots=True)
class Quote:
    """The cost of a purchase. Amounts in the asset's smallest unit, `network_fee` in wei."""

    asset: Asset
    quantity: int  # units or shares
    price: int  # all that the payer pays, protocol fee included
    fee: int  # the protocol's part of the price
    payer: str  # empty: somebody who only looks
    by_signature: bool  # the payer signs a payment (ERC-3009); else the market takes it by allowance
    sent_by_site: bool  # the site sends the signed payment in and pays the network
    network_fee: int | None  # about what the payer pays the network; None if the chain does not answer
    wallet: Wallet | None
    on_chain: bool  # checked against the contract just now, not only against our records

    @property
    def needs_approval(self) -> bool:
        """Whether the payer must let the market take the price first. Only where they pay by allowance."""
        return not self.by_signature and self.price > 0 and (self.wallet is None or self.wallet.allowance < self.price)

    @property
    def shortfalls(self) -> list[MarketError]:
        """What the payer lacks, each with its exact amount; empty if nothing is known to be missing."""
        if self.wallet is None:
            return []
        missing: list[MarketError] = []
        if self.wallet.balance < self.price:
            missing.append(LowBalance(self.price - self.wallet.balance, self.asset))
        if self.network_fee is not None and self.wallet.coins < self.network_fee:
            missing.append(LowGas(self.network_fee - self.wallet.coins))
        return missing


def quote(offer: Offer, units: int = 1, payer: str = "", *, method: str = AUTHORIZATION) -> Quote:
    """What `units` of a licence cost `payer` (an address; empty for somebody who only looks).

    `method`: "authorization" (ERC-3009, which the site sends in) or "allowance" (ERC-20).
    Raises OfferUnpublished, OfferExpired, OfferCancelled, SoldOut, SalesPaused, NotForYou, OwnWork, AlreadyLicensed,
    BadUnits; NotDeployed.
    """
    deployed = deployment()
    asset = deployed.asset(offer.work.asset)
    if units < 1 or units >= 2**32:
        raise errors.BadUnits("Choose how many units to buy: a whole number from 1.")
    if units > 1 and offer.terms.duration == 0:
        raise errors.BadUnits("This licence never ends, so one unit is enough. Buy one.")

    sold = Licence.objects.units_of(offer.digest)
    stand = standing(offer.digest, offer.seller, sold=sold, deployment=deployed)
    refuse_unless_open(
        stand=stand,
        published=offer.published,
        deadline=offer.deadline,
        counter=offer.counter,
        limit=offer.max_units,
        wanted=units,
        at=timezone.now(),
    )
    if payer:
        refuse_buyer(payer, seller=offer.seller, only_for=offer.licensee)
        if offer.terms.duration == 0 and _licensed_until(offer, payer) == FOR_EVER:
            raise errors.AlreadyLicensed
    return price_out(asset, units, units * offer.price, offer.max_fee_bps, stand, payer, method, deployed)


def price_out(
    asset: Asset,
    quantity: int,
    price: int,
    max_fee_bps: int,
    stand: Standing,
    payer: str,
    method: str,
    deployed: Deployment,
) -> Quote:
    """The quote of `quantity` for `price` in all, for an offer that stands."""
    fee = price * min(stand.fee_bps, max_fee_bps) // BPS  # rounded down, as the contract does
    wallet = wallet_of(payer, asset, deployed) if payer else None
    # A signed payment needs a token that takes one, and something to pay.
    by_signature = method == AUTHORIZATION and price > 0 and bool(asset.version)
    quote = Quote(
        asset=asset,
        quantity=quantity,
        price=price,
        fee=fee,
        payer=payer,
        by_signature=by_signature,
        sent_by_site=by_signature and relay.is_on(),
        network_fee=None,
        wallet=wallet,
        on_chain=stand.on_chain,
    )
    if wallet is None:
        return quote
    gas = 0 if quote.sent_by_site else GAS_TO_BUY + (GAS_TO_APPROVE if quote.needs_approval else 0)
    return replace(quote, network_fee=gas * wallet.gas_price)


def refuse_buyer(payer: str, *, seller: str, only_for: str) -> None:
    """Raises OwnWork, NotForYou."""
    if payer.lower() == seller.lower():
        raise errors.OwnWork
    if only_for and payer.lower() != only_for.lower():
        raise errors.NotForYou(only_for)


def _licensed_until(offer: Offer, licensee: str) -> int:
    try:
        return int(view("Rights", "licensedUntil", [int(offer.licence_id), licensee]))
    except (RpcUnavailable, RpcError):
        return Licence.objects.until(offer.licence_id, licensee)
