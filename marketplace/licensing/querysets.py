"""Reads of offers and licences."""

from datetime import datetime

from django.db import models
from django.db.models import BigIntegerField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from marketplace.catalog.querysets import licensor_of


class OfferQuerySet(models.QuerySet):
    def open(self, *, at: datetime) -> "OfferQuerySet":
        """Published offers that the contract would still accept at `at` (UTC).

        Sales and cancellations are looked up, not stored: a reorg that undoes one re-opens the offer.
        """
        from marketplace.licensing.models import Cancellation, CounterAdvance, Licence

        sold = (
            Licence.objects.filter(offer_digest=OuterRef("digest"))
            .order_by()
            .values("offer_digest")
            .annotate(n=Sum("units"))
            .values("n")
        )
        counter = (
            CounterAdvance.objects.filter(seller=OuterRef("seller"))
            .order_by()
            .values("seller")
            .annotate(n=models.Max("counter"))
            .values("n")
        )
        return (
            self.exclude(published=None)
            .filter(Q(deadline=None) | Q(deadline__gt=at))
            .exclude(digest__in=Cancellation.objects.values("offer_digest"))
            .alias(
                sold=Coalesce(Subquery(sold, output_field=BigIntegerField()), 0),
                valid_counter=Coalesce(Subquery(counter, output_field=BigIntegerField()), 0),
                licensor=licensor_of("work_id", "work__creator"),
            )
            .filter(
                Q(max_units=0) | Q(sold__lt=F("max_units")),
                counter=F("valid_counter"),
                # It may have been handed on; and a reorg may give a work's number to somebody else's work.
                seller=F("licensor"),
            )
        )

    def open_to(self, licensee: str) -> "OfferQuerySet":
        return self.filter(licensee__in=[licensee.lower(), ""])

    def allowing(self, scopes: int) -> "OfferQuerySet":
        """Offers whose licence allows every use in `scopes` (bits of `licensing.scopes`)."""
        return self.alias(common=F("terms__scopes").bitand(scopes)).filter(common=scopes)


class LicenceQuerySet(models.QuerySet):
    def held_by(self, address: str) -> "LicenceQuerySet":
        """Purchases for this licensee, the latest first."""
        return (
            self.filter(licensee=address.lower())
            .select_related("work__metadata", "log__chain")
            .order_by("-log__block_number", "-log__log_index")
        )

    def units_of(self, offer_digest: str) -> int:
        """Units of an offer that were bought so far."""
        return self.filter(offer_digest=offer_digest).aggregate(n=Sum("units"))["n"] or 0

    def until(self, licence_id: str, licensee: str) -> int:
        """Unix time at which a licensee's licence ends; 0 if there is none. Ends never move earlier."""
        bought = self.filter(licence_id=licence_id, licensee=licensee.lower())
        return bought.aggregate(latest=models.Max("until"))["latest"] or 0
