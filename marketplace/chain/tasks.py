"""What beat and the watcher ask of workers. Losing any of these calls delays, and loses nothing."""

import logging
import time
from typing import Any

from celery import shared_task
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from marketplace.chain import outbox, reviewing
from marketplace.chain.rpc import RpcError, RpcUnavailable

logger = logging.getLogger(__name__)

REMIND = 60.0  # seconds until a broker that is still away is worth another line
ROUND = 30.0  # seconds; then the worker is free for other tasks, and beat calls again


@shared_task
def deliver_outbox() -> None:
    """Brings about all effects that are due."""
    end = time.monotonic() + ROUND
    while time.monotonic() < end and outbox.deliver_next():
        pass


@shared_task
def review_intents() -> None:
    """Asks the node what became of the transactions that wallets sent."""
    try:
        reviewing.review()
    except (RpcUnavailable, RpcError) as error:
        logger.warning("Cannot look at open transactions now: %s", error)


_last_warning = -REMIND


def hint(task: Any) -> None:
    """Asks for a task to run soon. Never fails: without a broker, beat will ask again."""
    global _last_warning
    try:
        task.apply_async(expires=10, retry=False)
    except (OperationalError, RedisError, OSError) as error:
        if time.monotonic() - _last_warning > REMIND:
            _last_warning = time.monotonic()
            logger.warning("Cannot reach the broker; tasks wait for their next turn: %s", error)
