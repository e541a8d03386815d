from django.db import models
from django.utils import timezone

from marketplace.chain.fields import AddressField, Bytes32Field, UintField
from marketplace.chain.models import Fact
from marketplace.royalties.querysets import (
    PaymentQuerySet,
    RevenueQuerySet,
    ShareOfferQuerySet,
    ShareTransferQuerySet,
)

SHARES = 1_000_000  # of every work


class ShareTransfer(Fact):
    """Shares of a work that moved (ERC-1155), from the zero address at its birth."""

    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="transfers")
    sender = AddressField(db_index=True)
    recipient = AddressField(db_index=True)
    amount = models.BigIntegerField()  # of SHARES
    at = models.DateTimeField()

    objects = ShareTransferQuerySet.as_manager()

    class Meta(Fact.Meta):
        pass


class Revenue(Fact):
    """`Distributed`: money that a work earned."""

    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="revenue")
    payer = AddressField()
    amount = UintField()  # smallest unit of work.asset
    total = UintField()  # all that the work has earned, with this
    at = models.DateTimeField()

    objects = RevenueQuerySet.as_manager()

    class Meta(Fact.Meta):
        pass


class Payment(Fact):
    """`Paid` or `Deferred`: what a holder earned by one work, sent to them or kept because the asset refused."""

    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="payments")
    holder = AddressField(db_index=True)
    recipient = AddressField()  # the holder, or where they have it sent
    asset = AddressField()
    amount = UintField()
    deferred = models.BooleanField()
    at = models.DateTimeField()

    objects = PaymentQuerySet.as_manager()

    class Meta(Fact.Meta):
        pass


class Withdrawal(Fact):
    """`Withdrawn`: deferred money that was paid after all."""

    holder = AddressField(db_index=True)
    recipient = AddressField()
    asset = AddressField()
    amount = UintField()
    at = models.DateTimeField()

    class Meta(Fact.Meta):
        pass


class ShareOffer(models.Model):
    """Shares that a holder offers for sale (EIP-712 `ShareOffer`). Open or not is derived, never stored."""

    digest = Bytes32Field(primary_key=True)
    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="share_offers")
    seller = AddressField(db_index=True)
    shares = models.BigIntegerField()
    price = UintField()  # for all of them; a part costs its share of it, rounded up
    max_revenue = UintField()  # void once the work has earned more
    max_fee_bps = models.IntegerField()
    deadline = models.DateTimeField(null=True)
    buyer = AddressField(blank=True)
    counter = models.BigIntegerField()
    salt = models.CharField(max_length=66)
    signature = models.TextField(blank=True)
    published = models.DateTimeField(null=True)
    created = models.DateTimeField(default=timezone.now)

    objects = ShareOfferQuerySet.as_manager()


class ShareSale(Fact):
    """`SharesPurchased`: a sale of shares through the market."""

    offer_digest = Bytes32Field(db_index=True)
    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="share_sales")
    seller = AddressField(db_index=True)
    buyer = AddressField(db_index=True)
    shares = models.BigIntegerField()
    price = UintField()
    fee = UintField()
    at = models.DateTimeField()

    class Meta(Fact.Meta):
        pass


class Payout(models.Model):
    """A batch that the keeper sent (`Rights.push`): what it meant to pay, and what became of it."""

    class State(models.TextChoices):
        SENT = "sent"
        MINED = "mined"
        FAILED = "failed"

    work_ids = models.JSONField()
    holders = models.JSONField()
    asset = AddressField()
    tx_hash = Bytes32Field(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.SENT)
    error = models.TextField(blank=True)
    gas_used = models.BigIntegerField(null=True)
    created = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(auto_now=True)
