"""Reads of the index of what is ours."""

from django.db import models

from marketplace.content.cid import Cid


class ContentQuerySet(models.QuerySet):
    def published(self) -> "ContentQuerySet":
        """What anybody may read."""
        return self.filter(public=True)

    def under(self, cid: Cid) -> "ContentQuerySet":
        """What has this CID, however the CID was spelled."""
        return self.filter(cid=str(cid))


class OriginalQuerySet(models.QuerySet):
    def of(self, digest: bytes) -> "OriginalQuerySet":
        """The original with these plain bytes, by their sha2-256 digest."""
        return self.select_related("content").filter(digest="0x" + digest.hex())

    def locked_with(self, key_id: str) -> "OriginalQuerySet":
        """Originals whose keys a site key wraps."""
        return self.filter(key_id=key_id)
