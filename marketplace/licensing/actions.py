"""Every write of offers and licences: permission, change, effect. Pages, the API and tasks all come through here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain as chain_together
from typing import Any

from django.db import transaction
from django.utils import timezone
from eth_utils import is_address

from marketplace.accounts.models import Account
from marketplace.catalog.models import Work
from marketplace.chain import actions as chain
from marketplace.chain import outbox, signatures
from marketplace.chain.contracts import calldata
from marketplace.chain.deployments import deployment
from marketplace.chain.models import Intent
from marketplace.content.actions import store_json
from marketplace.content.models import Original
from marketplace.content.reading import open_original as open_stored
from marketplace.licensing import checkout, errors, quotes, signed, terms
from marketplace.licensing.checkout import Payment, Purchase
from marketplace.licensing.models import Download, Licence, Offer, Terms
from marketplace.licensing.payment import new_salt
from marketplace.licensing.quotes import AUTHORIZATION
from marketplace.licensing.standing import CANCELLED, counter_of, fee_bps_of_market, standing

OFFER, PURCHASE, CANCEL, CANCEL_ALL = (
    "licensing.offer",
    "licensing.purchase",
    "licensing.cancel",
    "licensing.cancel-all",
)  # intent kinds
PUBLISH = "licensing.publish"  # outbox topic
MAX_PRICE = 2**90  # a unit; far above all the money there is, far below what the contract can account for
MAX_UNITS = 2**32 - 1


# --- offers -------------------------------------------------------------------------------------------------------


def prepare_offer(
    *,
    by: Account,
    work: Work,
    scopes: int,
    price: int,
    duration_days: int | None = terms.DEFAULT_DURATION_DAYS,
    remixes: terms.Remixes = terms.NOTHING_ASKED,
    max_units: int = 0,
    deadline: datetime | None = None,
    licensee: str = "",
) -> tuple[Offer, Intent]:
    """A licence offer, and the message for its creator to sign, for free. On sale once that is signed.

    `scopes`: bits of `licensing.scopes`. `price`: a unit, smallest unit of work.asset (1_000_000 is one USDC); 0 is
    free. `duration_days`: a unit; None is for ever. `remixes`: what is asked of new works, if the scopes allow them.
    `max_units`: 0 is no limit. `deadline`: UTC; None is none. `licensee`: the only address that may buy, or "" for
    anyone. The same once more is the same offer, while unsigned.

    Raises NotTheCreator, BadTerms, UnknownScope; NotDeployed; StoreFull, StoreUnavailable.
    """
    licensor = work.licensor
    if not by.controls(licensor):
        raise errors.NotTheCreator
    _check_offer(by, price, max_units, deadline, licensee)
    deployed = deployment()
    duration = terms.seconds(duration_days)
    document = terms.document(work, allowed=scopes, duration=duration, deployment=deployed, remixes=remixes)
    content = store_json(document)
    agreed, _ = Terms.objects.get_or_create(
        digest=content.digest,
        defaults={
            "document": document,
            "scopes": scopes,
            "duration": duration,
            "transferable": False,
            "remix_shares": remixes.shares,
            "remix_approval": remixes.approval,
        },
    )
    facts: dict[str, Any] = {
        "work": work,
        "seller": licensor,
        "terms": agreed,
        "licence_id": str(signed.licence_id(work.token_id, agreed)),
        "price": price,
        "max_units": max_units,
        "max_fee_bps": fee_bps_of_market(deployed),
        "deadline": deadline and deadline.replace(microsecond=0),  # the contract counts seconds
        "licensee": licensee.lower(),
        "counter": counter_of(licensor),
    }
    with transaction.atomic():
        offer = Offer.objects.filter(**facts, published=None).order_by("-created").first()
        if offer is None:
            offer = Offer(**facts, salt=new_salt())
            offer.digest = signatures.digest(signed.offer_typed_data(offer, deployed))
            offer.save(force_insert=True)
        intent = chain.prepare(
            kind=OFFER,
            account=offer.seller,
            subject=offer.digest,
            title=f"Offer licences of “{work.metadata.title}”",
            typed_data=signed.offer_typed_data(offer, deployed),
        )
    return offer, intent


def publish_offer(intent: Intent) -> None:
    """Puts an offer on sale, once its creator has signed it: `chain.actions` has verified that, and runs this in the
    same transaction. Safe to repeat. Raises NotTheCreator.
    """
    offer = Offer.objects.select_related("work").get(digest=intent.subject)
    if not offer.seller == offer.work.licensor == intent.account:
        raise errors.NotTheCreator
    if offer.published is None:
        offer.signature, offer.published = intent.signature, timezone.now()
        offer.save(update_fields=["signature", "published"])
        outbox.add(PUBLISH, key=offer.digest, payload={"offer": offer.digest})
    chain.confirm(intent, tx_hash="", where="signed")  # nothing of it goes to the chain


@outbox.deliver(PUBLISH)
def store_offer(payload: dict[str, Any]) -> None:
    """Keeps the signed offer in the content store, where it outlives this site. Safe to repeat."""
    offer = Offer.objects.select_related("work", "terms").get(digest=payload["offer"])
    content = store_json(signed.offer_document(offer, deployment()))
    Offer.objects.filter(pk=offer.pk).update(document_cid=content.cid)


def prepare_cancel(*, by: Account, offer: Offer) -> Intent:
    """The transaction that withdraws an offer for ever. The seller pays its network fee.

    Raises NotTheSeller, OfferCancelled.
    """
    if not by.controls(offer.seller):
        raise errors.NotTheSeller
    deployed = deployment()
    if standing(offer.digest, offer.seller, sold=0, deployment=deployed).filled == CANCELLED:
        raise errors.OfferCancelled
    return chain.prepare(
        kind=CANCEL,
        account=by.address,
        subject=offer.digest,
        title=f"Withdraw an offer of “{offer.work.metadata.title}”",
        transaction={
            "to": deployed.market,
            "data": calldata("Market", "cancelLicenceOffer", [signed.offer_struct(offer)]),
        },
        event=("Market.OfferCancelled", {"offer": offer.digest}),
    )


def prepare_cancel_all(*, by: Account) -> Intent:
    """The transaction that withdraws all offers, of licences and of shares, that `by` has signed so far."""
    return chain.prepare(
        kind=CANCEL_ALL,
        account=by.address,
        subject=by.address,
        title="Withdraw all your offers",
        transaction={"to": deployment().market, "data": calldata("Market", "cancelAll")},
        event=("Market.AllOffersCancelled", {"seller": by.address}),
    )


def _check_offer(by: Account, price: int, max_units: int, deadline: datetime | None, licensee: str) -> None:
    if not 0 <= price <= MAX_PRICE:
        raise errors.BadTerms("The price must be zero or more, and an amount of money that exists.")
    if not 0 <= max_units <= MAX_UNITS:
        raise errors.BadTerms(f"An offer can be limited to at most {MAX_UNITS:,} units. Leave it empty for no limit.")
    if deadline is not None and deadline <= timezone.now():
        raise errors.BadTerms("The offer would end before it begins. Choose a moment that lies ahead.")
    if licensee and not is_address(licensee):
        raise errors.BadTerms("That is no wallet address: 0x and 40 hex digits belong there.")
    if licensee and by.controls(licensee):
        raise errors.BadTerms("You cannot make an offer to yourself. Leave the buyer empty to offer it to anyone.")


# --- purchases ----------------------------------------------------------------------------------------------------


def prepare_purchase(*, by: Account, offer: Offer, units: int = 1, method: str = AUTHORIZATION) -> Purchase:
    """What `by` signs to buy `units` of a licence. One signature; or, by "allowance", an approval and a purchase.

    Raises what `quotes.quote` raises, and LowBalance, LowGas.
    """
    quote = quotes.quote(offer, units, by.address, method=method)
    return checkout.prepare(
        kind=PURCHASE,
        by=by,
        digest=offer.digest,
        title=f"Buy a licence of “{offer.work.metadata.title}”",
        quote=quote,
        event=(
            "Market.LicencePurchased",
            {"offer": offer.digest, "workId": offer.work.token_id, "licensee": by.address},
        ),
    )


def purchase_calldata(digest: str, licensee: str, units: int, max_price: int, payment: Payment) -> str:
    """`Market.buyLicence` of an offer of ours. The keeper pays the holders, so the purchase names none."""
    offer = Offer.objects.select_related("work", "terms").get(digest=digest)
    arguments = [signed.offer_struct(offer), offer.signature, licensee, units, max_price, payment, []]
    return calldata("Market", "buyLicence", arguments)


# --- the original of a licensed work ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Handover:
    """An original on its way to its licensee."""

    original: Original
    stream: Iterator[bytes]


def open_original(*, by: Account, licence: Licence) -> Handover:
    """Opens the original of a licensed work, for its licensee, and writes that down.

    Raises NotTheLicensee, NotFinalYet, LicenceExpired, LicenceUndone, OriginalMissing, and ContentError.
    """
    refuse_download(by=by, licence=licence)
    original = Original.objects.select_related("content").filter(digest=licence.work.content).first()
    if original is None:
        raise errors.OriginalMissing
    stream = open_stored(original)
    first = next(stream, b"")  # before the line: what cannot be read was not handed over
    Download.objects.create(licence_log=licence.log, account=by, original=original)
    return Handover(original, chain_together([first], stream))


def refuse_download(*, by: Account, licence: Licence) -> None:
    """Raises NotTheLicensee, LicenceUndone, NotFinalYet, LicenceExpired."""
    if not by.controls(licence.licensee):
        raise errors.NotTheLicensee
    if licence.log.orphaned_at is not None:
        raise errors.LicenceUndone
    if licence.log.finality != "final":  # a file cannot be taken back
        raise errors.NotFinalYet
    if not _runs(licence):
        raise errors.LicenceExpired


def _runs(licence: Licence) -> bool:
    """Whether the right runs now: by this purchase, or by a later one that lengthened it."""
    now = timezone.now().timestamp()
    return Licence.objects.until(licence.licence_id, licence.licensee) > now
