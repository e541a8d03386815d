"""What beat asks of workers about royalties."""

import logging

from celery import shared_task

from marketplace.chain.deployments import NotDeployed
from marketplace.chain.rpc import RpcError, RpcUnavailable
from marketplace.royalties import keeper

logger = logging.getLogger(__name__)


@shared_task
def pay_due() -> None:
    """Pays what earlier runs have missed. What cannot be done now is tried at the next turn."""
    try:
        keeper.pay_due()
    except (RpcUnavailable, RpcError, NotDeployed) as error:
        logger.warning("Cannot pay holders now: %s", error)
