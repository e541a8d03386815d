"""What the database says of the chain, in a form that two runs can be compared by."""

from typing import Any

from marketplace.chain import rebuilding
from marketplace.chain.models import Block, Chain, Cursor, Intent, LogEntry, Outbox, Quarantine
from marketplace.chain.watcher.rollback import fact_models


def journal() -> list[tuple[Any, ...]]:
    """The canonical logs."""
    columns = ("block_hash", "log_index", "block_number", "tx_hash", "address", "topics", "data", "block_time")
    return list(LogEntry.objects.canonical().values_list(*columns))


def everything() -> dict[str, Any]:
    """Facts, journal, place and waiting effects, without row numbers and clocks."""
    cursor = Cursor.objects.get()
    return {
        "facts": rebuilding.checksums(),
        "journal": journal(),
        "next": (cursor.next_block, cursor.parent_hash),
        "effects": sorted(Outbox.objects.waiting().values_list("topic", "key")),
    }


def forget() -> None:
    """An empty database again."""
    for model in fact_models():
        model._default_manager.all().delete()
    for table in (Intent, Outbox, Quarantine, Block, Cursor, LogEntry, Chain):
        table.objects.all().delete()
