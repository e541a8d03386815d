from django.db import models
from django.utils import timezone

from marketplace.chain.fields import AddressField, Bytes32Field, UintField
from marketplace.chain.models import Fact
from marketplace.licensing.querysets import LicenceQuerySet, OfferQuerySet

FOR_EVER = 2**40 - 1  # `until` of a licence that never ends


class Terms(models.Model):
    """Licence terms as canonical JSON (RFC 8785), by their digest."""

    digest = Bytes32Field(primary_key=True)
    document = models.JSONField()
    scopes = models.IntegerField()  # bits, as Rights enforces them; see licensing.scopes
    duration = models.BigIntegerField()  # seconds a unit; 0 is for ever
    transferable = models.BooleanField(default=False)
    remix_shares = models.IntegerField(default=0)  # of a remix, of SHARES, that the work's address must be given
    remix_approval = models.BooleanField(default=False)  # whether the creator signs for each remix
    created = models.DateTimeField(default=timezone.now)


class Offer(models.Model):
    """A licence offer that a work's creator signed (EIP-712 `LicenceOffer`). Open or not is derived, never stored."""

    digest = Bytes32Field(primary_key=True)
    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="offers")
    seller = AddressField(db_index=True)
    terms = models.ForeignKey(Terms, on_delete=models.PROTECT)
    licence_id = models.CharField(max_length=80, db_index=True)  # decimal token id
    price = UintField()  # a unit, smallest unit of work.asset
    max_units = models.IntegerField(default=0)  # 0 is no limit
    max_fee_bps = models.IntegerField()
    deadline = models.DateTimeField(null=True)
    licensee = AddressField(blank=True)  # empty: anyone
    counter = models.BigIntegerField()
    salt = models.CharField(max_length=66)
    signature = models.TextField(blank=True)
    document_cid = models.CharField(max_length=100, blank=True)  # the signed offer in the content store
    published = models.DateTimeField(null=True)  # when its signature was accepted
    created = models.DateTimeField(default=timezone.now)

    objects = OfferQuerySet.as_manager()


class Licence(Fact):
    """A purchase of a licence: what `LicencePurchased` said."""

    offer_digest = Bytes32Field(db_index=True)  # the offer itself may live elsewhere
    work = models.ForeignKey("catalog.Work", db_constraint=False, on_delete=models.DO_NOTHING, related_name="licences")
    licence_id = models.CharField(max_length=80, db_index=True)
    licensee = AddressField(db_index=True)
    payer = AddressField()
    units = models.BigIntegerField()  # as counted; see handlers.COUNTED
    price = UintField()  # for all units, fee included
    fee = UintField()
    until = models.BigIntegerField()  # unix time; 2**40 - 1 is for ever
    bought = models.DateTimeField()

    objects = LicenceQuerySet.as_manager()

    class Meta(Fact.Meta):
        pass

    @property
    def number(self) -> int:
        """What this site calls the purchase. The journal's own number: facts are made again, journal lines are not."""
        return self.log_id


class Cancellation(Fact):
    """`OfferCancelled`: one offer, of a licence or of shares."""

    offer_digest = Bytes32Field(db_index=True)
    seller = AddressField()

    class Meta(Fact.Meta):
        pass


class CounterAdvance(Fact):
    """`AllOffersCancelled`: offers of this seller with a lower counter are void."""

    seller = AddressField(db_index=True)
    counter = models.BigIntegerField()

    class Meta(Fact.Meta):
        pass


class Download(models.Model):
    """An original handed to its licensee. A line of what will be the traffic record."""

    licence_log = models.ForeignKey("chain.LogEntry", on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT)
    original = models.ForeignKey("content.Original", on_delete=models.PROTECT)
    at = models.DateTimeField(default=timezone.now)
