"""The append-only journal of logs, and the blocks that it stands on."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from marketplace.chain import bulk
from marketplace.chain.models import Block, LogEntry
from marketplace.chain.watcher.source import Header, RawLog

WINDOW = 256  # blocks below finality that are kept though no log of ours is in them
PRUNE_EVERY = 64  # blocks


def entry(chain_id: int, log: RawLog, times: Mapping[int, datetime]) -> LogEntry:
    """A log as it is kept, not saved yet. `times`: of the blocks whose logs do not say it themselves."""
    return LogEntry(
        chain_id=chain_id,
        block_number=log.block_number,
        block_hash=log.block_hash,
        block_time=log.time or times[log.block_number],
        tx_hash=log.tx_hash,
        tx_index=log.tx_index,
        log_index=log.log_index,
        address=log.address,
        topics=list(log.topics),
        data=log.data,
    )


def keep(chain_id: int, entries: Sequence[LogEntry]) -> list[LogEntry]:
    """Saves logs, in the caller's transaction; those that were not canonical before, in the chain's order.

    A log that is there already is not kept twice. One that a reorg had taken away and another has brought back is
    taken as canonical again.
    """
    if not entries:
        return []
    first, last = entries[0].block_number, entries[-1].block_number
    known = {
        (each.block_hash, each.log_index): each
        for each in LogEntry.objects.filter(chain=chain_id, block_number__range=(first, last))
    }
    kept = [each for each in entries if (each.block_hash, each.log_index) not in known]
    bulk.number(kept)
    bulk.insert(kept)
    returned = [
        known[place]
        for each in entries
        if (place := (each.block_hash, each.log_index)) in known and known[place].orphaned_at is not None
    ]
    if returned:
        LogEntry.objects.filter(pk__in=[each.pk for each in returned]).update(orphaned_at=None)
        for each in returned:
            each.orphaned_at = None
        kept = sorted([*kept, *returned], key=lambda each: (each.block_number, each.log_index))
    return kept


def keep_blocks(chain_id: int, headers: Sequence[Header]) -> None:
    """Remembers canonical blocks, to recognise them by when the chain changes."""
    Block.objects.bulk_create(
        [Block(chain_id=chain_id, number=h.number, hash=h.hash, parent=h.parent, time=h.time) for h in headers],
        update_conflicts=True,
        unique_fields=["chain", "number"],
        update_fields=["hash", "parent", "time"],
    )


def forget_old_blocks(chain_id: int, *, final: int) -> None:
    """Lets go of blocks that finality has long passed and that have no log of ours."""
    with_logs = LogEntry.objects.canonical().filter(chain=chain_id, block_number__lt=final - WINDOW)
    old = Block.objects.filter(chain=chain_id, number__lt=final - WINDOW)
    old.exclude(number__in=with_logs.order_by().values("block_number")).delete()
