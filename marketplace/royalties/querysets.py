"""Reads of shares, revenue and payments."""

from datetime import datetime

from django.db import models
from django.db.models import BigIntegerField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

ZERO = "0x" + "0" * 40


class ShareTransferQuerySet(models.QuerySet):
    def balances(self) -> dict[tuple[str, str], int]:
        """{(work key, holder): shares} for these transfers; holders of nothing are left out."""
        balances: dict[tuple[str, str], int] = {}
        for side, sign in (("recipient", 1), ("sender", -1)):
            for work, holder, amount in self.order_by().values_list("work_id", side).annotate(n=Sum("amount")):
                balances[work, holder] = balances.get((work, holder), 0) + sign * amount
        return {k: n for k, n in balances.items() if n and k[1] != ZERO}


class RevenueQuerySet(models.QuerySet):
    pass


class PaymentQuerySet(models.QuerySet):
    def to(self, holder: str) -> "PaymentQuerySet":
        return self.filter(holder=holder.lower()).select_related("work__metadata", "log__chain").order_by("-at", "-pk")


class ShareOfferQuerySet(models.QuerySet):
    def open(self, *, at: datetime) -> "ShareOfferQuerySet":
        """Published share offers that the contract would still accept at `at` (UTC), but for the seller's balance."""
        from marketplace.licensing.models import Cancellation, CounterAdvance
        from marketplace.royalties.models import Revenue, ShareSale

        sold = (
            ShareSale.objects.filter(offer_digest=OuterRef("digest"))
            .order_by()
            .values("offer_digest")
            .annotate(n=Sum("shares"))
            .values("n")
        )
        counter = (
            CounterAdvance.objects.filter(seller=OuterRef("seller"))
            .order_by()
            .values("seller")
            .annotate(n=models.Max("counter"))
            .values("n")
        )
        latest = Revenue.objects.filter(work=OuterRef("work")).order_by("-log__block_number", "-log__log_index")
        return (
            self.exclude(published=None)
            .filter(Q(deadline=None) | Q(deadline__gt=at))
            .exclude(digest__in=Cancellation.objects.values("offer_digest"))
            .annotate(sold=Coalesce(Subquery(sold, output_field=BigIntegerField()), 0))
            .alias(
                valid_counter=Coalesce(Subquery(counter, output_field=BigIntegerField()), 0),
                earned=Subquery(latest.values("total")[:1]),
            )
            .filter(Q(earned=None) | Q(earned__lte=F("max_revenue")), sold__lt=F("shares"), counter=F("valid_counter"))
        )
