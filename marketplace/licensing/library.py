"""What a licensee bought: reads for their library, at a constant number of queries."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from marketplace.content.models import Original
from marketplace.licensing.models import Licence, Offer, Terms


@dataclass(frozen=True, slots=True)
class Held:
    """A purchase of a licence, and what is known of its right now."""

    licence: Licence
    terms: Terms | None  # None if the offer was made elsewhere
    until: int  # unix time at which the right ends, by this purchase or a later one; FOR_EVER if it does not
    has_original: bool  # whether this site keeps the work's file

    def is_running(self, at: datetime) -> bool:
        return self.until > at.timestamp()


def library(licensee: str) -> list[Held]:
    """What a licensee bought, the latest first. 4 queries."""
    bought = list(Licence.objects.held_by(licensee))
    terms = {
        offer.digest: offer.terms
        for offer in Offer.objects.filter(digest__in={each.offer_digest for each in bought}).select_related("terms")
    }
    until = dict(
        Licence.objects.filter(licensee=licensee.lower()).order_by().values_list("licence_id").annotate(n=Max("until"))
    )
    kept = set(
        Original.objects.filter(digest__in={each.work.content for each in bought}).values_list("digest", flat=True)
    )
    return [
        Held(each, terms.get(each.offer_digest), until[each.licence_id], each.work.content in kept) for each in bought
    ]
