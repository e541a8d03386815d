"""One watcher writes at a time: a lease in the database, with a fencing number.

The lease only keeps others from trying. What makes it safe is the epoch: each commit moves the cursor
`WHERE epoch = mine`, so a watcher that was asleep while another took over cannot write any more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from marketplace.chain.models import Cursor
from marketplace.chain.watcher.errors import LeaseLost

LENGTH = timedelta(seconds=6)  # at least; so long others wait after a watcher was killed


@dataclass(frozen=True)
class Lease:
    """The right to move a chain's cursor, until someone takes a higher epoch."""

    chain_id: int
    owner: str
    epoch: int

    def advance(self, *, expected: int, next_block: int, parent_hash: str, **fields: object) -> None:
        """Moves the cursor from `expected` and renews the lease, in the caller's transaction. Raises LeaseLost."""
        moved = Cursor.objects.filter(chain=self.chain_id, epoch=self.epoch, next_block=expected).update(
            next_block=next_block, parent_hash=parent_hash, leased_until=_end(), **fields
        )
        if not moved:
            raise LeaseLost(f"{self.owner} may not write any more: another watcher has the cursor.")

    def renew(self) -> None:
        """Raises LeaseLost."""
        if not Cursor.objects.filter(chain=self.chain_id, epoch=self.epoch).update(leased_until=_end()):
            raise LeaseLost(f"{self.owner} may not write any more: another watcher has the cursor.")

    def release(self) -> None:
        """Lets another watcher begin at once."""
        Cursor.objects.filter(chain=self.chain_id, epoch=self.epoch).update(leased_until=timezone.now(), owner="")


def acquire(chain_id: int, owner: str) -> Lease | None:
    """The lease, if nobody holds it."""
    with transaction.atomic():
        free = Q(leased_until__lte=timezone.now()) | Q(owner=owner)
        taken = Cursor.objects.filter(free, chain=chain_id).update(
            epoch=F("epoch") + 1, owner=owner, leased_until=_end()
        )
        if not taken:
            return None
        return Lease(chain_id, owner, Cursor.objects.get(chain=chain_id).epoch)


def _end() -> datetime:
    """An idle watcher looks, and renews, once in each CHAIN_POLL_SECONDS."""
    return timezone.now() + max(LENGTH, 3 * timedelta(seconds=settings.CHAIN_POLL_SECONDS))
