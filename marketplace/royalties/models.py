from django.db import models
from django.db.models import Q
from django.utils import timezone

from marketplace.chain.fields import AddressField, Bytes32Field, UintField
from marketplace.chain.models import Fact
from marketplace.royalties.accounting import SHARES as SHARES  # read beside the models by other apps
from marketplace.royalties.querysets import (
    EscrowQuerySet,
    FeeQuerySet,
    KeeperTurnQuerySet,
    PaymentQuerySet,
    PayoutQuerySet,
    RevenueQuerySet,
    ShareOfferQuerySet,
    ShareSaleQuerySet,
    ShareTransferQuerySet,
)


class ShareTransfer(Fact):
    """Shares of a work that moved (ERC-1155), from the zero address at its birth."""

    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="transfers")
    sender = AddressField(db_index=True)
    recipient = AddressField(db_index=True)
    amount = models.BigIntegerField()  # of SHARES
    mark = UintField()  # all that the work had earned when they moved: what came before is the sender's
    at = models.DateTimeField()

    objects = ShareTransferQuerySet.as_manager()

    class Meta(Fact.Meta):
        pass


class Revenue(Fact):
    """`Distributed`: money that a work earned."""

    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="revenue")
    payer = AddressField()  # who brought it: a market, or anyone
    amount = UintField()  # smallest unit of work.asset
    total = UintField()  # all that the work has earned, with this
    at = models.DateTimeField()

    objects = RevenueQuerySet.as_manager()

    class Meta(Fact.Meta):
        pass


class Payment(Fact):
    """What a holder earned by one work and took: `Paid` to them, `Deferred` because the asset refused, or passed on to
    other works without leaving the contract (`Flowed`, `Forwarded`)."""

    class Kind(models.TextChoices):
        PAID = "paid"
        DEFERRED = "deferred"
        PASSED_ON = "passed-on"

    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="payments")
    holder = AddressField(db_index=True)
    recipient = AddressField()  # the holder, or where they have it sent
    asset = AddressField()
    amount = UintField()
    kind = models.CharField(max_length=9, choices=Kind)
    at = models.DateTimeField()

    objects = PaymentQuerySet.as_manager()

    class Meta(Fact.Meta):
        pass


class Escrow(Fact):
    """What a court does with a work's revenue (`Held`, `Lifted`), and what arrives meanwhile (`Escrowed`)."""

    class Kind(models.TextChoices):
        HELD = "held"
        ARRIVED = "arrived"
        LIFTED = "lifted"

    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="escrows")
    kind = models.CharField(max_length=7, choices=Kind)
    amount = UintField(default=0)  # that arrived, or that was let go; smallest unit of work.asset
    until = models.DateTimeField(null=True)  # of a hold: from then on anybody may end it
    at = models.DateTimeField()

    objects = EscrowQuerySet.as_manager()

    class Meta(Fact.Meta):
        pass


class Rescue(Fact):
    """`Rescued`: what lay at a work's address and is not its asset, sent to who sells its licences. No revenue."""

    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="rescues")
    token = AddressField()  # zero: native coin
    recipient = AddressField()
    amount = UintField()
    at = models.DateTimeField()

    class Meta(Fact.Meta):
        pass


class Withdrawal(Fact):
    """`Withdrawn`: all that was kept for somebody, paid after all."""

    holder = AddressField(db_index=True)
    recipient = AddressField()
    asset = AddressField()
    amount = UintField()
    at = models.DateTimeField()

    class Meta(Fact.Meta):
        pass


class Fee(Fact):
    """`FeeBooked`: the protocol's part of a purchase, kept for its recipient. Not part of the work's revenue."""

    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="fees")
    recipient = AddressField(db_index=True)
    asset = AddressField()
    amount = UintField()
    at = models.DateTimeField()

    objects = FeeQuerySet.as_manager()

    class Meta(Fact.Meta):
        pass


class ShareOffer(models.Model):
    """Shares that a holder offers for sale (EIP-712 `ShareOffer`). Open or not is derived, never stored."""

    digest = Bytes32Field(primary_key=True)
    work = models.ForeignKey(
        "catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="share_offers"
    )
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
    document_cid = models.CharField(max_length=100, blank=True)  # the signed offer in the content store
    published = models.DateTimeField(null=True)
    created = models.DateTimeField(default=timezone.now)

    sold: int  # of `shares`, where `ShareOfferQuerySet.with_sold` read it

    objects = ShareOfferQuerySet.as_manager()


class ShareSale(Fact):
    """`SharesPurchased`: a sale of shares through the market."""

    offer_digest = Bytes32Field(db_index=True)
    work = models.ForeignKey(
        "catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="share_sales"
    )
    seller = AddressField(db_index=True)
    buyer = AddressField(db_index=True)
    payer = AddressField()
    shares = models.BigIntegerField()
    price = UintField()  # fee and royalty included
    fee = UintField()
    royalty = UintField()  # to the work, whose holders earn it; 0 if its creator sold
    at = models.DateTimeField()

    objects = ShareSaleQuerySet.as_manager()

    class Meta(Fact.Meta):
        pass


class Payout(models.Model):
    """A batch that the keeper sent (`Rights.push` or `flow`): what it meant to pay, and what became of it.

    A record, not a truth: the contract pays what is owed and no more, however often it is asked.
    """

    class State(models.TextChoices):
        SENT = "sent"
        MINED = "mined"
        FAILED = "failed"

    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="payouts")
    holders = models.JSONField()
    amount = UintField()  # owed to them together when it was sent
    tx_hash = Bytes32Field(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.SENT)
    error = models.TextField(blank=True)
    gas_used = models.BigIntegerField(null=True)
    created = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(auto_now=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["work"], condition=Q(state="sent"), name="payouts_in_flight")]


class KeeperTurn(models.Model):
    """The keeper's place with a work: whose turn it is to pay its holders, and what all of them were paid for."""

    work_key = models.CharField(max_length=100, primary_key=True)
    token = models.CharField(max_length=32, blank=True)  # of whoever has the turn
    until = models.DateTimeField(default=timezone.now)  # a turn ends by itself, should its keeper die
    # Facts at the time when nobody was owed anything; others now, more or fewer, mean that it must be looked at again.
    revenue = UintField(default=0)
    payments = models.BigIntegerField(default=0)

    objects = KeeperTurnQuerySet.as_manager()
