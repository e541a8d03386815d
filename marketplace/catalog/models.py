import uuid

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from marketplace.catalog.querysets import DraftQuerySet, UploadQuerySet, WorkQuerySet
from marketplace.chain.fields import AddressField, Bytes32Field
from marketplace.chain.models import Chain, Fact


class Upload(models.Model):
    """A file that an artist sent, checked by its content, with its previews."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT)
    digest = Bytes32Field(db_index=True)  # sha2-256 of the bytes as uploaded
    filename = models.CharField(max_length=255)
    mime = models.CharField(max_length=40)  # as sniffed, whatever the name says
    size = models.BigIntegerField()
    width = models.IntegerField()
    height = models.IntegerField()
    has_location = models.BooleanField(default=False)  # EXIF GPS: previews never carry it; the artist decides on the original
    original = models.ForeignKey("content.Original", null=True, on_delete=models.PROTECT)
    created = models.DateTimeField(default=timezone.now)

    objects = UploadQuerySet.as_manager()


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
    metadata = Bytes32Field(blank=True)  # digest of the published document
    draft_hash = Bytes32Field(blank=True, db_index=True)  # Rights.hashDraft; WorkCreated carries it
    salt = models.CharField(max_length=66, blank=True)
    created = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(auto_now=True)
    discarded_at = models.DateTimeField(null=True)

    objects = DraftQuerySet.as_manager()


class Metadata(models.Model):
    """A work's canonical JSON (RFC 8785), by its digest. Written before minting; not a projection."""

    digest = Bytes32Field(primary_key=True)
    document = models.JSONField()
    title = models.CharField(max_length=200)
    upload = models.ForeignKey(Upload, null=True, on_delete=models.PROTECT)  # whose renditions show it
    created = models.DateTimeField(default=timezone.now)


class Work(Fact):
    """A minted work: what `WorkCreated` said."""

    key = models.CharField(max_length=100, primary_key=True)  # "<chain id>-<token id>"
    chain = models.ForeignKey(Chain, on_delete=models.PROTECT)
    token_id = models.BigIntegerField()
    creator = AddressField(db_index=True)
    asset = AddressField()  # all of its money is in this token
    content = Bytes32Field(db_index=True)  # sha2-256 of the original
    metadata = models.ForeignKey(Metadata, db_constraint=False, on_delete=models.DO_NOTHING, related_name="works")
    draft_hash = Bytes32Field(db_index=True)
    royalty_bps = models.IntegerField()
    created = models.DateTimeField()  # its block's time

    objects = WorkQuerySet.as_manager()

    class Meta(Fact.Meta):
        indexes = [models.Index(fields=["-created"], name="newest_works")]

    @staticmethod
    def key_of(chain_id: int, token_id: int) -> str:
        return f"{chain_id}-{token_id}"

    @property
    def slug(self) -> str:
        return slugify(self.metadata.title)[:60] or "work"

    def get_absolute_url(self) -> str:
        return reverse("web:work", args=[self.slug, self.token_id])
