"""Reads of shares, revenue and payments."""

from datetime import datetime

from django.db import models
from django.db.models import BigIntegerField, F, Max, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from marketplace.royalties.accounting import Stake, stakes

CHAIN_ORDER = ("log__block_number", "log__log_index", "item")
LATEST_FIRST = ("-log__block_number", "-log__log_index", "-item")


class ShareTransferQuerySet(models.QuerySet):
    def touching(self, holder: str) -> "ShareTransferQuerySet":
        """Transfers to or from somebody."""
        return self.filter(Q(sender=holder.lower()) | Q(recipient=holder.lower()))

    def stakes(self) -> dict[tuple[str, str], Stake]:
        """{(work key, holder): stake} of everybody on either side of these transfers. One query."""
        return stakes(self.order_by().values_list("work_id", "sender", "recipient", "amount", "mark").iterator())

    def balances(self) -> dict[tuple[str, str], int]:
        """{(work key, holder): shares} for these transfers; holders of nothing are left out."""
        return {key: stake.shares for key, stake in self.stakes().items() if stake.shares}


class RevenueQuerySet(models.QuerySet):
    def totals(self) -> dict[str, int]:
        """{work key: all that it has earned}. Totals only grow, so the largest is the latest."""
        return dict(self.order_by().values_list("work_id").annotate(latest=Max("total")))

    def total_of(self, work_key: str) -> int:
        return self.filter(work_id=work_key).totals().get(work_key, 0)

    def unsettled(self) -> "RevenueQuerySet":
        """Arrivals that a reorg could still undo."""
        return self.filter(log__block_number__gt=F("log__chain__final"))

    def newest(self) -> "RevenueQuerySet":
        """The latest first."""
        return self.select_related("log__chain").order_by(*LATEST_FIRST)


class PaymentQuerySet(models.QuerySet):
    def to(self, holder: str) -> "PaymentQuerySet":
        """What somebody earned and was sent, or could not be sent; the latest first."""
        return self.filter(holder=holder.lower()).select_related("work__metadata", "log__chain").order_by(*LATEST_FIRST)

    def newest(self) -> "PaymentQuerySet":
        return self.select_related("log__chain").order_by(*LATEST_FIRST)

    def unsettled(self) -> "PaymentQuerySet":
        """Payments that a reorg could still undo."""
        return self.filter(log__block_number__gt=F("log__chain__final"))

    def deferred(self) -> "PaymentQuerySet":
        """Payments that the asset refused and that their holder has not withdrawn since."""
        return self.filter(~models.Exists(_withdrawal_after("holder")), kind="deferred")


class EscrowQuerySet(models.QuerySet):
    def hold_of(self, work_key: str) -> datetime | None:
        """When anybody may end the hold that a work is under; None if it is under none."""
        kinds = self.filter(work_id=work_key).exclude(kind="arrived").order_by(*LATEST_FIRST)
        return kinds.values_list("until", flat=True).first()  # one that was lifted has no `until`

    def arrived(self) -> "EscrowQuerySet":
        return self.filter(kind="arrived")

    def lifted(self) -> "EscrowQuerySet":
        return self.filter(kind="lifted")


class FeeQuerySet(models.QuerySet):
    def waiting(self) -> "FeeQuerySet":
        """Fees that their recipient has not withdrawn yet."""
        return self.filter(~models.Exists(_withdrawal_after("recipient")))


def _withdrawal_after(holder: str) -> models.QuerySet:
    """Withdrawals by the outer row's `holder` of its asset, after it. One takes all that waits, whatever it is from."""
    from marketplace.royalties.models import Withdrawal

    later = Q(log__block_number__gt=OuterRef("log__block_number")) | Q(
        log__block_number=OuterRef("log__block_number"), log__log_index__gt=OuterRef("log__log_index")
    )
    return Withdrawal.objects.filter(
        later, holder=OuterRef(holder), asset=OuterRef("asset"), log__chain=OuterRef("log__chain")
    )


class ShareOfferQuerySet(models.QuerySet):
    def open(self, *, at: datetime) -> "ShareOfferQuerySet":
        """Published share offers that the contract would still accept at `at` (UTC), but for the seller's balance."""
        from marketplace.licensing.models import Cancellation, CounterAdvance
        from marketplace.royalties.models import Revenue

        counter = (
            CounterAdvance.objects.filter(seller=OuterRef("seller"))
            .order_by()
            .values("seller")
            .annotate(n=Max("counter"))
            .values("n")
        )
        latest = Revenue.objects.filter(work=OuterRef("work")).order_by(*LATEST_FIRST)
        return (
            self.exclude(published=None)
            .filter(Q(deadline=None) | Q(deadline__gt=at))
            .exclude(digest__in=Cancellation.objects.values("offer_digest"))
            .with_sold()
            .alias(
                valid_counter=Coalesce(Subquery(counter, output_field=BigIntegerField()), 0),
                earned=Subquery(latest.values("total")[:1]),
            )
            .filter(Q(earned=None) | Q(earned__lte=F("max_revenue")), sold__lt=F("shares"), counter=F("valid_counter"))
        )

    def with_sold(self) -> "ShareOfferQuerySet":
        """Adds `sold`: shares of the offer that were bought so far."""
        from marketplace.royalties.models import ShareSale

        sold = (
            ShareSale.objects.filter(offer_digest=OuterRef("digest"))
            .order_by()
            .values("offer_digest")
            .annotate(n=Sum("shares"))
            .values("n")
        )
        return self.annotate(sold=Coalesce(Subquery(sold, output_field=BigIntegerField()), 0))

    def open_to(self, buyer: str) -> "ShareOfferQuerySet":
        return self.filter(buyer__in=[buyer.lower(), ""])


class ShareSaleQuerySet(models.QuerySet):
    def shares_of(self, offer_digest: str) -> int:
        """Shares of an offer that were bought so far."""
        return self.filter(offer_digest=offer_digest).aggregate(n=Sum("shares"))["n"] or 0

    def newest(self) -> "ShareSaleQuerySet":
        return self.select_related("log__chain").order_by(*LATEST_FIRST)


class KeeperTurnQuerySet(models.QuerySet):
    def free(self, *, at: datetime) -> "KeeperTurnQuerySet":
        return self.filter(Q(token="") | Q(until__lt=at))


class PayoutQuerySet(models.QuerySet):
    def in_flight(self) -> "PayoutQuerySet":
        """Batches whose receipt the keeper has not seen."""
        return self.filter(state="sent").order_by("pk")
