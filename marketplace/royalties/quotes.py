"""What shares cost, who pays what, and whether the seller can still deliver."""

from django.utils import timezone

from marketplace.catalog.models import Work
from marketplace.chain.contracts import View, views
from marketplace.chain.deployments import Deployment, deployment
from marketplace.chain.rpc import RpcError, RpcUnavailable
from marketplace.licensing import errors
from marketplace.licensing.quotes import AUTHORIZATION, BPS, Quote, price_out, refuse_buyer
from marketplace.licensing.standing import refuse_unless_open, standing
from marketplace.royalties.models import Revenue, ShareOffer, ShareSale, ShareTransfer
from marketplace.royalties.signed import part_price


def quote(offer: ShareOffer, shares: int, payer: str = "", *, method: str = AUTHORIZATION) -> Quote:
    """What `shares` of an offer cost `payer` (an address; empty for somebody who only looks).

    `method`: "authorization" (ERC-3009, which the site sends in) or "allowance" (ERC-20).
    Raises OfferUnpublished, OfferExpired, OfferCancelled, SoldOut, SalesPaused, EarnedMore, SellerCannotDeliver,
    NotForYou, OwnWork, BadUnits; NotDeployed.
    """
    if not 0 < shares <= offer.shares:
        raise errors.BadUnits("Choose how many shares to buy: at least one, and no more than are offered.")
    deployed = deployment()
    stand = standing(offer.digest, offer.seller, sold=ShareSale.objects.shares_of(offer.digest), deployment=deployed)
    refuse_unless_open(
        stand=stand,
        published=offer.published,
        deadline=offer.deadline,
        counter=offer.counter,
        limit=offer.shares,
        wanted=shares,
        at=timezone.now(),
    )
    revenue, held, approved = _seller(offer, deployed)
    if revenue > offer.max_revenue:
        raise errors.EarnedMore
    if held < shares or not approved:
        raise errors.SellerCannotDeliver
    if payer:
        refuse_buyer(payer, seller=offer.seller, only_for=offer.buyer)
    price = part_price(offer.price, offer.shares, shares)
    asset = deployed.asset(offer.work.asset)
    return price_out(asset, shares, price, offer.max_fee_bps, stand, payer, method, deployed)


def royalty_of(work: Work, seller: str, price: int) -> int:
    """What of `price` for shares goes to the work, rounded down: nothing if who sells its licences sells them."""
    return 0 if seller.lower() == work.licensor else price * work.royalty_bps // BPS


def _seller(offer: ShareOffer, deployed: Deployment) -> tuple[int, int, bool]:
    """(the work's revenue, shares that the seller holds, whether the market may move them); from our records while
    the chain does not answer."""
    work, seller = offer.work, offer.seller
    try:
        revenue, held, approved = views(
            [
                View("Rights", "revenueOf", [work.token_id]),
                View("Rights", "balanceOf", [seller, work.token_id]),
                View("Rights", "isApprovedForAll", [seller, deployed.market]),
            ]
        )
        return revenue, held, approved
    except (RpcUnavailable, RpcError):
        held = ShareTransfer.objects.filter(work=work.key).touching(seller).balances().get((work.key, seller), 0)
        return Revenue.objects.total_of(work.key), held, True
