"""Where an answer is more than a row's own fields."""

from typing import Any

from marketplace.chain.deployments import deployment
from marketplace.chain.models import LogEntry
from marketplace.content.cid import Cid
from marketplace.licensing import scopes
from marketplace.licensing.models import Offer
from marketplace.licensing.signed import offer_typed_data
from marketplace.royalties.accounting import SHARES
from marketplace.royalties.portfolio import Holder, RevenueEvent


def evidence(log: LogEntry) -> dict[str, Any]:
    return {
        "transaction": log.tx_hash,
        "block": log.block_number,
        "log_index": log.log_index,
        "finality": log.finality,
    }


def offer(row: Offer) -> dict[str, Any]:
    return {
        "digest": row.digest,
        "work": row.work.token_id,
        "seller": row.seller,
        "asset": row.work.asset,
        "price": str(row.price),
        "max_units": row.max_units,
        "deadline": row.deadline,
        "licensee": row.licensee or None,
        "scopes": [scope.key for scope in scopes.in_bits(row.terms.scopes)],
        "duration_seconds": row.terms.duration,
        "licence_id": row.licence_id,
        "terms": row.terms.document,
        "terms_cid": str(Cid.of_digest(row.terms.digest)),
        "typed_data": offer_typed_data(row, deployment()),
        "signature": row.signature,
    }


def revenue(event: RevenueEvent, asset: str) -> dict[str, Any]:
    row = event.revenue
    return {
        "payer": row.payer,
        "asset": asset,
        "amount": str(row.amount),
        "total": str(row.total),
        "at": row.at,
        "licence": event.licence.number if event.licence else None,
        "parts": [
            {
                "holder": part.holder,
                "shares": part.shares,
                "of": SHARES,
                "amount": str(part.amount),
                "paid_in": part.payment.log.tx_hash if part.payment else None,
            }
            for part in event.splits
        ],
        "evidence": evidence(row.log),
    }


def holder(row: Holder) -> dict[str, Any]:
    return {
        "address": row.address,
        "shares": row.shares,
        "of": SHARES,
        "received": str(row.received),
        "waiting": str(row.waiting),
        "owed": str(row.owed),
    }
