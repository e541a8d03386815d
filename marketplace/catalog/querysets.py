"""Reads of the catalogue."""

from django.db import models


class UploadQuerySet(models.QuerySet):
    def unused(self) -> "UploadQuerySet":
        """Uploads that no draft and no published metadata refers to."""
        return self.filter(draft=None, metadata=None)


class DraftQuerySet(models.QuerySet):
    def open_of(self, account) -> "DraftQuerySet":
        """Drafts that an account can go on with, the latest first."""
        return self.filter(account=account, discarded_at=None).order_by("-changed")


class WorkQuerySet(models.QuerySet):
    def visible(self) -> "WorkQuerySet":
        """Works that can be shown: their metadata is here."""
        return self.filter(metadata__isnull=False, metadata__digest__isnull=False).select_related("metadata", "chain", "log")

    def newest(self) -> "WorkQuerySet":
        return self.order_by("-created", "-token_id")
