"""The keeper: pays everybody who is owed, as soon as money arrives, so that nobody has to ask.

It holds no right: `Rights.push` may be called by anyone, pays what is owed and no more, and books a payee that the
asset refuses to `deferred` without stopping the others; `Rights.flow` does the same for works that hold shares. So a
payout that is sent twice, or by two keepers at once, costs gas and nothing else. Who is owed comes from the facts; how
much, from the contract, at the time of sending.
"""

import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from marketplace.catalog.models import Work
from marketplace.chain import outbox, relay
from marketplace.chain.contracts import View, calldata, views
from marketplace.chain.deployments import deployment
from marketplace.chain.rpc import RpcError, RpcUnavailable, get_rpc, to_int
from marketplace.royalties import portfolio
from marketplace.royalties.handlers import PAY
from marketplace.royalties.models import KeeperTurn, Payment, Payout, Revenue

logger = logging.getLogger(__name__)

TURN = timedelta(seconds=30)
BUDGET = 15.0  # seconds of a turn in which to send; the rest waits for the next one
ASK_AT_ONCE = 250  # holders in one request to the node
FORGOTTEN_AFTER = timedelta(minutes=10)  # a batch that no block has taken: its holders are looked at again
GAS_OF_A_BATCH = 3_000_000  # to tell a keeper that is nearly out of gas


@dataclass(frozen=True, slots=True)
class KeeperStatus:
    """Whether holders are paid without asking. `state`: "ready", "off", "out-of-gas" or "unknown" (no node)."""

    state: str
    address: str
    balance: int | None  # wei
    in_flight: int  # batches

    @property
    def is_ready(self) -> bool:
        return self.state == "ready"


@dataclass(frozen=True, slots=True)
class Due:
    """What somebody is owed by a work. `work_id`: of the work whose address it is; 0 for people."""

    holder: str
    amount: int
    work_id: int = 0


@outbox.deliver(PAY)
def revenue_arrived(payload: dict[str, Any]) -> None:
    """Pays the holders of a work that has just earned. Safe to repeat."""
    pay_work(payload["work"])


def pay_work(work_key: str) -> int:
    """Sends payouts to all who are owed by a work; how many batches. 0 if there is nothing to do, or another does it.

    Safe to run twice, or at the same time as another. Raises RpcUnavailable; without a key, or without gas, it says so
    in the log and returns 0: holders can still claim.
    """
    if not relay.is_on():
        logger.warning("The keeper is off (no KEEPER_PRIVATE_KEY): holders of work %s have to claim.", work_key)
        return 0
    with _turn(work_key) as is_mine:
        return _pay(work_key) if is_mine else 0


def pay_due() -> int:
    """Pays whatever earlier runs have missed; how many batches. Raises RpcUnavailable."""
    review(Payout.objects.in_flight())
    return sum(pay_work(work) for work in due())


def due() -> list[str]:
    """Works of which somebody may be owed: their revenue or payments are not those of the last time nobody was."""
    payments = dict(Payment.objects.order_by().values_list("work_id").annotate(count=Count("pk")))
    paid_up = {
        turn.work_key: (turn.revenue, turn.payments)
        for turn in KeeperTurn.objects.only("work_key", "revenue", "payments")
    }
    return [
        work
        for work, revenue in Revenue.objects.totals().items()
        if paid_up.get(work) != (revenue, payments.get(work, 0))
    ]


def keeper_status() -> KeeperStatus:
    """For pages: whether the keeper works, and if not, why."""
    in_flight = Payout.objects.in_flight().count()
    if not relay.is_on():
        return KeeperStatus("off", "", None, in_flight)
    address = relay.address()
    try:
        balance, price = map(to_int, get_rpc().batch([("eth_getBalance", [address, "latest"]), ("eth_gasPrice", [])]))
    except (RpcUnavailable, RpcError):
        return KeeperStatus("unknown", address, None, in_flight)
    return KeeperStatus("ready" if balance >= GAS_OF_A_BATCH * price else "out-of-gas", address, balance, in_flight)


def review(payouts: Any) -> None:
    """Learns from receipts what became of batches that were sent. Raises RpcUnavailable."""
    sent = list(payouts)
    receipts = get_rpc().batch([("eth_getTransactionReceipt", [payout.tx_hash]) for payout in sent])
    for payout, receipt in zip(sent, receipts, strict=True):
        if receipt is not None:
            is_mined = to_int(receipt["status"]) == 1
            payout.state = Payout.State.MINED if is_mined else Payout.State.FAILED
            payout.error = "" if is_mined else "The network refused it."
            payout.gas_used = to_int(receipt["gasUsed"])
        elif timezone.now() - payout.created > FORGOTTEN_AFTER:
            payout.state, payout.error = Payout.State.FAILED, "No block took it."
        else:
            continue
        payout.save(update_fields=["state", "error", "gas_used", "changed"])


def _pay(work_key: str) -> int:
    work = Work.objects.filter(key=work_key).first()
    if work is None:
        return 0
    facts = _facts(work_key)
    in_flight = Payout.objects.in_flight().filter(work=work_key)
    review(in_flight)
    busy = {holder for payout in in_flight.all() for holder in payout.holders}
    candidates = [holder.address for holder in portfolio.holders(work) if holder.owed and holder.address not in busy]
    people, parents = _owed(work, candidates)
    if not people and not parents:
        if not busy:
            KeeperTurn.objects.filter(work_key=work_key).update(**facts)
        return 0
    sent = 0
    end = time.monotonic() + BUDGET
    jobs = [(_pushing, batch) for batch in _batches(people, settings.KEEPER_BATCH)]
    jobs += [(_flowing, batch) for batch in _batches(parents, settings.KEEPER_BATCH)]
    for data_for, batch in jobs:
        if time.monotonic() > end or not _send(work, batch, data_for(work, batch)):
            break
        sent += 1
    return sent


def _facts(work_key: str) -> dict[str, int]:
    return {
        "revenue": Revenue.objects.total_of(work_key),
        "payments": Payment.objects.filter(work=work_key).count(),
    }


def _owed(work: Work, holders: list[str]) -> tuple[list[Due], list[Due]]:
    """What the contract says is owed now: to people, and to works that hold shares of this one, whose money becomes
    revenue instead of being paid. Who keeps their money in the contract, to pass it on, is left alone."""
    people: list[Due] = []
    works: list[Due] = []
    rights = deployment().rights
    for batch in _batches(holders, ASK_AT_ONCE):
        calls = [View("Rights", name, args) for name in ("workAt", "payoutOf") for args in ([h] for h in batch)]
        calls += [View("Rights", "owed", [work.token_id, holder]) for holder in batch]
        answers = list(_batches(views(calls), len(batch)))
        for holder, work_there, payee, owed in zip(batch, *answers, strict=True):
            if owed and work_there:
                works.append(Due(holder, owed, work_there))
            elif owed and payee != rights:
                people.append(Due(holder, owed))
    return people, works


def _pushing(work: Work, batch: list[Due]) -> str:
    return calldata("Rights", "push", [[work.token_id], [due.holder for due in batch]])


def _flowing(work: Work, batch: list[Due]) -> str:
    """Each of these works gets its part as revenue, of which the keeper then learns as of any other."""
    return calldata("Rights", "flow", [[(work.token_id, due.work_id) for due in batch]])


def _send(work: Work, dues: list[Due], data: str) -> bool:
    """Sends one batch. False if no other should be tried now."""
    batch = {"holders": [due.holder for due in dues], "amount": sum(due.amount for due in dues)}
    try:
        tx_hash = relay.send(deployment().rights, data)
    except relay.RelayError as error:
        logger.warning("Could not pay %d holders of work %s: %s", len(dues), work.key, error)
        # The same trouble at every turn is one row.
        Payout.objects.update_or_create(
            work=work, state=Payout.State.FAILED, tx_hash="", error=str(error), defaults=batch
        )
        return isinstance(error, relay.RelayRefused)  # what the contract refuses in one batch it may take in another
    # Written down after it was sent: should we die in between, the contract will say that nothing is owed any more.
    Payout.objects.create(work=work, tx_hash=tx_hash, **batch)
    return True


def _batches(items: list[Any], size: int) -> Iterator[list[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))


@contextmanager
def _turn(work_key: str) -> Iterator[bool]:
    """Whether it is this keeper's turn with a work. A lease, not a lock: nothing asks the network in a transaction."""
    KeeperTurn.objects.get_or_create(work_key=work_key)
    token, now = secrets.token_hex(16), timezone.now()
    mine = KeeperTurn.objects.filter(work_key=work_key)
    is_mine = bool(mine.free(at=now).update(token=token, until=now + TURN))
    try:
        yield is_mine
    finally:
        mine.filter(token=token).update(token="")
