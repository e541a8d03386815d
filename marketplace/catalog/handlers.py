"""Facts of works, from the events of `Rights`."""

from marketplace.catalog.models import Handover, Work
from marketplace.chain.decoding import Event
from marketplace.chain.handlers import on
from marketplace.chain.models import LogEntry


@on("Rights.WorkCreated")
def work_created(log: LogEntry, event: Event) -> None:
    """A work, whoever minted it and wherever. Without its metadata it is kept, and not shown."""
    Work.objects.get_or_create(
        log=log,
        defaults={
            "key": Work.key_of(log.chain_id, event.work_id),
            "chain_id": log.chain_id,
            "token_id": event.work_id,
            "creator": event.creator,
            "asset": event.asset,
            "content": event.content,
            "metadata_id": event.metadata,
            "draft_hash": event.draft,
            "royalty_bps": event.royalty_bps,
            "created": log.block_time,
        },
    )


@on("Rights.CreatorTransferred")
def creator_transferred(log: LogEntry, event: Event) -> None:
    """Offers by whoever sold the work's licences before are void from here on: the contract refuses them."""
    Handover.objects.get_or_create(
        log=log,
        defaults={
            "work_id": Work.key_of(log.chain_id, event.work_id),
            "sender": event.from_,
            "recipient": event.to,
            "at": log.block_time,
        },
    )
