from django.db import models
from django.utils import timezone

from marketplace.chain.fields import Bytes32Field


class Content(models.Model):
    """Something in the content store that is ours to keep, by its root CID."""

    cid = models.CharField(max_length=100, unique=True)
    profile = models.CharField(max_length=20)  # how it was cut into blocks: same bytes, same profile, same CID
    size = models.BigIntegerField()
    mime = models.CharField(max_length=100)
    public = models.BooleanField()  # served by /ipfs/<cid>
    created = models.DateTimeField(default=timezone.now)


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
