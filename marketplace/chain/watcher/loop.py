"""The watcher as a process: step after step, through nodes and databases that come and go."""

import logging
import os
import secrets
import socket
import threading
import time
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F
from django.utils import timezone

from marketplace.chain import handlers, outbox, tasks
from marketplace.chain.deployments import Deployment, NotDeployed, deployment
from marketplace.chain.handlers import HandlerFailed
from marketplace.chain.models import Chain, Cursor, Intent, Outbox, Quarantine
from marketplace.chain.nodes import Node, Nodes
from marketplace.chain.rpc import Rpc, RpcError, RpcUnavailable
from marketplace.chain.watcher import lease as leases
from marketplace.chain.watcher.errors import BadAnswer, Behind, Halt, LeaseLost, NodesDisagree, WrongChain
from marketplace.chain.watcher.identity import identify
from marketplace.chain.watcher.lease import Lease
from marketplace.chain.watcher.source import Source
from marketplace.chain.watcher.step import Progress, step

logger = logging.getLogger(__name__)

FIRST_PAUSE = 0.5  # seconds after a first failure; doubles with each more in a row
LONGEST_PAUSE = 10.0
LONGEST_HALT = 30.0
STANDBY = 1.0
REFUSALS = 3  # errors in a row that a node may answer before another one is asked
REMIND = 60.0  # seconds until the same trouble is worth another line


class Watcher:
    """One process that tries to be the one that writes."""

    def __init__(self, rpc: Rpc, stop: threading.Event | None = None) -> None:
        self.rpc = rpc
        self.stop = stop or threading.Event()
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.lease: Lease | None = None
        self._node: Node | None = None  # that is read from, where there are several
        self._known = False  # that the node's chain is ours
        self._failures = 0
        self._said = ("", 0.0)

    def run(self) -> None:
        """Until `stop` is set. Gives the lease back when it ends."""
        handlers.check()
        try:
            while not self.stop.is_set():
                self.stop.wait(self.turn())
        finally:
            self.release()

    def turn(self) -> float:
        """One step, and how many seconds to rest after it. Nothing that goes wrong ends the watcher."""
        try:
            progress = self._next()
        except HandlerFailed as error:
            return self._quarantine(error)
        except WrongChain as error:
            return 0.0 if self._change(error) else self._nowhere(error)
        except Halt as error:
            return self._halt(str(error))
        except LeaseLost as error:
            self.lease = None
            self._say(str(error), logging.WARNING)
            return STANDBY
        except (NotDeployed, Behind, NodesDisagree) as error:
            return self._trouble(str(error))
        except (BadAnswer, RpcUnavailable, RpcError) as error:
            return 0.0 if self._change(error) else self._trouble(str(error))
        except (InterfaceError, OperationalError) as error:
            connection.close()
            return self._trouble(f"The database does not work now: {error}")
        except Exception as error:
            logger.exception("This is a fault of the watcher itself")
            return self._trouble(f"{type(error).__name__}: {error}")
        if progress is None:
            self._say("Another watcher is at work; standing by.", logging.INFO)
            return STANDBY
        if self._failures:
            logger.info("Going on.")
        if isinstance(self.rpc, Nodes) and self._node is not None:
            self.rpc.works(self._node)
        self._failures, self._said = 0, ("", 0.0)
        self._tell(progress)
        return 0.0 if progress.news else settings.CHAIN_POLL_SECONDS

    def catch_up(self) -> None:
        """Steps until there is nothing new. Raises what a step raises; for commands and tests."""
        self._known = False
        while True:
            progress = self._next()
            if progress is None:
                raise LeaseLost("Another watcher is at work.")
            if not progress.news:
                return

    def release(self) -> None:
        """Lets another watcher begin at once."""
        if self.lease is not None:
            try:
                self.lease.release()
            except (InterfaceError, OperationalError) as error:
                logger.warning("Could not give the lease back; it ends by itself: %s", error)
            self.lease = None

    def _next(self) -> Progress | None:
        """A step, if this is the watcher that writes."""
        contracts = deployment()
        source = self._source(contracts)
        if not self._known:
            self._begin(contracts)
        if self.lease is None:
            self.lease = leases.acquire(settings.CHAIN_ID, self.owner)
        if self.lease is None:
            return None
        return step(source, self.lease, contracts)

    def _source(self, contracts: Deployment) -> Source:
        """The node to read from, for a whole step: two nodes may be at different heights."""
        if not isinstance(self.rpc, Nodes):
            return Source(self.rpc, contracts.watched)
        self.rpc.look()
        node = self.rpc.in_order()[0]
        if node is not self._node:
            self._node, self._known = node, False
        return Source(node.rpc, contracts.watched, self.rpc)

    def _change(self, error: Exception) -> bool:
        """Puts the node aside that failed in this way; whether there is another that works."""
        if not isinstance(self.rpc, Nodes) or self._node is None:
            return False
        if isinstance(error, RpcError) and self._failures < REFUSALS:
            return False  # as for too many blocks at once: fewer may do
        self.rpc.put_aside(self._node, error)
        return any(node.problem is None for node in self.rpc.nodes)

    def _begin(self, contracts: Deployment) -> None:
        chain = identify(self._node.rpc if self._node else self.rpc)
        start = max(contracts.start_block, settings.CHAIN_START_BLOCK)
        Cursor.objects.get_or_create(chain=chain, defaults={"next_block": start})
        self._known = True

    def _tell(self, progress: Progress) -> None:
        """Wakes up those who wait for what this step brought. Hints only: beat comes by anyway."""
        if progress.settled and Outbox.objects.deliverable(at=timezone.now()).exists():
            outbox.poke()
        if progress.head_moved and Intent.objects.filter(state=Intent.State.SUBMITTED).exists():
            tasks.hint(tasks.review_intents)

    def _trouble(self, message: str) -> float:
        self._known = False  # a node that comes back may be another one
        self._say(message, logging.WARNING)
        return self._pause(LONGEST_PAUSE)

    def _halt(self, reason: str) -> float:
        self._known = False
        try:
            Chain.objects.filter(pk=settings.CHAIN_ID).update(halted=reason)
        except (InterfaceError, OperationalError):
            connection.close()
        self._say(f"Halted. {reason}", logging.ERROR)
        return self._pause(LONGEST_HALT)

    def _nowhere(self, error: WrongChain) -> float:
        """No node works. It halts if none is on our chain; one that is down may be."""
        nodes = self.rpc.nodes if isinstance(self.rpc, Nodes) else []
        down = any(not isinstance(node.problem, WrongChain) for node in nodes)
        return self._trouble(str(error)) if down else self._halt(str(error))

    def _quarantine(self, failed: HandlerFailed) -> float:
        """Keeps the log apart and stops before it: what is shown of money is old then, but never untrue."""
        log = failed.log
        place = f"log {log.log_index} of block {log.block_number} (transaction {log.tx_hash})"
        logger.error("Could not take in %s", place, exc_info=failed.__cause__)
        try:
            row, is_new = Quarantine.objects.get_or_create(
                chain_id=log.chain_id,
                block_hash=log.block_hash,
                log_index=log.log_index,
                defaults={"block_number": log.block_number, "tx_hash": log.tx_hash, "error": str(failed)},
            )
            if not is_new:
                Quarantine.objects.filter(pk=row.pk).update(attempts=F("attempts") + 1, error=str(failed))
        except (InterfaceError, OperationalError):
            connection.close()
        return self._halt(
            f"A log could not be taken in: {place}: {failed}. Nothing after it is shown until it can be. This is a "
            "fault of the site, not of the transaction; it is tried again by itself."
        )

    def _pause(self, longest: float) -> float:
        self._failures += 1
        return min(FIRST_PAUSE * 2 ** min(self._failures - 1, 10), longest)

    def _say(self, message: str, level: int) -> None:
        """Once, and again from time to time: a log full of the same line hides the others."""
        text, when = self._said
        if message != text or time.monotonic() - when > REMIND:
            logger.log(level, "%s", message)
            self._said = (message, time.monotonic())


def describe() -> dict[str, Any]:
    """Where the watcher is, for people: as the database has it, without asking the node."""
    chain = Chain.objects.filter(pk=settings.CHAIN_ID).first()
    cursor = Cursor.objects.filter(chain=settings.CHAIN_ID).first()
    if chain is None or cursor is None:
        return {"chain": settings.CHAIN_ID, "read up to": None}
    return {
        "chain": chain.pk,
        "head": chain.head,
        "safe": chain.safe,
        "final": chain.final,
        "read up to": cursor.next_block - 1,
        "last look": chain.checked_at,
        "owner": cursor.owner or None,
        "halted": chain.halted or None,
    }
