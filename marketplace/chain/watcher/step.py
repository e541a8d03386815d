"""One step of the watcher: the next blocks, or the repair of the last ones. The same for backfill and live."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from marketplace.chain import handlers
from marketplace.chain.deployments import Deployment
from marketplace.chain.models import Block, Chain, Cursor, Quarantine
from marketplace.chain.rpc import RpcError, RpcUnavailable
from marketplace.chain.watcher import journal, matching, quorum, ranges, rollback
from marketplace.chain.watcher.errors import BadAnswer, Behind
from marketplace.chain.watcher.identity import identify
from marketplace.chain.watcher.lease import Lease
from marketplace.chain.watcher.source import Header, RawLog, Source, Tip

logger = logging.getLogger(__name__)

NEAR = 20  # blocks a step where the chain may still change, each asked for by its hash
RENEW = timedelta(seconds=2)  # how often an idle watcher says that it is alive


@dataclass(frozen=True)
class Found:
    """Blocks that were read and checked. `headers`: those that are remembered, the last one among them."""

    first: int
    last: Header
    headers: Sequence[Header]
    logs: Sequence[RawLog]
    range: int  # to go on with


@dataclass(frozen=True)
class Progress:
    """What a step did. `news`: whether there may be more to do at once; the rest says what others should hear of."""

    news: bool
    head_moved: bool = False
    settled: bool = False  # safe or final moved


def step(source: Source, lease: Lease, deployment: Deployment) -> Progress:
    """Does the next thing that is to be done.

    Raises BadAnswer, NodesDisagree, Halt, LeaseLost, HandlerFailed, RpcError, RpcUnavailable; nothing was changed then.
    """
    cursor = Cursor.objects.select_related("chain").get(chain=lease.chain_id)
    chain = cursor.chain
    tip = source.tip()
    if tip.head.number < cursor.next_block:
        if _is_ours(source, chain, cursor, tip.head):
            _confirm_final(source, cursor, tip)
            return observe(lease, cursor, tip)
        return _repair(source, lease, cursor)
    found = fetch(source, cursor, tip)
    if found is None:
        return _repair(source, lease, cursor)
    _confirm_final(source, cursor, tip, found)
    return commit(lease, cursor, tip, found, deployment)


def fetch(source: Source, cursor: Cursor, tip: Tip) -> Found | None:
    """The next blocks; None if the first of them does not follow from the last one that was read."""
    if cursor.next_block > tip.final:
        first, last = ranges.bounds(cursor.next_block, tip.head.number, NEAR)
        headers = [tip.head] if first == tip.head.number else source.chain(first, last)
        if not _follows(cursor, headers[0]):
            return None
        return Found(first, headers[-1], headers, source.logs_of(headers), cursor.range)

    most = settings.CHAIN_MAX_RANGE
    size = min(cursor.range, most)
    first, last = ranges.bounds(cursor.next_block, min(tip.final, tip.head.number), size)
    asked = last - first + 1
    begun = time.monotonic()
    try:
        logs, start, end = source.logs_between(first, last)
    except (RpcError, RpcUnavailable):
        if asked > 1:
            # Nodes word their limits in a hundred ways: any refusal of several blocks means fewer.
            Cursor.objects.filter(pk=cursor.pk).update(range=ranges.after_error(asked))
        raise
    if not _follows(cursor, start):
        return None
    headers = [start, end] if asked > 1 else [end]
    headers += _headers_of(source, logs, known=headers)
    seconds = time.monotonic() - begun
    size = ranges.after_success(size, most=most, asked=asked, logs=len(logs), seconds=seconds)
    return Found(first, end, headers, logs, size)


def commit(lease: Lease, cursor: Cursor, tip: Tip, found: Found, deployment: Deployment) -> Progress:
    """Journal, facts, intents and cursor: all of it, or nothing. Raises LeaseLost, HandlerFailed."""
    times: dict[int, datetime] = {header.number: header.time for header in found.headers}
    entries = [journal.entry(lease.chain_id, log, times) for log in found.logs]
    chain = cursor.chain
    with transaction.atomic():
        lease.advance(
            expected=found.first, next_block=found.last.number + 1, parent_hash=found.last.hash, range=found.range
        )
        kept = journal.keep(lease.chain_id, entries)
        for each in kept:
            each.chain = chain  # the same object for all: handlers and finality need no query for it
        journal.keep_blocks(lease.chain_id, found.headers)
        progress = replace(_settle(chain, tip, found.last.number), news=True)
        handlers.dispatch(kept, deployment)
        matching.match(chain, kept)
        if kept or progress.settled:
            matching.finalise(chain)
        if found.last.number // journal.PRUNE_EVERY > (found.first - 1) // journal.PRUNE_EVERY:
            journal.forget_old_blocks(lease.chain_id, final=chain.final)
    if kept:
        logger.info("Blocks %d to %d: %d logs", found.first, found.last.number, len(kept))
    return progress


def observe(lease: Lease, cursor: Cursor, tip: Tip) -> Progress:
    """Nothing new to read: keeps the lease, and moves finality up to what was read and is still there."""
    chain = cursor.chain
    verified = _verified(cursor)
    if (
        not chain.halted
        and chain.checked_at is not None
        and timezone.now() - chain.checked_at < RENEW
        and (chain.head, chain.safe, chain.final) == _settled(chain, tip, verified)
    ):
        return Progress(news=False)  # spares the database a write at each look
    with transaction.atomic():
        lease.renew()
        progress = _settle(chain, tip, verified)
        if progress.settled:
            matching.finalise(chain)
    return progress


def _verified(cursor: Cursor) -> int:
    """The last block that was read. A chain of which nothing was read yet has nothing that could be settled."""
    return cursor.next_block - 1 if cursor.parent_hash else cursor.chain.final


def _confirm_final(source: Source, cursor: Cursor, tip: Tip, found: Found | None = None) -> None:
    """Nothing becomes final that another node does not have too, where there is another."""
    if source.nodes is None:
        return
    chain = cursor.chain
    final = _settled(chain, tip, found.last.number if found else _verified(cursor))[2]
    if final == chain.final:
        return
    kept = Block.objects.filter(chain=chain, number__range=(final, cursor.next_block - 1)).order_by("number")
    blocks = [*kept.values_list("number", "hash")[:1], *((h.number, h.hash) for h in (found.headers if found else ()))]
    # That block, or the next one above it that is remembered: its hash stands for all that it is built on.
    number, block_hash = min(block for block in blocks if block[0] >= final)
    quorum.confirm(source, number, block_hash)


def _settled(chain: Chain, tip: Tip, verified: int) -> tuple[int, int, int]:
    """(head, safe, final). Finality never passes a block that was not found to be still there: what waits for it
    would otherwise happen for logs that are gone already. It never goes back for a node that is behind either."""
    final = max(chain.final, min(tip.final, verified))
    return tip.head.number, max(final, min(tip.safe, verified), min(chain.safe, verified)), final


def _settle(chain: Chain, tip: Tip, verified: int) -> Progress:
    """Writes down what the node says of the chain, in the caller's transaction. Whatever was in the way is over."""
    before = (chain.head, chain.safe, chain.final)
    chain.head, chain.safe, chain.final = _settled(chain, tip, verified)
    chain.checked_at = timezone.now()
    if chain.halted:
        logger.info("Going on after: %s", chain.halted)
        Quarantine.objects.filter(chain=chain).delete()
        chain.halted = ""
    chain.save(update_fields=["head", "safe", "final", "checked_at", "halted"])
    return Progress(news=False, head_moved=chain.head != before[0], settled=(chain.safe, chain.final) != before[1:])


def _repair(source: Source, lease: Lease, cursor: Cursor) -> Progress:
    identify(source.rpc)  # another chain altogether is not a reorg
    ancestor = rollback.common_ancestor(source, cursor.chain, cursor)
    rollback.roll_back(lease, cursor.chain, cursor, ancestor)
    return Progress(news=True, head_moved=True)


def _follows(cursor: Cursor, header: Header) -> bool:
    return not cursor.parent_hash or header.parent == cursor.parent_hash


def _is_ours(source: Source, chain: Chain, cursor: Cursor, head: Header) -> bool:
    """Whether a head that is not new is a block that we read; if it is an older one, the node is only behind."""
    if not cursor.parent_hash:
        return True  # nothing was read yet
    if head.number == cursor.next_block - 1:
        return head.hash == cursor.parent_hash
    block = Block.objects.filter(chain=chain, number__lte=head.number).order_by("-number").first()
    if block is None:
        return False
    theirs = head if block.number == head.number else source.headers([block.number])[0]
    if theirs is None or theirs.hash != block.hash:
        return False
    raise Behind(
        f"The node is at block {head.number}, and we have read up to {cursor.next_block - 1}: it is behind, or its "
        "chain was set back. Waiting for it. (If it is a local chain that lost its state: make reset.)"
    )


def _headers_of(source: Source, logs: Sequence[RawLog], *, known: Sequence[Header]) -> list[Header]:
    """The blocks with logs: all of them are remembered, and some nodes tell a log's time in no other place."""
    have = {header.number for header in known}
    missing = sorted({log.block_number: log for log in logs if log.block_number not in have}.items())
    found = []
    for i in range(0, len(missing), 100):
        part = missing[i : i + 100]
        for (_, log), header in zip(part, source.headers([number for number, _ in part]), strict=True):
            if header is None or header.hash != log.block_hash:
                raise BadAnswer(f"The node gave a log of a block {log.block_number} that is not on its chain.")
            found.append(header)
    return found
