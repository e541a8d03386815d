"""Every fact, made again from the journal; and a checksum that says whether the result is the same."""

import hashlib
from collections.abc import Iterator

from django.conf import settings
from django.db import models, transaction

from marketplace.chain import handlers
from marketplace.chain.deployments import deployment
from marketplace.chain.models import Fact, LogEntry
from marketplace.chain.watcher import lease as leases
from marketplace.chain.watcher.rollback import fact_models

AT_ONCE = 1_000


class WatcherAtWork(Exception):
    """A watcher is writing; facts cannot be made again under it."""


def rebuild() -> dict[str, str]:
    """Drops all facts and replays the journal, in one transaction; the checksums after. Raises WatcherAtWork,
    HandlerFailed (nothing was changed then)."""
    lease = leases.acquire(settings.CHAIN_ID, "rebuild")
    if lease is None:
        raise WatcherAtWork("A watcher is at work. Stop it first, then run this again.")
    try:
        with transaction.atomic():
            lease.renew()  # holds the cursor's row: no watcher commits until this is done
            for model in fact_models():
                model._default_manager.filter(log__chain=settings.CHAIN_ID).delete()
            contracts = deployment()
            for logs in _batches():
                handlers.dispatch(logs, contracts)
            return checksums()
    finally:
        lease.release()


def checksums() -> dict[str, str]:
    """{table: checksum} of all facts, and "all" of them. Neither order nor row numbers matter, only what they say."""
    sums = {model._meta.db_table: _checksum(model) for model in sorted(fact_models(), key=lambda m: m._meta.db_table)}
    together = hashlib.sha256("\n".join(f"{table} {value}" for table, value in sums.items()).encode())
    return {**sums, "all": together.hexdigest()[:16]}


def _checksum(model: type[Fact]) -> str:
    """Rows and the sum of their hashes: adding does not depend on the order."""
    count = total = 0
    columns = [
        field.attname
        for field in model._meta.concrete_fields
        if field.name != "log" and not isinstance(field, models.AutoField | models.BigAutoField)
    ]
    place = ("log__chain_id", "log__block_hash", "log__log_index")
    for row in model._default_manager.order_by().values_list(*place, *columns).iterator(AT_ONCE):
        count += 1
        total += int.from_bytes(hashlib.sha256(repr(row).encode()).digest(), "big")
    return f"{count}-{total % 2**64:016x}"


def _batches() -> Iterator[list[LogEntry]]:
    """The canonical journal in the chain's order, without holding all of it in memory."""
    canonical = LogEntry.objects.canonical().filter(chain=settings.CHAIN_ID).select_related("chain")
    after = (-1, -1)
    while True:
        later = models.Q(block_number=after[0], log_index__gt=after[1]) | models.Q(block_number__gt=after[0])
        logs = list(canonical.filter(later)[:AT_ONCE])
        if not logs:
            return
        yield logs
        after = (logs[-1].block_number, logs[-1].log_index)
