"""What became of transactions that wallets sent, where the journal cannot tell: reverted, dropped, or without an event.

Network first, then one short transaction an intent.
"""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from marketplace.chain import actions, contracts, intents
from marketplace.chain.models import Chain, Cursor, Intent, LogEntry
from marketplace.chain.rpc import Rpc, RpcError, get_rpc, to_int
from marketplace.chain.watcher import matching

logger = logging.getLogger(__name__)

State = Intent.State
AT_ONCE = 100  # intents a round
DROPPED_AFTER = timedelta(seconds=60)  # that a node does not know a transaction; it may be on its way between nodes


def review() -> None:
    """Looks at every intent that is out of time or on its way. Raises RpcUnavailable, RpcError."""
    expire()
    # Without an event, the receipt is all there is, until it is final.
    without_event = Q(state=State.CONFIRMED, log=None)
    waiting = Intent.objects.filter(Q(state=State.SUBMITTED) | without_event, chain_id=settings.CHAIN_ID)
    batch = list(waiting.exclude(tx_hash="").order_by("changed")[:AT_ONCE])
    if not batch:
        return
    rpc = get_rpc()
    receipts = rpc.batch([("eth_getTransactionReceipt", [intent.tx_hash]) for intent in batch])
    sent = rpc.batch([("eth_getTransactionByHash", [intent.tx_hash]) for intent in batch])
    for intent, receipt, tx in zip(batch, receipts, sent, strict=True):
        if receipt is None:
            _without_receipt(intent, is_known=tx is not None)
        elif to_int(receipt["status"]) == 0:
            name, detail = _why(rpc, tx, receipt)
            actions.fail(intent=intent, reason=name, detail=detail)
        else:
            _mined(intent, receipt, tx)


def expire() -> None:
    """Ends the requests whose time has run out before anything was sent."""
    unsent = Q(state__in=[State.PREPARED, State.REJECTED]) | (Q(state=State.SIGNED) & ~Q(event_topic=""))
    Intent.objects.filter(unsent, expires__lte=timezone.now()).update(
        state=State.EXPIRED, reason="expired", changed=timezone.now()
    )


def _without_receipt(intent: Intent, *, is_known: bool) -> None:
    if intent.state == State.CONFIRMED:  # its block was reorganised away
        Intent.objects.filter(pk=intent.pk, state=State.CONFIRMED, log=None).update(
            state=State.SUBMITTED, changed=timezone.now()
        )
    elif not is_known and timezone.now() - intent.changed > DROPPED_AFTER:
        actions.fail(intent=intent, reason="dropped", detail="No node knows this transaction any more.")


def _mined(intent: Intent, receipt: dict[str, Any], tx: dict[str, Any] | None) -> None:
    number = to_int(receipt["blockNumber"])
    chain = Chain.objects.filter(pk=intent.chain_id).first()
    if not intent.event_topic:
        if not _did_what_was_asked(intent, receipt, tx):
            actions.fail(intent=intent, reason="no-event", detail="The transaction did something else than was asked.")
            return
        with transaction.atomic():
            fresh = Intent.objects.select_for_update().get(pk=intent.pk)
            if fresh.state == State.SUBMITTED:
                actions.confirm(fresh, tx_hash=intent.tx_hash, where=receipt["blockHash"])
            if chain and fresh.state == State.CONFIRMED and number <= chain.final:
                Intent.objects.filter(pk=intent.pk).update(state=State.FINAL, changed=timezone.now())
        return
    cursor = Cursor.objects.filter(chain=intent.chain_id).first()
    if cursor is None or cursor.next_block <= number:
        return  # the watcher has not read that block yet; it will find the event
    with transaction.atomic():
        fresh = Intent.objects.select_for_update().get(pk=intent.pk)
        if fresh.state != State.SUBMITTED:
            return
        log = _event_of(fresh)
        if log is not None:
            actions.confirm(fresh, tx_hash=fresh.tx_hash, where=str(log.pk), log=log)
            matching.finalise(log.chain)
        elif Cursor.objects.filter(chain=intent.chain_id, next_block__gt=number).exists():
            actions.fail(intent=fresh, reason="no-event", detail="The transaction did something else than was asked.")


def _did_what_was_asked(intent: Intent, receipt: dict[str, Any], tx: dict[str, Any] | None) -> bool:
    """Whether a mined transaction is the one that was asked for, where no event of ours can tell.

    Its own call is; or, for a wallet that is a contract, what it called said something of the account.
    """
    asked = intent.transaction or {}
    to = asked.get("to", "")
    if tx and (tx["from"].lower(), (tx["to"] or "").lower(), tx["input"]) == (intent.account, to, asked.get("data")):
        return True
    account = intents.word(intent.account)
    return any(log["address"].lower() == to and account in log["topics"] for log in receipt["logs"])


def _event_of(intent: Intent) -> LogEntry | None:
    """The event of this intent in its transaction, for a report that came after the watcher had passed."""
    for log in LogEntry.objects.canonical().filter(chain=intent.chain_id, tx_hash=intent.tx_hash):
        if log.topics and log.topics[0] == intent.event_topic and intent.event_key in intents.keys_of(log.topics):
            return log
    return None


def _why(rpc: Rpc, tx: dict[str, Any] | None, receipt: dict[str, Any]) -> tuple[str, str]:
    """(code, detail) of a revert, found by doing the call again on the state before its block."""
    if tx is None:
        return "reverted", ""
    call = {"from": tx["from"], "to": tx["to"], "data": tx["input"], "value": tx["value"], "gas": tx["gas"]}
    try:
        rpc.call("eth_call", call, hex(to_int(receipt["blockNumber"]) - 1))
    except RpcError as error:
        reverted = contracts.revert("Market", error)
        if reverted is not None:
            return (reverted.name or "reverted")[:60], str(reverted)
        logger.info("Node tells no reason for the revert of %s: %s", receipt["transactionHash"], error)
    return "reverted", ""
