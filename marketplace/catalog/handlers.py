"""Facts of works, from the events of `Rights`."""

from collections.abc import Iterator

from marketplace.catalog.models import Handover, Work
from marketplace.chain.handlers import Events, on


@on("Rights.WorkCreated")
def works_created(events: Events) -> Iterator[Work]:
    """A work, whoever minted it and wherever. Without its metadata it is kept, and not shown."""
    for log, event in events:
        yield Work(
            log=log,
            key=Work.key_of(log.chain_id, event.work_id),
            chain_id=log.chain_id,
            token_id=event.work_id,
            creator=event.creator,
            asset=event.asset,
            content=event.content,
            metadata_id=event.metadata,
            draft_hash=event.draft,
            royalty_bps=event.royalty_bps,
            created=log.block_time,
        )


@on("Rights.CreatorTransferred")
def creators_transferred(events: Events) -> Iterator[Handover]:
    """Offers by whoever sold the work's licences before are void from here on: the contract refuses them."""
    for log, event in events:
        yield Handover(
            log=log,
            work_id=Work.key_of(log.chain_id, event.work_id),
            sender=event.from_,
            recipient=event.to,
            at=log.block_time,
        )
