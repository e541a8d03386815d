"""Effects that must happen, once, when their cause is settled: mails, pins, payouts, key release.

`add` writes a row in the cause's own transaction. A Celery task delivers it when the log it hangs on is settled enough:
at least once, so a deliverer must bear being called twice. An effect whose log is orphaned first is withdrawn; when
the same effect is asked for again, from the block that its transaction landed in next, it waits again.
"""

import logging
import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from marketplace.chain import bulk
from marketplace.chain.models import LogEntry, Outbox

logger = logging.getLogger(__name__)

Deliverer = Callable[[dict[str, Any]], None]
Finality = Outbox.Finality

CLAIM = timedelta(seconds=30)  # longer than deliveries take; a worker that dies leaves its row to others after this
FIRST_RETRY = timedelta(seconds=2)
LAST_RETRY = timedelta(minutes=10)

_deliverers: dict[str, Deliverer] = {}


def deliver(topic: str) -> Callable[[Deliverer], Deliverer]:
    """Registers what brings about the effects of a topic: a function of the payload, safe to call twice."""

    def register(deliverer: Deliverer) -> Deliverer:
        _deliverers[topic] = deliverer
        return deliverer

    return register


def add(
    topic: str,
    *,
    key: str,
    payload: dict[str, Any] | None = None,
    log: LogEntry | None = None,
    finality: str = Finality.INSTANT,
) -> Outbox:
    """Asks for an effect, in the caller's transaction. One that was asked for already is not asked for again.

    `key`: what makes it one within its topic. `log`: its cause on chain. `finality`: how settled that must be first.
    """
    wanted = effect(topic, key=key, payload=payload, log=log, finality=finality)
    row, is_new = Outbox.objects.get_or_create(
        topic=topic,
        key=key,
        defaults={"payload": wanted.payload, "log": log, "finality": finality},
    )
    if not is_new:
        _ask_again(row, wanted)
    _poke_for([row])
    return row


def effect(
    topic: str,
    *,
    key: str,
    payload: dict[str, Any] | None = None,
    log: LogEntry | None = None,
    finality: str = Finality.INSTANT,
) -> Outbox:
    """An effect as `add` takes it, not asked for yet: for handlers, whose rows `add_all` saves together."""
    return Outbox(topic=topic, key=key, payload=payload or {}, log=log, finality=finality)


def add_all(effects: Iterable[Outbox]) -> None:
    """As `add`, of many effects, in the watcher's transaction."""
    wanted = {(row.topic, row.key): row for row in effects}
    if not wanted:
        return
    topics, keys = {topic for topic, _ in wanted}, {key for _, key in wanted}
    known = {(row.topic, row.key): row for row in Outbox.objects.filter(topic__in=topics, key__in=keys)}
    for name, row in known.items():
        if name in wanted:
            _ask_again(row, wanted.pop(name))
    bulk.insert(wanted.values())
    _poke_for([*known.values(), *wanted.values()])


def _ask_again(row: Outbox, wanted: Outbox) -> None:
    """An effect that was withdrawn, or hangs on another log now, waits again, if it has not happened."""
    if row.delivered_at is None and (row.withdrawn_at or row.log_id != wanted.log_id):
        row.payload, row.log, row.finality = wanted.payload, wanted.log, wanted.finality
        row.withdrawn_at, row.attempts, row.error, row.due = None, 0, "", timezone.now()
        row.save()


def _poke_for(rows: Iterable[Outbox]) -> None:
    waiting = (row for row in rows if row.delivered_at is None)
    if any(row.log_id is None or row.finality == Finality.INSTANT for row in waiting):
        _poke_on_commit()


def _poke_on_commit() -> None:
    """Once a transaction, however many effects it asks for."""
    if not any(hook is poke for _, hook, *_ in connection.run_on_commit):
        transaction.on_commit(poke)


def poke() -> None:
    """Asks a worker to look at the outbox now. Only a hint: beat asks every few seconds whether this arrives or not."""
    from marketplace.chain.tasks import deliver_outbox, hint

    hint(deliver_outbox)


def claim(*, at: datetime) -> Outbox | None:
    """Takes the oldest deliverable row for this worker until `at` (UTC) + CLAIM; None if there is none."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=at)
    with transaction.atomic():
        rows = Outbox.objects.deliverable(at=at)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        for row in rows[:10]:
            # The condition is what claims where rows cannot be locked (SQLite ignores that in silence).
            if Outbox.objects.filter(free, pk=row.pk).update(claimed_until=at + CLAIM):
                row.claimed_until = at + CLAIM
                return row
    return None


def deliver_next() -> bool:
    """Delivers one effect, if one is due; whether there was one. A failure is kept in its row and tried again later."""
    row = claim(at=timezone.now())
    if row is None:
        return False
    mine = Outbox.objects.filter(pk=row.pk, claimed_until=row.claimed_until)
    try:
        _deliverer(row.topic)(row.payload)
    except Exception as error:
        attempts = row.attempts + 1
        logger.exception("Effect %s of %s failed, attempt %d", row.key, row.topic, attempts)
        mine.update(
            attempts=attempts,
            error=f"{type(error).__name__}: {error}"[:2000],
            due=timezone.now() + backoff(attempts),
            claimed_until=None,
        )
    else:
        mine.update(delivered_at=timezone.now(), attempts=row.attempts + 1, error="", claimed_until=None)
    return True


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, with jitter, up to LAST_RETRY."""
    longest = min(FIRST_RETRY * 2 ** min(attempts - 1, 20), LAST_RETRY)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, guards nothing


def _deliverer(topic: str) -> Deliverer:
    try:
        return _deliverers[topic]
    except KeyError:
        raise LookupError(f"Nothing delivers {topic}.") from None
