"""Facts of shares, revenue and payments, from the events of Rights and of the market."""

from datetime import UTC, datetime
from typing import Any

from marketplace.catalog.models import Work
from marketplace.chain import outbox
from marketplace.chain.decoding import Event
from marketplace.chain.handlers import on
from marketplace.chain.models import LogEntry
from marketplace.royalties.accounting import LICENCE_BIT
from marketplace.royalties.models import Escrow, Fee, Payment, Rescue, Revenue, ShareSale, ShareTransfer, Withdrawal
from marketplace.royalties.work_accounts import account_of

PAY = "royalties.pay"  # outbox topic


@on("Rights.TransferSingle")
def shares_moved(log: LogEntry, event: Event) -> None:
    _move(log, event.from_, event.to, [(event.id, event.value)])


@on("Rights.TransferBatch")
def many_shares_moved(log: LogEntry, event: Event) -> None:
    _move(log, event.from_, event.to, list(zip(event.ids, event.values, strict=True)))


def _move(log: LogEntry, sender: str, recipient: str, items: list[tuple[int, int]]) -> None:
    """Shares only: a licence, whose id has the top bit set, is a fact of the licensing app."""
    for item, (token, amount) in enumerate(items):
        # Anyone may move nothing, or move shares to where they are: no fact, and no room for rubbish.
        if token & LICENCE_BIT or amount == 0 or sender == recipient:
            continue
        work = Work.key_of(log.chain_id, token)
        ShareTransfer.objects.get_or_create(
            log=log,
            item=item,
            defaults={
                "work_id": work,
                "sender": sender,
                "recipient": recipient,
                "amount": amount,
                "mark": Revenue.objects.total_of(work),
                "at": log.block_time,
            },
        )


@on("Rights.Distributed")
def revenue_arrived(log: LogEntry, event: Event) -> None:
    """Money for a work. Its holders are paid at once: should a reorg undo this, there is nothing left to pay."""
    if event.amount == 0:
        return
    work = Work.key_of(log.chain_id, event.work_id)
    Revenue.objects.get_or_create(
        log=log,
        defaults={
            "work_id": work,
            "payer": event.payer,
            "amount": event.amount,
            "total": event.revenue,
            "at": log.block_time,
        },
    )
    outbox.add(PAY, key=f"{log.block_hash}:{log.log_index}", payload={"work": work}, log=log)


@on("Rights.Paid")
def paid(log: LogEntry, event: Event) -> None:
    _pay(log, event, Payment.Kind.PAID)


@on("Rights.Deferred")
def deferred(log: LogEntry, event: Event) -> None:
    _pay(log, event, Payment.Kind.DEFERRED)


def _pay(log: LogEntry, event: Event, kind: Payment.Kind) -> None:
    for item, (work, amount) in enumerate(zip(event.work_ids, event.amounts, strict=True)):
        Payment.objects.get_or_create(
            log=log,
            item=item,
            defaults={
                "work_id": Work.key_of(log.chain_id, work),
                "holder": event.holder,
                "recipient": event.to,
                "asset": event.asset,
                "amount": amount,
                "kind": kind,
                "at": log.block_time,
            },
        )


@on("Rights.Flowed")
def flowed(log: LogEntry, event: Event) -> None:
    """What a work's address earned by its shares of another. It arrives as revenue by an event of its own."""
    _pass_on(log, event.child_id, account_of(log.address, event.parent_id), event.amount)


@on("Rights.Forwarded")
def forwarded(log: LogEntry, event: Event) -> None:
    """What a holder passed on to works of their choice, where it arrives as revenue by events of its own."""
    _pass_on(log, event.work_id, event.holder, event.amount)


def _pass_on(log: LogEntry, work_id: int, holder: str, amount: int) -> None:
    if amount == 0:
        return
    work = Work.key_of(log.chain_id, work_id)
    Payment.objects.get_or_create(
        log=log,
        defaults={
            "work_id": work,
            "holder": holder,
            "recipient": holder,
            "asset": Work.objects.values_list("asset", flat=True).get(key=work),
            "amount": amount,
            "kind": Payment.Kind.PASSED_ON,
            "at": log.block_time,
        },
    )


@on("Rights.Held")
def held(log: LogEntry, event: Event) -> None:
    _escrow(log, event, Escrow.Kind.HELD, until=datetime.fromtimestamp(event.until, UTC))


@on("Rights.Escrowed")
def escrowed(log: LogEntry, event: Event) -> None:
    """Money for a work that is held: kept by the contract, and not yet anybody's."""
    _escrow(log, event, Escrow.Kind.ARRIVED, amount=event.amount)


@on("Rights.Lifted")
def lifted(log: LogEntry, event: Event) -> None:
    """What was held is let go. It arrives as revenue, here or at another work, by an event of its own."""
    _escrow(log, event, Escrow.Kind.LIFTED, amount=event.amount)


def _escrow(log: LogEntry, event: Event, kind: Escrow.Kind, **values: Any) -> None:
    work = Work.key_of(log.chain_id, event.work_id)
    Escrow.objects.get_or_create(log=log, defaults={"work_id": work, "kind": kind, "at": log.block_time, **values})


@on("Rights.Rescued")
def rescued(log: LogEntry, event: Event) -> None:
    Rescue.objects.get_or_create(
        log=log,
        defaults={
            "work_id": Work.key_of(log.chain_id, event.work_id),
            "token": event.token,
            "recipient": event.to,
            "amount": event.amount,
            "at": log.block_time,
        },
    )


@on("Rights.Withdrawn")
def withdrawn(log: LogEntry, event: Event) -> None:
    """What the asset had refused to pay, paid after all."""
    Withdrawal.objects.get_or_create(
        log=log,
        defaults={
            "holder": event.holder,
            "recipient": event.to,
            "asset": event.asset,
            "amount": event.amount,
            "at": log.block_time,
        },
    )


@on("Rights.FeeBooked")
def fee_booked(log: LogEntry, event: Event) -> None:
    """The protocol's part of a purchase. It waits with what is deferred for its recipient."""
    Fee.objects.get_or_create(
        log=log,
        defaults={
            "work_id": Work.key_of(log.chain_id, event.work_id),
            "recipient": event.recipient,
            "asset": event.asset,
            "amount": event.amount,
            "at": log.block_time,
        },
    )


@on("Market.SharesPurchased")
def shares_purchased(log: LogEntry, event: Event) -> None:
    """A sale of shares. The shares' move itself is a transfer, and a royalty an arrival of money at the work."""
    ShareSale.objects.get_or_create(
        log=log,
        defaults={
            "offer_digest": event.offer,
            "work_id": Work.key_of(log.chain_id, event.work_id),
            "seller": event.seller,
            "buyer": event.buyer,
            "payer": event.payer,
            "shares": event.shares,
            "price": event.price,
            "fee": event.fee,
            "royalty": event.royalty,
            "at": log.block_time,
        },
    )
