"""Who holds what, what it earned, and what became of that: reads over the facts, at a constant number of queries.

Amounts are integers in the smallest unit of the work's asset. Nothing here asks the chain: what is owed is computed
as the contract computes it (`accounting`), from the same events.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

from django.db.models import Count

from marketplace.catalog.models import Work
from marketplace.chain.sums import totals_by
from marketplace.licensing.models import Licence
from marketplace.royalties.accounting import SHARES, Stake, percent
from marketplace.royalties.models import Fee, Payment, Revenue, ShareTransfer
from marketplace.royalties.querysets import CHAIN_ORDER


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds shares of a work, or held some when it earned."""

    address: str
    shares: int
    received: int  # sent to them, or withdrawn by them
    waiting: int  # the asset refused to pay them; it is kept until they withdraw it
    owed: int  # earned, and not paid yet

    @property
    def percent(self) -> str:
        return percent(self.shares)


@dataclass(frozen=True, slots=True)
class Holding:
    """The same, from the holder's side."""

    work: Work
    shares: int
    received: int
    waiting: int
    owed: int

    @property
    def percent(self) -> str:
        return percent(self.shares)


@dataclass(frozen=True, slots=True)
class Earnings:
    """What a work brought."""

    work: Work
    revenue: int  # to all holders
    licences: int  # purchases
    mine: Holding


@dataclass(frozen=True, slots=True)
class Split:
    """A holder's part of one arrival of money."""

    holder: str
    shares: int  # held at that moment
    numerator: int  # the exact part, in smallest units times SHARES
    payment: Payment | None  # what paid it: a payment takes all that a holder is owed

    @property
    def amount(self) -> int:
        """Whole units of the part; what is less than one is kept for the next time."""
        return self.numerator // SHARES


@dataclass(frozen=True, slots=True)
class RevenueEvent:
    """Money that arrived for a work, where from, and how it was split."""

    revenue: Revenue
    licence: Licence | None  # the purchase that brought it
    splits: list[Split]


@dataclass(frozen=True, slots=True)
class Income:
    """A payment to a holder, and what it was for."""

    payment: Payment
    sources: list[RevenueEvent]  # each with this holder's split alone


def holders(work: Work) -> list[Holder]:
    """Everybody who holds shares of a work or earned by it, the largest holder first. 4 queries."""
    stakes = ShareTransfer.objects.filter(work=work.key).stakes()
    revenue = Revenue.objects.total_of(work.key)
    payments = Payment.objects.filter(work=work.key)
    paid, waiting = totals_by(payments, "holder", "amount"), totals_by(payments.deferred(), "holder", "amount")
    found = [
        Holder(address, stake.shares, *_balance(stake, revenue, paid.get(address, 0), waiting.get(address, 0)))
        for (_, address), stake in stakes.items()
    ]
    return sorted(
        (h for h in found if h.shares or h.received or h.waiting or h.owed), key=lambda h: (-h.shares, h.address)
    )


def holdings(holder: str) -> list[Holding]:
    """The works that somebody holds shares of or earned by, the newest first. 5 queries."""
    holder = holder.lower()
    transfers = ShareTransfer.objects.touching(holder)
    stakes = {work: stake for (work, address), stake in transfers.stakes().items() if address == holder}
    works = Work.objects.visible().filter(key__in=stakes).newest()
    revenue = Revenue.objects.filter(work__in=stakes).totals()
    payments = Payment.objects.filter(holder=holder)
    paid, waiting = totals_by(payments, "work_id", "amount"), totals_by(payments.deferred(), "work_id", "amount")
    found = [
        _holding(work, stakes[work.key], revenue.get(work.key, 0), paid.get(work.key, 0), waiting.get(work.key, 0))
        for work in works
    ]
    return [h for h in found if h.shares or h.received or h.waiting or h.owed]


def studio(creator: str) -> list[Earnings]:
    """The works that somebody sells licences of and what each brought, the newest first. 6 queries."""
    creator = creator.lower()
    works = list(Work.objects.visible().licensed_by(creator).newest())
    keys = [work.key for work in works]
    stakes = ShareTransfer.objects.filter(work__in=keys).touching(creator).stakes()
    revenue = Revenue.objects.filter(work__in=keys).totals()
    sold = dict(Licence.objects.filter(work__in=keys).order_by().values_list("work_id").annotate(count=Count("pk")))
    payments = Payment.objects.filter(holder=creator, work__in=keys)
    paid, waiting = totals_by(payments, "work_id", "amount"), totals_by(payments.deferred(), "work_id", "amount")
    return [
        Earnings(
            work,
            revenue.get(work.key, 0),
            sold.get(work.key, 0),
            _holding(
                work,
                stakes.get((work.key, creator), Stake()),
                revenue.get(work.key, 0),
                paid.get(work.key, 0),
                waiting.get(work.key, 0),
            ),
        )
        for work in works
    ]


def totals_by_asset(parts: Iterable[Holding]) -> dict[str, dict[str, int]]:
    """{asset: {"received", "waiting", "owed"}} over holdings, for the head of a portfolio."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: {"received": 0, "waiting": 0, "owed": 0})
    for part in parts:
        sums[part.work.asset]["received"] += part.received
        sums[part.work.asset]["waiting"] += part.waiting
        sums[part.work.asset]["owed"] += part.owed
    return dict(sums)


def unsettled_of(holder: str) -> dict[str, int]:
    """{asset: what was sent to somebody, and a reorg could still undo}. 1 query."""
    paid = Payment.objects.filter(holder=holder.lower()).exclude(kind=Payment.Kind.DEFERRED)
    return _by_asset(totals_by(paid.unsettled(), "asset", "amount"))


def unsettled_revenue_of(works: Iterable[Work]) -> dict[str, int]:
    """{asset: what works earned, and a reorg could still undo}. 1 query."""
    earned = Revenue.objects.filter(work__in=[work.key for work in works])
    return _by_asset(totals_by(earned.unsettled(), "work__asset", "amount"))


def _by_asset(sums: dict[Hashable, int]) -> dict[str, int]:
    return {str(asset): amount for asset, amount in sums.items()}


def deferred_of(holder: str) -> dict[str, int]:
    """{asset: what is kept for somebody until they withdraw it}: refused payments, and fees booked for them."""
    kept: dict[str, int] = defaultdict(int)
    for rows in (
        Payment.objects.filter(holder=holder.lower()).deferred(),
        Fee.objects.filter(recipient=holder.lower()).waiting(),
    ):
        for asset, amount in totals_by(rows, "asset", "amount").items():
            kept[str(asset)] += amount
    return dict(kept)


def revenue_events(work: Work, *, limit: int | None = None) -> list[RevenueEvent]:
    """Arrivals of money at a work, the latest first, each split exactly among its holders then. 4 queries."""
    arrivals = list(Revenue.objects.filter(work=work.key).newest()[:limit])
    if not arrivals:
        return []
    sales = _licences_of(arrivals)
    moves = ShareTransfer.objects.filter(work=work.key).order_by(*CHAIN_ORDER).select_related("log")
    since = arrivals[-1].log.block_number
    payments = Payment.objects.filter(work=work.key, log__block_number__gte=since).select_related("log")
    paid = _first_after(payments)
    return [
        RevenueEvent(
            revenue,
            sales.get(revenue.pk),
            [
                Split(holder, shares, shares * revenue.amount, paid(revenue, holder))
                for holder, shares in sorted(held.items(), key=lambda pair: (-pair[1], pair[0]))
            ],
        )
        for revenue, held in zip(arrivals, _held_at(arrivals, list(moves)), strict=True)
    ]


def income(holder: str, *, limit: int | None = None) -> list[Income]:
    """Payments to somebody, the latest first, each with the sales that it was for. 4 queries."""
    holder = holder.lower()
    payments = list(Payment.objects.to(holder)[:limit])
    works = {payment.work_id for payment in payments}
    arrivals = list(Revenue.objects.filter(work__in=works).newest())
    sales = _licences_of(arrivals)
    moves = list(
        ShareTransfer.objects.filter(work__in=works).touching(holder).order_by(*CHAIN_ORDER).select_related("log")
    )
    sources: dict[int, list[RevenueEvent]] = defaultdict(list)
    paid = _first_after(payments)
    for work in works:
        here = [revenue for revenue in arrivals if revenue.work_id == work]
        held = _held_at(here, [move for move in moves if move.work_id == work])
        for revenue, shares in zip(here, held, strict=True):
            payment, mine = paid(revenue, holder), shares.get(holder, 0)
            if payment and mine:
                split = Split(holder, mine, mine * revenue.amount, payment)
                sources[payment.pk].append(RevenueEvent(revenue, sales.get(revenue.pk), [split]))
    return [Income(payment, sources[payment.pk]) for payment in payments]


def _balance(stake: Stake, revenue: int, paid: int, waiting: int) -> tuple[int, int, int]:
    """(received, waiting, owed)."""
    return paid - waiting, waiting, stake.owed(revenue, paid)


def _holding(work: Work, stake: Stake, revenue: int, paid: int, waiting: int) -> Holding:
    return Holding(work, stake.shares, *_balance(stake, revenue, paid, waiting))


def _place(fact: Revenue | Payment | ShareTransfer | Licence) -> tuple[int, int]:
    return fact.log.block_number, fact.log.log_index


def _held_at(arrivals: list[Revenue], moves: list[ShareTransfer]) -> list[dict[str, int]]:
    """{holder: shares} at each arrival of one work; arrivals the latest first, moves the earliest first."""
    held: dict[str, int] = defaultdict(int)
    found: list[dict[str, int]] = []
    waiting = iter(moves)
    move = next(waiting, None)
    for revenue in reversed(arrivals):
        while move is not None and _place(move) < _place(revenue):
            held[move.sender] -= move.amount
            held[move.recipient] += move.amount
            move = next(waiting, None)
        found.append({holder: shares for holder, shares in held.items() if shares > 0})
    return found[::-1]


def _licences_of(arrivals: list[Revenue]) -> dict[int, Licence]:
    """{revenue pk: the purchase that brought it}: the next of that work and amount in its transaction. 1 query."""
    hashes = {revenue.log.tx_hash for revenue in arrivals}
    sales: dict[tuple[str, str], list[Licence]] = defaultdict(list)
    for licence in Licence.objects.filter(log__tx_hash__in=hashes).select_related("log").order_by(*CHAIN_ORDER):
        sales[licence.log.tx_hash, licence.work_id].append(licence)
    found = {}
    for revenue in reversed(arrivals):
        candidates = sales[revenue.log.tx_hash, revenue.work_id]
        for licence in candidates:  # a basket can hold several licences of one work, and free ones bring nothing
            if _place(licence) > _place(revenue) and licence.price - licence.fee == revenue.amount:
                candidates.remove(licence)
                found[revenue.pk] = licence
                break
    return found


def _first_after(payments: Iterable[Payment]):
    """A function that finds what paid a holder's part of an arrival: their first payment by that work after it."""
    by_holder: dict[tuple[str, str], list[Payment]] = defaultdict(list)
    for payment in sorted(payments, key=_place):
        by_holder[payment.work_id, payment.holder].append(payment)

    def find(revenue: Revenue, holder: str) -> Payment | None:
        return next((p for p in by_holder[revenue.work_id, holder] if _place(p) > _place(revenue)), None)

    return find
