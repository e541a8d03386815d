"""What a reorg took off the chain is taken out of the database: to the common ancestor, in one transaction."""

import logging
from typing import NamedTuple

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from marketplace.chain.models import Block, Chain, Cursor, Fact, Intent, LogEntry, Outbox, Quarantine
from marketplace.chain.watcher import quorum
from marketplace.chain.watcher.errors import BadAnswer, Halt
from marketplace.chain.watcher.lease import Lease
from marketplace.chain.watcher.source import Header, Source

logger = logging.getLogger(__name__)

AT_ONCE = 32  # blocks to compare a request


class Ancestor(NamedTuple):
    """The last block that the node's chain and ours share. `hash` is "" below the first block that we read."""

    number: int
    hash: str


def common_ancestor(source: Source, chain: Chain, cursor: Cursor) -> Ancestor:
    """Walks back from the cursor, never below finality; where there are other nodes, they have parted from us too.

    Raises Halt if the chains part below finality, BadAnswer, NodesDisagree.
    """
    last = cursor.next_block - 1
    ours = dict(
        Block.objects.filter(chain=chain, number__gte=chain.final, number__lte=last).values_list("number", "hash")
    )
    heights = sorted(ours, reverse=True)
    theirs: Header | None = None
    replaced: Header | None = None  # the lowest of theirs that is not ours
    for start in range(0, len(heights), AT_ONCE):
        some = heights[start : start + AT_ONCE]
        for number, theirs in zip(some, source.headers(some), strict=True):
            if theirs is not None and theirs.hash == ours[number]:
                if number == last:
                    raise BadAnswer(f"The node has block {last}, and a next block that does not follow from it.")
                _confirm(source, replaced)
                return Ancestor(number, ours[number])
            replaced = theirs or replaced
    _confirm(source, replaced)
    if heights and heights[-1] > chain.final:  # reading began above finality: all of it is gone
        return Ancestor(heights[-1] - 1, "")
    raise Halt(
        f"The chain has changed below block {chain.final}, which was final: that block was {ours.get(chain.final)}, "
        f"and the node now has {theirs.hash if theirs else 'none'} there. Nothing was changed here. If this is the "
        "local development chain, `make reset` starts afresh. On any other, check that CHAIN_RPC_URL is a healthy node "
        "of the right chain before anything else: paid licences and payouts hang on these blocks."
    )


def _confirm(source: Source, replaced: Header | None) -> None:
    if replaced is not None:
        quorum.confirm(source, replaced.number, replaced.hash)
    elif source.nodes is not None:
        raise BadAnswer("The node has none of the blocks that we read last, nor others in their place.")


def roll_back(lease: Lease, chain: Chain, cursor: Cursor, ancestor: Ancestor) -> int:
    """Undoes all that came from blocks above `ancestor`; how many logs that were. Raises LeaseLost."""
    now = timezone.now()
    with transaction.atomic():
        lease.advance(expected=cursor.next_block, next_block=ancestor.number + 1, parent_hash=ancestor.hash)
        logs = LogEntry.objects.filter(chain=chain, orphaned_at=None, block_number__gt=ancestor.number)
        orphaned = logs.values("pk")
        for model in fact_models():
            model._default_manager.filter(log__in=orphaned).delete()
        Outbox.objects.waiting().filter(log__in=orphaned).update(withdrawn_at=now, claimed_until=None)
        # Their transactions may land in another block; if none of the nodes keeps them, the next review says so.
        Intent.objects.filter(log__in=orphaned).update(state=Intent.State.SUBMITTED, log=None, changed=now)
        count = logs.update(orphaned_at=now)
        Block.objects.filter(chain=chain, number__gt=ancestor.number).delete()
        Quarantine.objects.filter(chain=chain, block_number__gt=ancestor.number).delete()
        Chain.objects.filter(pk=chain.pk).update(
            head=ancestor.number, safe=min(chain.safe, ancestor.number), checked_at=now
        )
    logger.warning(
        "Reorg: %d blocks from %d on were replaced; %d logs taken back",
        cursor.next_block - 1 - ancestor.number, ancestor.number + 1, count,
    )  # fmt: skip
    return count


def fact_models() -> list[type[Fact]]:
    """Every concrete projection of the journal, in all apps."""
    return [model for model in apps.get_models() if issubclass(model, Fact)]
