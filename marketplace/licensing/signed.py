"""Licence offers in the forms that a wallet signs (EIP-712) and that the contract takes (ABI)."""

from datetime import datetime
from typing import Any

from eth_abi import encode
from eth_utils import keccak, to_checksum_address

from marketplace.chain.deployments import Deployment
from marketplace.chain.eip712 import TypedData, fields, to_market
from marketplace.licensing.models import Offer, Terms

ZERO_ADDRESS = "0x" + "0" * 40
LICENCE_BIT = 1 << 255

TERMS_TYPE = fields(
    "bytes32 document, uint32 scopes, uint40 duration, bool transferable, uint32 remixShares, bool remixApproval"
)
OFFER_TYPE = fields(
    "uint256 workId, address seller, Terms terms, uint128 price, uint32 maxUnits, uint16 maxFeeBps, "
    "uint40 deadline, address licensee, uint64 counter, uint256 salt"
)


def unix(moment: datetime | None) -> int:
    """A deadline as the contract keeps it: unix seconds, 0 for never."""
    return 0 if moment is None else int(moment.timestamp())


def terms_struct(terms: Terms) -> tuple[bytes, int, int, bool, int, bool]:
    """`IRights.Terms`, for ABI encoding."""
    document = bytes.fromhex(terms.digest[2:])
    return document, terms.scopes, terms.duration, terms.transferable, terms.remix_shares, terms.remix_approval


def licence_id(work_id: int, terms: Terms) -> int:
    """The token id of a licence, as `Rights.licenceId` computes it: it commits to the work and to every term."""
    words = encode(["uint256", "(bytes32,uint32,uint40,bool,uint32,bool)"], [work_id, terms_struct(terms)])
    return int.from_bytes(keccak(words)) | LICENCE_BIT


def offer_struct(offer: Offer) -> tuple[Any, ...]:
    """`IMarket.LicenceOffer`, for ABI encoding."""
    return (
        offer.work.token_id,
        to_checksum_address(offer.seller),
        terms_struct(offer.terms),
        offer.price,
        offer.max_units,
        offer.max_fee_bps,
        unix(offer.deadline),
        to_checksum_address(offer.licensee or ZERO_ADDRESS),
        offer.counter,
        int(offer.salt, 16),
    )


def offer_typed_data(offer: Offer, deployment: Deployment) -> TypedData:
    """What the seller signs. Its digest (`chain.signatures.digest`) names the offer, here and on chain."""
    terms = offer.terms
    message = {
        "workId": str(offer.work.token_id),
        "seller": to_checksum_address(offer.seller),
        "terms": {
            "document": terms.digest,
            "scopes": str(terms.scopes),
            "duration": str(terms.duration),
            "transferable": terms.transferable,
            "remixShares": str(terms.remix_shares),
            "remixApproval": terms.remix_approval,
        },
        "price": str(offer.price),
        "maxUnits": str(offer.max_units),
        "maxFeeBps": str(offer.max_fee_bps),
        "deadline": str(unix(offer.deadline)),
        "licensee": to_checksum_address(offer.licensee or ZERO_ADDRESS),
        "counter": str(offer.counter),
        "salt": str(int(offer.salt, 16)),
    }
    return to_market(deployment, {"LicenceOffer": OFFER_TYPE, "Terms": TERMS_TYPE}, "LicenceOffer", message)


def offer_document(offer: Offer, deployment: Deployment) -> dict[str, Any]:
    """A signed offer as a public document: all that anyone needs to buy from the contract without this site."""
    return {
        "schema": "mintmark/offer@1",
        "digest": offer.digest,
        "market": to_checksum_address(deployment.market),
        "typedData": offer_typed_data(offer, deployment),
        "signature": offer.signature,
        "terms": offer.terms.document,
    }
