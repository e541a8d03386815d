"""Facts of shares, revenue and payments, from the events of Rights and of the market."""

from collections.abc import Iterator
from datetime import UTC, datetime

from marketplace.catalog.models import Work
from marketplace.chain import outbox
from marketplace.chain.decoding import Event
from marketplace.chain.handlers import Events, on
from marketplace.chain.models import LogEntry, Outbox
from marketplace.royalties.accounting import LICENCE_BIT
from marketplace.royalties.models import Escrow, Fee, Payment, Rescue, Revenue, ShareSale, ShareTransfer, Withdrawal
from marketplace.royalties.work_accounts import account_of

PAY = "royalties.pay"  # outbox topic


@on("Rights.TransferSingle", "Rights.TransferBatch", "Rights.Distributed")
def shares_and_revenue(events: Events) -> Iterator[ShareTransfer | Revenue | Outbox]:
    """Shares that move take along what their work had earned by then, so both are read in the chain's order.

    Holders are paid at once: should a reorg undo the revenue, there is nothing left to pay.
    """
    moving = {work for log, event in events for work, *_ in _moves(log, event)}
    earned = Revenue.objects.filter(work_id__in=moving).totals()
    newest: dict[tuple[str, str], LogEntry] = {}  # by block and work: one look at what is owed is enough for both
    for log, event in events:
        for item, (work, amount) in enumerate(_moves(log, event)):
            yield ShareTransfer(
                log=log,
                item=item,
                work_id=work,
                sender=event.from_,
                recipient=event.to,
                amount=amount,
                mark=earned.get(work, 0),
                at=log.block_time,
            )
        if event.name == "Rights.Distributed" and event.amount:
            work = Work.key_of(log.chain_id, event.work_id)
            earned[work] = event.revenue
            newest[log.block_hash, work] = log
            yield Revenue(
                log=log, work_id=work, payer=event.payer, amount=event.amount, total=event.revenue, at=log.block_time
            )
    for (block, work), log in newest.items():
        yield outbox.effect(PAY, key=f"{block}:{work}", payload={"work": work}, log=log)


def _moves(log: LogEntry, event: Event) -> list[tuple[str, int]]:
    """(work key, shares) that a transfer moved. Shares only: a licence, whose id has the top bit set, is a fact of the
    licensing app."""
    if event.name == "Rights.TransferSingle":
        items = [(event.id, event.value)]
    elif event.name == "Rights.TransferBatch":
        items = list(zip(event.ids, event.values, strict=True))
    else:
        return []
    # Anyone may move nothing, or move shares to where they are: no fact, and no room for rubbish.
    if event.from_ == event.to:
        return []
    return [(Work.key_of(log.chain_id, token), amount) for token, amount in items if amount and not token & LICENCE_BIT]


@on("Rights.Paid", "Rights.Deferred")
def payments(events: Events) -> Iterator[Payment]:
    """What a holder earned, sent to them or kept because the asset refused: one fact a work."""
    for log, event in events:
        kind = Payment.Kind.PAID if event.name == "Rights.Paid" else Payment.Kind.DEFERRED
        for item, (work, amount) in enumerate(zip(event.work_ids, event.amounts, strict=True)):
            yield Payment(
                log=log,
                item=item,
                work_id=Work.key_of(log.chain_id, work),
                holder=event.holder,
                recipient=event.to,
                asset=event.asset,
                amount=amount,
                kind=kind,
                at=log.block_time,
            )


@on("Rights.Flowed", "Rights.Forwarded")
def passed_on(events: Events) -> Iterator[Payment]:
    """What a work's address earned by its shares of another (Flowed), or what a holder gave to works of their choice
    (Forwarded). It arrives as revenue by events of its own."""
    works = [Work.key_of(log.chain_id, _source(event)) for log, event in events]
    assets = dict(Work.objects.filter(key__in=works).values_list("key", "asset"))
    for work, (log, event) in zip(works, events, strict=True):
        if not event.amount:
            continue
        flowed = event.name == "Rights.Flowed"
        holder = account_of(log.address, event.parent_id) if flowed else event.holder
        yield Payment(
            log=log,
            work_id=work,
            holder=holder,
            recipient=holder,
            asset=assets[work],
            amount=event.amount,
            kind=Payment.Kind.PASSED_ON,
            at=log.block_time,
        )


def _source(event: Event) -> int:
    work_id: int = event.child_id if event.name == "Rights.Flowed" else event.work_id
    return work_id


@on("Rights.Held", "Rights.Escrowed", "Rights.Lifted")
def escrows(events: Events) -> Iterator[Escrow]:
    """A work is held: money for it is kept by the contract, and not yet anybody's; until it is let go, and arrives as
    revenue, here or at another work, by an event of its own."""
    for log, event in events:
        fact = Escrow(log=log, work_id=Work.key_of(log.chain_id, event.work_id), at=log.block_time)
        if event.name == "Rights.Held":
            fact.kind, fact.until = Escrow.Kind.HELD, datetime.fromtimestamp(event.until, UTC)
        else:
            fact.kind = Escrow.Kind.ARRIVED if event.name == "Rights.Escrowed" else Escrow.Kind.LIFTED
            fact.amount = event.amount
        yield fact


@on("Rights.Rescued")
def rescues(events: Events) -> Iterator[Rescue]:
    for log, event in events:
        yield Rescue(
            log=log,
            work_id=Work.key_of(log.chain_id, event.work_id),
            token=event.token,
            recipient=event.to,
            amount=event.amount,
            at=log.block_time,
        )


@on("Rights.Withdrawn")
def withdrawals(events: Events) -> Iterator[Withdrawal]:
    """What the asset had refused to pay, paid after all."""
    for log, event in events:
        yield Withdrawal(
            log=log,
            holder=event.holder,
            recipient=event.to,
            asset=event.asset,
            amount=event.amount,
            at=log.block_time,
        )


@on("Rights.FeeBooked")
def fees(events: Events) -> Iterator[Fee]:
    """The protocol's part of a purchase. It waits with what is deferred for its recipient."""
    for log, event in events:
        yield Fee(
            log=log,
            work_id=Work.key_of(log.chain_id, event.work_id),
            recipient=event.recipient,
            asset=event.asset,
            amount=event.amount,
            at=log.block_time,
        )


@on("Market.SharesPurchased")
def share_sales(events: Events) -> Iterator[ShareSale]:
    """A sale of shares. The shares' move itself is a transfer, and a royalty an arrival of money at the work."""
    for log, event in events:
        yield ShareSale(
            log=log,
            offer_digest=event.offer,
            work_id=Work.key_of(log.chain_id, event.work_id),
            seller=event.seller,
            buyer=event.buyer,
            payer=event.payer,
            shares=event.shares,
            price=event.price,
            fee=event.fee,
            royalty=event.royalty,
            at=log.block_time,
        )
