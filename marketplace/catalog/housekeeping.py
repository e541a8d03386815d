"""Clearing away what nobody went on with, and finding what works from elsewhere say about themselves."""

import logging
import shutil
import time
from datetime import timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, ProtectedError, Q, QuerySet
from django.utils import timezone

from marketplace.catalog import metadata
from marketplace.catalog.models import Draft, Metadata, Rendition, Upload, Work
from marketplace.content import actions as content
from marketplace.content.canonical import MAX_DOCUMENT
from marketplace.content.cid import Cid
from marketplace.content.models import Content, Original
from marketplace.content.store import get_store

logger = logging.getLogger(__name__)

SCRATCH_FOR = timedelta(hours=1)  # no request takes longer
UNUSED_FOR = timedelta(days=1)
DISCARDED_FOR = timedelta(days=7)
LOOKED_FOR = timedelta(days=7)  # after it was minted
AT_ONCE = 20  # works looked for in a round


def clear_scratch() -> None:
    """Removes what a request left in UPLOAD_ROOT when it was killed."""
    before = time.time() - SCRATCH_FOR.total_seconds()
    for pattern, remove in (("*.part", lambda path: path.unlink(missing_ok=True)), ("*.previews", shutil.rmtree)):
        for path in settings.UPLOAD_ROOT.glob(pattern):
            if path.stat().st_mtime < before:
                remove(path)


def clear_drafts() -> None:
    """Removes discarded drafts for which nothing was ever published, so that their uploads can go too."""
    Draft.objects.given_up(before=timezone.now() - DISCARDED_FOR).delete()


def clear_uploads() -> None:
    """Removes uploads that no draft and no metadata refers to.

    Also the version of an original that a work was not made of, where the artist had the place taken out.
    """
    Upload.objects.unused().filter(created__lt=timezone.now() - UNUSED_FOR).delete()
    minted = Work.objects.filter(log__block_number__lte=F("chain__final")).values("content")  # no reorg undoes those
    Upload.objects.filter(without_location__digest__in=minted).exclude(original=None).update(original=None)


def clear_contents() -> None:
    """Removes previews and originals that nothing refers to any more, or that a killed request never came to name."""
    before = timezone.now() - UNUSED_FOR
    used = Upload.objects.filter(Q(original=OuterRef("pk")) | Q(without_location=OuterRef("pk")))
    originals = Original.objects.filter(~Exists(used), ~Q(digest__in=Work.objects.values("content")))
    for original in originals.filter(created__lt=before).select_related("content"):
        try:
            content.remove_original(original)
        except ProtectedError:  # somebody downloaded it, which stays on record
            logger.info("Original %s is kept: it was handed out.", original.digest)
    shown = Rendition.objects.filter(content=OuterRef("pk"))
    for preview in Content.objects.filter(~Exists(shown), public=True, mime__startswith="image/", created__lt=before):
        content.remove(preview)


def works_to_find() -> QuerySet[Work]:
    """Some of the works that cannot be shown yet and were minted lately, in no order: one cannot block the others."""
    return Work.objects.unknown().filter(created__gt=timezone.now() - LOOKED_FOR).order_by("?")[:AT_ONCE]


def find_metadata(work: Work) -> Metadata | None:
    """The metadata of a work, if the content store has the document and it can be shown. Raises ContentError."""
    cid = Cid.of_digest(work.metadata_id)
    store = get_store()
    if store.size(cid) > MAX_DOCUMENT:
        return None
    try:
        document = metadata.read(b"".join(store.open(cid)))
    except ValueError as error:
        logger.info("The metadata of work %s cannot be shown: %s", work.key, error)
        return None
    theirs = Q(original__digest=work.content) | Q(without_location__digest=work.content)
    upload = Upload.objects.filter(theirs, account__address=work.creator).first()
    found, _ = Metadata.objects.get_or_create(
        digest=work.metadata_id, defaults={"document": document, "title": document["name"], "upload": upload}
    )
    return found
