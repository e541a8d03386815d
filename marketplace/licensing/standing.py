"""How an offer stands: what the contract knows of it now, or our projection while the chain cannot be asked."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from marketplace.chain.contracts import Reverted, View, view, views
from marketplace.chain.deployments import Asset, Deployment
from marketplace.chain.rpc import Rpc, RpcError, RpcUnavailable, get_rpc, to_int
from marketplace.licensing import errors
from marketplace.licensing.models import Cancellation, CounterAdvance

TOKEN = "TestUSDC"  # noqa: S105 - the ABI that has all we ask of a payment token: USDC's own
CANCELLED = 2**256 - 1  # `filled` of an offer that was withdrawn


@dataclass(frozen=True, slots=True)
class Standing:
    """An offer on the market."""

    filled: int  # units or shares sold; CANCELLED once withdrawn
    counter: int  # the seller's: offers of another are void
    fee_bps: int
    paused: bool
    on_chain: bool  # whether the contract said so just now


@dataclass(frozen=True, slots=True)
class Wallet:
    """What a payer has. Amounts in smallest units; `coins` in wei."""

    balance: int
    allowance: int  # of the market
    coins: int
    gas_price: int  # wei, of the network now


def counter_of(seller: str) -> int:
    """The counter that a new offer of this seller must carry; from the projection if the chain does not answer."""
    try:
        return int(view("Market", "counterOf", [seller]))
    except (RpcUnavailable, RpcError):
        return _projected_counter(seller)


def fee_bps_of_market(deployment: Deployment) -> int:
    """The protocol fee now, in basis points; that of the deployment if the chain does not answer."""
    try:
        return int(view("Market", "feeBps"))
    except (RpcUnavailable, RpcError):
        return deployment.fee_bps


def standing(digest: str, seller: str, *, sold: int, deployment: Deployment) -> Standing:
    """How an offer stands on chain; if the node does not answer, by our records, which counted `sold`."""
    try:
        filled, counter, fee_bps, paused = views(
            [
                View("Market", "filled", [digest]),
                View("Market", "counterOf", [seller]),
                View("Market", "feeBps"),
                View("Market", "salesPaused"),
            ]
        )
        return Standing(filled, counter, fee_bps, paused, True)
    except (RpcUnavailable, RpcError):
        withdrawn = Cancellation.objects.filter(offer_digest=digest).exists()
        filled = CANCELLED if withdrawn else sold
        return Standing(filled, _projected_counter(seller), deployment.fee_bps, False, False)


def wallet_of(payer: str, asset: Asset, deployment: Deployment, *, rpc: Rpc | None = None) -> Wallet | None:
    """What a payer has, or None if the node does not answer."""
    try:
        balance, allowance = views(
            [
                View(TOKEN, "balanceOf", [payer], asset.address),
                View(TOKEN, "allowance", [payer, deployment.market], asset.address),
            ],
            rpc=rpc,
        )
        coins, gas_price = (rpc or get_rpc()).batch([("eth_getBalance", [payer, "latest"]), ("eth_gasPrice", [])])
    except (RpcUnavailable, RpcError, Reverted):
        return None
    return Wallet(balance, allowance, to_int(coins), to_int(gas_price))


def refuse_unless_open(
    *,
    stand: Standing,
    published: datetime | None,
    deadline: datetime | None,
    counter: int,
    limit: int,
    wanted: int,
    at: datetime,
) -> None:
    """Raises what the contract would refuse an offer for. `limit` and `wanted`: units or shares; limit 0 is none."""
    if published is None:
        raise errors.OfferUnpublished
    if stand.filled == CANCELLED or stand.counter != counter:
        raise errors.OfferCancelled
    if deadline is not None and at >= deadline:
        raise errors.OfferExpired
    if limit and stand.filled + wanted > limit:
        raise errors.SoldOut(max(0, limit - stand.filled))
    if stand.paused:
        raise errors.SalesPaused


def _projected_counter(seller: str) -> int:
    return CounterAdvance.objects.filter(seller=seller.lower()).aggregate(n=Max("counter"))["n"] or 0
