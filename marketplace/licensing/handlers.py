"""Facts of licences and of withdrawn offers, from the market's events."""

from marketplace.catalog.models import Work
from marketplace.chain.decoding import Event
from marketplace.chain.handlers import on
from marketplace.chain.models import LogEntry
from marketplace.licensing.models import Cancellation, CounterAdvance, Licence

# Units beyond what any limited offer can have are counted as this: a free offer without a limit can be bought in
# numbers that no database column holds, and must not stop the watcher.
COUNTED = 2**32


@on("Market.LicencePurchased")
def licence_purchased(log: LogEntry, event: Event) -> None:
    """One sale, one licence."""
    Licence.objects.get_or_create(
        log=log,
        defaults={
            "offer_digest": event.offer,  # the offer itself may live elsewhere
            "work_id": Work.key_of(log.chain_id, event.work_id),
            "licence_id": str(event.licence_id),
            "licensee": event.licensee,
            "payer": event.payer,
            "units": min(event.units, COUNTED),
            "price": event.price,
            "fee": event.fee,
            "until": event.until,
            "bought": log.block_time,
        },
    )


@on("Market.OfferCancelled")
def offer_cancelled(log: LogEntry, event: Event) -> None:
    """An offer, of a licence or of shares, that its seller withdrew."""
    Cancellation.objects.get_or_create(log=log, defaults={"offer_digest": event.offer, "seller": event.seller})


@on("Market.AllOffersCancelled")
def all_offers_cancelled(log: LogEntry, event: Event) -> None:
    """All that a seller had signed until then."""
    CounterAdvance.objects.get_or_create(log=log, defaults={"seller": event.seller, "counter": event.counter})
