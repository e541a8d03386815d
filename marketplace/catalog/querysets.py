"""Reads of the catalogue."""

import unicodedata
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from marketplace.accounts.models import Account


def searchable(text: str) -> str:
    """A text as it is compared in searches: case and accents do not count. Databases differ in both."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def licensor_of(work: str, creator: str) -> Coalesce:
    """Who may sell the licences of the outer row's work: the last to whom that was handed on, or its creator.

    `work`, `creator`: the outer row's fields.
    """
    handovers = apps.get_model("catalog.Handover").objects.filter(work=OuterRef(work)).latest_first()
    return Coalesce(Subquery(handovers.values("recipient")[:1]), F(creator))


class UploadQuerySet(models.QuerySet):
    def unused(self) -> "UploadQuerySet":
        """Uploads that no draft and no published metadata refers to."""
        return self.filter(draft=None, metadata=None)


class DraftQuerySet(models.QuerySet):
    def open_of(self, account: "Account") -> "DraftQuerySet":
        """Drafts that an account can go on with, the latest first."""
        minted = apps.get_model("catalog.Work").objects.filter(draft_hash=OuterRef("draft_hash"))
        return self.filter(~Exists(minted), account=account, discarded_at=None).order_by("-changed")

    def given_up(self, *, before: datetime) -> "DraftQuerySet":
        """Drafts that were discarded before then (UTC) and for which nothing was ever published."""
        return self.filter(discarded_at__lt=before, metadata="")


class WorkQuerySet(models.QuerySet):
    def visible(self) -> "WorkQuerySet":
        """Works that can be shown: their metadata is here, and does not name somebody else as the creator.

        Anybody can mint with the metadata of another's work; that copy is on the chain, and not in the catalogue.
        """
        theirs = Q(metadata__creator="") | Q(metadata__creator=F("creator"))
        return self.filter(theirs).select_related("metadata", "chain", "log__chain")

    def unknown(self) -> "WorkQuerySet":
        """Works that cannot be shown yet, because nobody gave us their metadata."""
        known = apps.get_model("catalog.Metadata").objects.filter(digest=OuterRef("metadata_id"))
        return self.filter(~Exists(known))

    def newest(self) -> "WorkQuerySet":
        return self.order_by("-created", "-token_id")

    def by(self, creator: str) -> "WorkQuerySet":
        """Works of a creator's address."""
        return self.filter(creator=creator.lower())

    def licensed_by(self, licensor: str) -> "WorkQuerySet":
        """Works whose licences somebody may sell."""
        return self.alias(licensor=licensor_of("pk", "creator")).filter(licensor=licensor.lower())

    def search(self, text: str) -> "WorkQuerySet":
        """Works with all of these words in their title, whatever their case and accents."""
        query = Q()
        for word in searchable(text.replace("\0", "")).split():  # PostgreSQL knows no NUL
            query &= Q(metadata__words__contains=word)
        return self.filter(query)

    def of_bytes(self, digest: str) -> "WorkQuerySet":
        """Works made of these bytes (sha2-256): of the original itself, or of the file as it was uploaded."""
        published = apps.get_model("catalog.Metadata").objects.filter(upload__digest=digest)
        return self.filter(Q(content=digest) | Q(metadata_id__in=published.values("digest")))

    def pictured(self) -> "WorkQuerySet":
        """With the previews of each, in a constant number of queries."""
        return self.prefetch_related("metadata__upload__renditions__content")


class HandoverQuerySet(models.QuerySet):
    def latest_first(self) -> "HandoverQuerySet":
        return self.order_by("-log__block_number", "-log__log_index")
