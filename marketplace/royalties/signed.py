"""Share offers in the forms that a wallet signs (EIP-712) and that the contract takes (ABI)."""

from typing import Any

from eth_utils import to_checksum_address

from marketplace.chain.deployments import Deployment
from marketplace.chain.eip712 import TypedData, fields, to_market
from marketplace.licensing.signed import ZERO_ADDRESS, unix
from marketplace.royalties.models import ShareOffer

OFFER_TYPE = fields(
    "uint256 workId, address seller, uint32 shares, uint128 price, uint128 maxRevenue, uint16 maxFeeBps, "
    "uint40 deadline, address buyer, uint64 counter, uint256 salt"
)


def offer_struct(offer: ShareOffer) -> tuple[Any, ...]:
    """`IMarket.ShareOffer`, for ABI encoding."""
    return (
        offer.work.token_id,
        to_checksum_address(offer.seller),
        offer.shares,
        offer.price,
        offer.max_revenue,
        offer.max_fee_bps,
        unix(offer.deadline),
        to_checksum_address(offer.buyer or ZERO_ADDRESS),
        offer.counter,
        int(offer.salt, 16),
    )


def offer_typed_data(offer: ShareOffer, deployment: Deployment) -> TypedData:
    """What the seller signs. Its digest (`chain.signatures.digest`) names the offer, here and on chain."""
    values = offer_struct(offer)
    message = {
        field["name"]: str(value) for field, value in zip(OFFER_TYPE, values, strict=True)
    }  # addresses and numbers alike are strings
    return to_market(deployment, {"ShareOffer": OFFER_TYPE}, "ShareOffer", message)


def part_price(price: int, shares: int, part: int) -> int:
    """What `part` of `shares` costs when all cost `price`: its share, rounded up, as the contract does."""
    return -(-price * part // shares)


def offer_document(offer: ShareOffer, deployment: Deployment) -> dict[str, Any]:
    """A signed offer as a public document: all that anyone needs to buy from the contract without this site."""
    return {
        "schema": "mintmark/share-offer@1",
        "digest": offer.digest,
        "market": to_checksum_address(deployment.market),
        "typedData": offer_typed_data(offer, deployment),
        "signature": offer.signature,
    }
