import uuid
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from marketplace.catalog.querysets import (
    DraftQuerySet,
    HandoverQuerySet,
    UploadQuerySet,
    WorkQuerySet,
    searchable,
)
from marketplace.chain.fields import AddressField, Bytes32Field
from marketplace.chain.models import Chain, Fact
from marketplace.content.models import Original


class Upload(models.Model):
    """A file that an artist sent, checked by its content, with its previews."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT)
    digest = Bytes32Field(db_index=True)  # sha2-256 of the bytes as uploaded
    filename = models.CharField(max_length=255)
    mime = models.CharField(max_length=40)  # as sniffed, whatever the name says
    size = models.BigIntegerField()  # bytes
    width = models.IntegerField()  # pixels, as it is to be seen
    height = models.IntegerField()
    has_location = models.BooleanField(default=False)  # it says where it was taken; previews never do
    # As it was uploaded; dropped once a work was minted from the other one.
    original = models.ForeignKey(Original, null=True, on_delete=models.PROTECT, related_name="+")
    # The same without the place where it was taken, once the artist asked for that.
    without_location = models.ForeignKey(Original, null=True, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField(default=timezone.now)

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="a_file_is_uploaded_once")]

    def __str__(self) -> str:
        return self.filename


class Rendition(models.Model):
    """A public preview of an upload, without metadata, at most `width` pixels wide."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="renditions")
    name = models.CharField(max_length=10)  # "card" (640 px), "page" (1600 px)
    mime = models.CharField(max_length=40)
    width = models.IntegerField()
    height = models.IntegerField()
    content = models.ForeignKey("content.Content", on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["upload", "name", "mime"], name="one_rendition_a_kind")]

    def __str__(self) -> str:
        return f"{self.name} of {self.upload_id}"


class Draft(models.Model):
    """A work on its way to being minted. Saved at every step."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT)
    upload = models.ForeignKey(Upload, null=True, on_delete=models.PROTECT)
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    alt_text = models.TextField(blank=True)
    credit = models.CharField(max_length=200, blank=True)
    keep_location = models.BooleanField(null=True)  # the artist's answer about GPS in the original
    shares = models.JSONField(default=list)  # [[address, amount], …]; together 1_000_000 once complete
    # Of the mint that was prepared last; empty again as soon as the draft changes.
    metadata = Bytes32Field(blank=True)  # digest of the published document
    draft_hash = Bytes32Field(blank=True, db_index=True)  # Rights.hashDraft; WorkCreated carries it
    salt = models.CharField(max_length=66, blank=True)
    created = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(auto_now=True)
    discarded_at = models.DateTimeField(null=True)

    objects = DraftQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title or f"Draft {self.pk}"

    @property
    def original(self) -> Original | None:
        """The file that the work will be: without its place if the artist said so."""
        if self.upload is None:
            return None
        if self.upload.has_location and self.keep_location is False:
            return self.upload.without_location
        return self.upload.original

    @property
    def work(self) -> "Work | None":
        """What it became, as far as the chain tells."""
        return Work.objects.filter(draft_hash=self.draft_hash).first() if self.draft_hash else None


class Metadata(models.Model):
    """A work's canonical JSON (RFC 8785), by its digest. Written before minting; not a projection."""

    digest = Bytes32Field(primary_key=True)
    document = models.JSONField()
    title = models.CharField(max_length=200)
    words = models.CharField(max_length=400, blank=True)  # the title as `search` compares it, on every database
    creator = AddressField(blank=True)  # who the document says made the work; empty if it does not say
    upload = models.ForeignKey(Upload, null=True, on_delete=models.PROTECT)  # whose renditions show it
    created = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.words = searchable(self.title)[:400]
        self.creator = str(self.document.get("properties", {}).get("creator", ""))[:42]
        super().save(*args, **kwargs)


class Work(Fact):
    """A minted work: what `WorkCreated` said."""

    key = models.CharField(max_length=100, primary_key=True)  # "<chain id>-<token id>"
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT)
    token_id = models.BigIntegerField()
    creator = AddressField(db_index=True)  # who minted it; see `licensor`
    asset = AddressField()  # all of its money is in this token
    content = Bytes32Field(db_index=True)  # sha2-256 of the original
    metadata = models.ForeignKey(Metadata, db_constraint=False, on_delete=models.DO_NOTHING, related_name="works")
    draft_hash = Bytes32Field(db_index=True)
    royalty_bps = models.IntegerField()
    created = models.DateTimeField()  # its block's time

    objects = WorkQuerySet.as_manager()

    class Meta(Fact.Meta):
        indexes = [models.Index(fields=["-created"], name="newest_works")]

    def __str__(self) -> str:
        return self.key

    @staticmethod
    def key_of(chain_id: int, token_id: int) -> str:
        return f"{chain_id}-{token_id}"

    @property
    def licensor(self) -> str:
        """Who may sell its licences: its creator, or whom they handed that on to. One query."""
        return self.handovers.latest_first().values_list("recipient", flat=True).first() or self.creator

    @property
    def slug(self) -> str:
        return slugify(self.metadata.title)[:60] or "work"

    def get_absolute_url(self) -> str:
        return reverse("web:work", args=[self.slug, self.token_id])


class Handover(Fact):
    """`CreatorTransferred`: from then on somebody else sells a work's licences. Who made it stays who made it."""

    work = models.ForeignKey(Work, db_constraint=False, on_delete=models.DO_NOTHING, related_name="handovers")
    sender = AddressField()
    recipient = AddressField(db_index=True)
    at = models.DateTimeField()

    objects = HandoverQuerySet.as_manager()

    class Meta(Fact.Meta):
        pass
