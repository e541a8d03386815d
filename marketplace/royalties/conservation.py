"""Is any money off? The facts of a work, added up on their own and compared with the contract, to the unit."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from marketplace.catalog.models import Work
from marketplace.chain.contracts import View, views
from marketplace.chain.deployments import deployment
from marketplace.chain.sums import total
from marketplace.licensing.standing import TOKEN
from marketplace.royalties.accounting import SHARES
from marketplace.royalties.models import Escrow, Fee, Payment, Revenue, ShareTransfer, Withdrawal

AT_ONCE = 500  # calls in one request


@dataclass(slots=True)
class Audit:
    """What was compared, and what did not agree. All is well if `problems` is empty."""

    compared: int = 0
    problems: list[str] = field(default_factory=list)

    def equal(self, what: str, found: int, expected: int) -> None:
        self.compared += 1
        if found != expected:
            self.problems.append(f"{what}: our records say {found}, it should be {expected}")

    @property
    def is_exact(self) -> bool:
        return not self.problems


def audit(work: Work, *, block: str = "latest") -> Audit:
    """Compares a work's facts with the contract at `block` (a tag or a hex number), which the watcher must have read.

    Shares add up to all there are; what holders earned adds up to revenue; each holder's shares and what each is owed
    are the contract's, and so is what lies in escrow. Raises RpcUnavailable, RpcError, NotDeployed.
    """
    found = Audit()
    stakes = {holder: stake for (_, holder), stake in ShareTransfer.objects.filter(work=work.key).stakes().items()}
    revenue = Revenue.objects.total_of(work.key)
    payments = Payment.objects.filter(work=work.key)

    found.equal("shares of all holders", sum(stake.shares for stake in stakes.values()), SHARES)
    found.equal("revenue, arrival by arrival", total(Revenue.objects.filter(work=work.key), "amount"), revenue)
    # In units times shares, so that nothing is rounded away: all that came in was earned by somebody.
    earned = sum(stake.earned(revenue) for stake in stakes.values())
    found.equal("earned by all holders, times shares", earned, revenue * SHARES)

    holders = sorted(stakes)
    calls = [View("Rights", "revenueOf", [work.token_id]), View("Rights", "escrowOf", [work.token_id])]
    calls += [View("Rights", "balanceOf", [holder, work.token_id]) for holder in holders]
    calls += [View("Rights", "owed", [work.token_id, holder]) for holder in holders]
    on_chain, (in_escrow, _), *answers = _asked(calls, block)
    found.equal("revenue", revenue, on_chain)
    escrow = Escrow.objects.filter(work=work.key)
    found.equal("in escrow", total(escrow.arrived(), "amount") - total(escrow.lifted(), "amount"), in_escrow)
    for holder, shares, owed in zip(holders, answers, answers[len(holders) :], strict=False):
        paid = total(payments.filter(holder=holder), "amount")
        found.equal(f"shares of {holder}", stakes[holder].shares, shares)
        found.equal(f"owed to {holder}", stakes[holder].owed(revenue, paid), owed)
    return found


def _asked(calls: list[View], block: str) -> list[Any]:
    """As `views`, in requests of a size that any node takes."""
    parts = (calls[start : start + AT_ONCE] for start in range(0, len(calls), AT_ONCE))
    return [answer for part in parts for answer in views(part, block=block)]


def _sum(parts: list[QuerySet]) -> int:
    return sum(total(part, "amount") for part in parts)


def audit_asset(asset: str, *, block: str = "latest") -> Audit:
    """Compares all facts about one asset with what `Rights` keeps of it: all that came in and was not paid out.

    What a holder passed on to other works arrived there as revenue once more, and so did what was let go from escrow.

    Raises RpcUnavailable, RpcError, NotDeployed.
    """
    found = Audit()
    asset = asset.lower()
    payments, escrow = Payment.objects.filter(asset=asset), Escrow.objects.filter(work__asset=asset)
    arrived = [Revenue.objects.filter(work__asset=asset), Fee.objects.filter(asset=asset), escrow.arrived()]
    twice = [payments.filter(kind=Payment.Kind.PASSED_ON), escrow.lifted()]
    left = [payments.filter(kind=Payment.Kind.PAID), Withdrawal.objects.filter(asset=asset)]
    came_in = _sum(arrived) - _sum(twice)
    rights = deployment().rights
    reserves, balance = views(
        [View("Rights", "reserves", [asset]), View(TOKEN, "balanceOf", [rights], asset)], block=block
    )
    found.equal("kept for holders", came_in - _sum(left), reserves)
    found.compared += 1
    if balance < reserves:
        found.problems.append(f"the contract holds {balance} and owes {reserves}")
    return found
