"""Reads of the chain app, in its own words."""

from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.db.models import F, Q


class LogEntryQuerySet(models.QuerySet):
    def canonical(self) -> "LogEntryQuerySet":
        """Logs on the chain as it stands, in its order."""
        return self.filter(orphaned_at=None).order_by("block_number", "log_index")

    def orphaned(self) -> "LogEntryQuerySet":
        """Logs that a reorg took off the chain."""
        return self.exclude(orphaned_at=None)


class OutboxQuerySet(models.QuerySet):
    def waiting(self, topic: str | None = None) -> "OutboxQuerySet":
        """Effects that have not happened yet and still should."""
        rows = self.filter(delivered_at=None, withdrawn_at=None)
        return rows.filter(topic=topic) if topic else rows

    def deliverable(self, *, at: datetime) -> "OutboxQuerySet":
        """Effects that are due at `at` (UTC), settled enough, and claimed by nobody."""
        settled = (
            Q(log=None)
            | Q(finality="instant")
            | Q(finality="safe", log__block_number__lte=F("log__chain__safe"))
            | Q(finality="final", log__block_number__lte=F("log__chain__final"))
        )
        free = Q(claimed_until=None) | Q(claimed_until__lt=at)
        return self.waiting().filter(settled, free, due__lte=at).order_by("pk")


class IntentQuerySet(models.QuerySet):
    def of(self, account: str) -> "IntentQuerySet":
        return self.filter(account=account.lower())

    def open(self) -> "IntentQuerySet":
        """Intents that may still come true."""
        from marketplace.chain.models import Intent

        return self.filter(state__in=Intent.OPEN)

    def matching(self, topic: str, keys: Collection[str]) -> "IntentQuerySet":
        """Intents that an event with this topic and one of these keys would fulfil, the oldest first."""
        return self.filter(event_topic=topic, event_key__in=keys).order_by("created")
