"""The contract's split (`RoyaltySplitter`), computed from facts. Exact integers, nothing is divided before it is paid.

A holder has earned, in units of the asset times shares, for each time that shares moved to or from them,
`shares moved * (revenue now - revenue then)`. What they are owed is that divided by SHARES, rounded down, less what
they were paid; the rest of the division stays theirs until it makes a whole unit.
"""

from collections.abc import Iterable
from dataclasses import dataclass

SHARES = 1_000_000  # of every work
ZERO = "0x" + "0" * 40
LICENCE_BIT = 1 << 255  # of a token id: a licence; without it, shares of a work


@dataclass(slots=True)
class Stake:
    """Somebody's part in a work."""

    shares: int = 0
    marked: int = 0  # sum of shares moved times the work's revenue at that moment, in minus out

    def move(self, shares: int, mark: int) -> None:
        self.shares += shares
        self.marked += shares * mark

    def earned(self, revenue: int) -> int:
        """All that was earned while the work has earned `revenue`: smallest units of the asset times SHARES."""
        return revenue * self.shares - self.marked

    def owed(self, revenue: int, paid: int) -> int:
        """What `Rights.owed` answers: whole units of the asset that were earned and not yet `paid`."""
        return self.earned(revenue) // SHARES - paid


def stakes(moves: Iterable[tuple[str, str, str, int, int]]) -> dict[tuple[str, str], Stake]:
    """Stakes by (work key, holder), from moves as (work key, sender, recipient, shares, mark)."""
    found: dict[tuple[str, str], Stake] = {}
    for work, sender, recipient, amount, mark in moves:
        for holder, sign in ((sender, -1), (recipient, 1)):
            if holder != ZERO:
                found.setdefault((work, holder), Stake()).move(sign * amount, mark)
    return found


def percent(shares: int) -> str:
    """A part of a work in per cent, exactly and without trailing zeros: 100_000 is "10", 333_333 is "33.3333"."""
    whole, part = divmod(shares, SHARES // 100)
    return f"{whole}.{part:04}".rstrip("0").rstrip(".") if part else str(whole)
