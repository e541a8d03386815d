"""Facts of licences and of withdrawn offers, from the market's events."""

from collections.abc import Iterator

from marketplace.catalog.models import Work
from marketplace.chain.handlers import Events, on
from marketplace.licensing.models import Cancellation, CounterAdvance, Licence

# Units beyond what any limited offer can have are counted as this: a free offer without a limit can be bought in
# numbers that no database column holds, and must not stop the watcher.
COUNTED = 2**32


@on("Market.LicencePurchased")
def licences_purchased(events: Events) -> Iterator[Licence]:
    """One sale, one licence."""
    for log, event in events:
        yield Licence(
            log=log,
            offer_digest=event.offer,  # the offer itself may live elsewhere
            work_id=Work.key_of(log.chain_id, event.work_id),
            licence_id=str(event.licence_id),
            licensee=event.licensee,
            payer=event.payer,
            units=min(event.units, COUNTED),
            price=event.price,
            fee=event.fee,
            until=event.until,
            bought=log.block_time,
        )


@on("Market.OfferCancelled")
def offers_cancelled(events: Events) -> Iterator[Cancellation]:
    """Offers, of a licence or of shares, that their seller withdrew."""
    for log, event in events:
        yield Cancellation(log=log, offer_digest=event.offer, seller=event.seller)


@on("Market.AllOffersCancelled")
def all_offers_cancelled(events: Events) -> Iterator[CounterAdvance]:
    """All that a seller had signed until then."""
    for log, event in events:
        yield CounterAdvance(log=log, seller=event.seller, counter=event.counter)
