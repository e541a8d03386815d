"""Every write of shares and their income that a person asks for. The keeper's own are in `royalties.keeper`."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from eth_utils import is_address, to_checksum_address

from marketplace.accounts.models import Account
from marketplace.catalog.models import Work
from marketplace.chain import actions as chain
from marketplace.chain import outbox, signatures
from marketplace.chain.contracts import View, calldata, views
from marketplace.chain.deployments import Deployment, deployment
from marketplace.chain.models import Intent
from marketplace.chain.rpc import RpcError, RpcUnavailable
from marketplace.content.actions import store_json
from marketplace.licensing import checkout
from marketplace.licensing import errors as market
from marketplace.licensing.checkout import Payment, Purchase
from marketplace.licensing.payment import new_salt
from marketplace.licensing.quotes import AUTHORIZATION
from marketplace.licensing.standing import CANCELLED, counter_of, fee_bps_of_market, standing
from marketplace.royalties import errors, portfolio, quotes, signed
from marketplace.royalties.accounting import SHARES, ZERO, percent
from marketplace.royalties.models import ShareOffer

OFFER, PURCHASE, CANCEL, APPROVE, CLAIM, WITHDRAW = (
    "royalties.offer",
    "royalties.purchase",
    "royalties.cancel",
    "royalties.approve",
    "royalties.claim",
    "royalties.withdraw",
)  # intent kinds
PUBLISH = "royalties.publish"  # outbox topic
MAX_PRICE = 2**100
CLAIM_AT_ONCE = 150  # works in one transaction; more would not fit a block


@dataclass(frozen=True, slots=True)
class Listing:
    """A share offer that is ready to be signed. `intents` in the order in which the wallet is asked."""

    offer: ShareOffer
    intents: list[Intent]

    @property
    def next(self) -> Intent:
        """What the wallet is asked for first."""
        return self.intents[0]


# --- offers of shares ---------------------------------------------------------------------------------------------


def prepare_share_offer(
    *,
    by: Account,
    work: Work,
    shares: int,
    price: int,
    deadline: datetime | None = None,
    buyer: str = "",
    max_revenue: int | None = None,
) -> Listing:
    """An offer of shares, and the message for their holder to sign, for free. On sale once that is signed.

    `shares`: of 1,000,000. `price`: for all of them, smallest unit of work.asset; a part costs its share, rounded up.
    `deadline`: UTC; None is none. `buyer`: the only address that may buy, or "" for anyone. `max_revenue`: the offer
    is void once the work has earned more; None is what it has earned now, and what it earns by this very sale. If the
    market may not move the seller's shares yet, the listing begins with the transaction that lets it. The same once
    more is the same offer, while unsigned.

    Raises NotAHolder, BadTerms; Unavailable if the chain does not answer; NotDeployed.
    """
    _check_offer(by, shares, price, deadline, buyer)
    deployed = deployment()
    held, approved, revenue = _seller(by, work, deployed)
    if held < shares:
        raise errors.NotAHolder(held)
    facts: dict[str, Any] = {
        "work": work,
        "seller": by.address,
        "shares": shares,
        "price": price,
        "max_revenue": revenue + quotes.royalty_of(work, by.address, price) if max_revenue is None else max_revenue,
        "max_fee_bps": fee_bps_of_market(deployed),
        "deadline": deadline and deadline.replace(microsecond=0),  # the contract counts seconds
        "buyer": buyer.lower(),
        "counter": counter_of(by.address),
    }
    with transaction.atomic():
        offer = ShareOffer.objects.filter(**facts, published=None).order_by("-created").first()
        if offer is None:
            offer = ShareOffer(**facts, salt=new_salt())
            offer.digest = signatures.digest(signed.offer_typed_data(offer, deployed))
            offer.save(force_insert=True)
        intent = chain.prepare(
            kind=OFFER,
            account=offer.seller,
            subject=offer.digest,
            title=f"Offer {percent(shares)} % of “{work.metadata.title}”",
            typed_data=signed.offer_typed_data(offer, deployed),
        )
        if approved:
            return Listing(offer, [intent])
        return Listing(offer, [prepare_approval(by=by, following=intent), intent])


def prepare_approval(*, by: Account, following: Intent | None = None) -> Intent:
    """The transaction that lets the market move shares which `by` sells. Creators grant it when they mint.

    `following`: what the wallet is asked for after it.
    """
    deployed = deployment()
    return chain.prepare(
        kind=APPROVE,
        account=by.address,
        subject=deployed.market,
        title="Let the market hand over shares that you sell",
        transaction={
            "to": deployed.rights,
            "data": calldata("Rights", "setApprovalForAll", [to_checksum_address(deployed.market), True]),
        },
        context={"next": str(following.pk)} if following else {},
        event=("Rights.ApprovalForAll", {"account": by.address, "operator": deployed.market}),
    )


def publish_share_offer(intent: Intent) -> None:
    """Puts an offer on sale, once its seller has signed it: `chain.actions` has verified that, and runs this in the
    same transaction. Safe to repeat.
    """
    offer = ShareOffer.objects.get(digest=intent.subject, seller=intent.account)
    if offer.published is None:
        offer.signature, offer.published = intent.signature, timezone.now()
        offer.save(update_fields=["signature", "published"])
        outbox.add(PUBLISH, key=offer.digest, payload={"offer": offer.digest})
    chain.confirm(intent, tx_hash="", where="signed")  # nothing of it goes to the chain


@outbox.deliver(PUBLISH)
def store_offer(payload: dict[str, Any]) -> None:
    """Keeps the signed offer in the content store, where it outlives this site. Safe to repeat."""
    offer = ShareOffer.objects.select_related("work").get(digest=payload["offer"])
    content = store_json(signed.offer_document(offer, deployment()))
    ShareOffer.objects.filter(pk=offer.pk).update(document_cid=content.cid)


def prepare_share_cancel(*, by: Account, offer: ShareOffer) -> Intent:
    """The transaction that withdraws an offer of shares for ever. Raises NotTheSeller, OfferCancelled."""
    if not by.controls(offer.seller):
        raise market.NotTheSeller
    deployed = deployment()
    if standing(offer.digest, offer.seller, sold=0, deployment=deployed).filled == CANCELLED:
        raise market.OfferCancelled
    return chain.prepare(
        kind=CANCEL,
        account=by.address,
        subject=offer.digest,
        title=f"Withdraw an offer of shares of “{offer.work.metadata.title}”",
        transaction={
            "to": deployed.market,
            "data": calldata("Market", "cancelShareOffer", [signed.offer_struct(offer)]),
        },
        event=("Market.OfferCancelled", {"offer": offer.digest}),
    )


def _check_offer(by: Account, shares: int, price: int, deadline: datetime | None, buyer: str) -> None:
    if not 0 < shares <= SHARES:
        raise market.BadTerms("Offer at least 0.0001 % of the work, and at most all of it.")
    if not 0 < price <= MAX_PRICE:
        raise market.BadTerms("The price must be more than zero, and an amount of money that exists.")
    if deadline is not None and deadline <= timezone.now():
        raise market.BadTerms("The offer would end before it begins. Choose a moment that lies ahead.")
    if buyer and not is_address(buyer):
        raise market.BadTerms("That is no wallet address: 0x and 40 hex digits belong there.")
    if buyer and by.controls(buyer):
        raise market.BadTerms("You cannot sell to yourself. Leave the buyer empty to offer the shares to anyone.")


def _seller(by: Account, work: Work, deployed: Deployment) -> tuple[int, bool, int]:
    """(shares held, whether the market may move them, the work's revenue). Raises Unavailable."""
    try:
        held, approved, revenue = views(
            [
                View("Rights", "balanceOf", [by.address, work.token_id]),
                View("Rights", "isApprovedForAll", [by.address, deployed.market]),
                View("Rights", "revenueOf", [work.token_id]),
            ]
        )
    except (RpcUnavailable, RpcError) as error:
        raise market.Unavailable from error
    return held, approved, revenue


# --- purchases of shares ------------------------------------------------------------------------------------------


def prepare_share_purchase(*, by: Account, offer: ShareOffer, shares: int, method: str = AUTHORIZATION) -> Purchase:
    """What `by` signs to buy `shares` of an offer. One signature; or, by "allowance", an approval and a purchase.

    Raises what `quotes.quote` raises, and LowBalance, LowGas.
    """
    quote = quotes.quote(offer, shares, by.address, method=method)
    return checkout.prepare(
        kind=PURCHASE,
        by=by,
        digest=offer.digest,
        title=f"Buy {percent(shares)} % of “{offer.work.metadata.title}”",
        quote=quote,
        event=(
            "Market.SharesPurchased",
            {"offer": offer.digest, "workId": offer.work.token_id, "buyer": by.address},
        ),
    )


def purchase_calldata(digest: str, buyer: str, shares: int, max_price: int, payment: Payment) -> str:
    """`Market.buyShares` of an offer of ours."""
    offer = ShareOffer.objects.select_related("work").get(digest=digest)
    arguments = [signed.offer_struct(offer), offer.signature, buyer, shares, max_price, payment]
    return calldata("Market", "buyShares", arguments)


# --- income, when the keeper does not bring it --------------------------------------------------------------------


def prepare_claim(*, by: Account) -> list[Intent]:
    """The transactions that pay `by` all that their shares have earned: one for each asset.

    Raises NothingOwed.
    """
    owed: dict[str, list[Work]] = defaultdict(list)
    for holding in portfolio.holdings(by.address):
        if holding.owed:
            owed[holding.work.asset].append(holding.work)
    if not owed:
        raise errors.NothingOwed
    return [_claim(by, asset, works[:CLAIM_AT_ONCE]) for asset, works in sorted(owed.items())]


def _claim(by: Account, asset: str, works: list[Work]) -> Intent:
    deployed = deployment()
    what = f"“{works[0].metadata.title}”" if len(works) == 1 else f"{len(works)} works"
    return chain.prepare(
        kind=CLAIM,
        account=by.address,
        subject=asset,
        title=f"Claim your {deployed.asset(asset).symbol} from {what}",
        transaction={
            "to": deployed.rights,
            "data": calldata("Rights", "claim", [[work.token_id for work in works], by.address]),
        },
        event=("Rights.Paid", {"holder": by.address, "asset": asset}),
    )


def prepare_withdraw_deferred(*, by: Account, to: str = "") -> list[Intent]:
    """The transactions that pay out what assets refused to pay to `by`: one for each asset.

    `to`: a wallet that the asset accepts; "" is their own. Raises NothingDeferred, BadRecipient.
    """
    to = (to or by.address).lower()
    deployed = deployment()
    if not is_address(to) or to in (ZERO, deployed.rights, deployed.market):
        raise errors.BadRecipient
    kept = portfolio.deferred_of(by.address)
    if not kept:
        raise errors.NothingDeferred
    return [
        chain.prepare(
            kind=WITHDRAW,
            account=by.address,
            subject=asset,
            title=f"Withdraw your {deployed.asset(asset).symbol} that could not be paid",
            transaction={
                "to": deployed.rights,
                "data": calldata("Rights", "withdrawDeferred", [asset, to_checksum_address(to)]),
            },
            event=("Rights.Withdrawn", {"holder": by.address, "asset": asset}),
        )
        for asset in sorted(kept)
    ]
