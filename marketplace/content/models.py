from django.db import models
from django.urls import reverse
from django.utils import timezone

from marketplace.chain.fields import Bytes32Field
from marketplace.content.cid import Cid
from marketplace.content.querysets import ContentQuerySet, OriginalQuerySet


class Content(models.Model):
    """Something in the content store that is ours to keep, by its root CID."""

    cid = models.CharField(max_length=100, unique=True)  # version 1 in base32
    digest = Bytes32Field(db_index=True)  # sha2-256 of the bytes; the CID's own if they are one block
    profile = models.CharField(max_length=20)  # how it was cut into blocks: same bytes, same profile, same CID
    size = models.BigIntegerField()
    mime = models.CharField(max_length=100)
    public = models.BooleanField()  # served by /ipfs/<cid>
    created = models.DateTimeField(default=timezone.now)

    objects = ContentQuerySet.as_manager()

    def __str__(self) -> str:
        return self.cid

    def get_absolute_url(self) -> str:
        return reverse("content:content", args=[self.cid])

    @property
    def root(self) -> Cid:
        return Cid.parse(self.cid)


class Original(models.Model):
    """An uploaded file, byte for byte, kept encrypted. `digest` is of the plain bytes."""

    digest = Bytes32Field(unique=True)  # sha2-256
    content = models.ForeignKey(Content, on_delete=models.PROTECT)  # the ciphertext
    filename = models.CharField(max_length=255)
    mime = models.CharField(max_length=100)
    size = models.BigIntegerField()  # of the plain bytes
    wrapped_key = models.BinaryField()
    key_id = models.CharField(max_length=32)  # which site key wraps it
    created = models.DateTimeField(default=timezone.now)

    objects = OriginalQuerySet.as_manager()

    def __str__(self) -> str:
        return self.filename

    @property
    def digest_bytes(self) -> bytes:
        return bytes.fromhex(self.digest.removeprefix("0x"))
