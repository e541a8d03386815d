"""Reading originals: for whoever has shown that they may. This module asks nobody."""

from collections.abc import Iterator

from django.conf import settings

from marketplace.content import encryption
from marketplace.content.encryption import SiteKey
from marketplace.content.models import Original
from marketplace.content.store import get_store


def open_original(original: Original, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
    """The plain bytes of an original from `offset` on, at most `length` of them, at the memory of two chunks.

    Raises WrongSiteKey at once; NotFound, Corrupt, StoreUnavailable and DecryptionFailed while reading.
    """
    key = SiteKey(settings.SITE_KEY).unwrap(
        bytes(original.wrapped_key), key_id=original.key_id, digest=original.digest_bytes
    )
    store, root = get_store(), original.content.root
    return encryption.decrypt(
        lambda start, count: store.open(root, start, count),
        original.content.size,
        key=key,
        digest=original.digest_bytes,
        offset=offset,
        length=length,
    )
