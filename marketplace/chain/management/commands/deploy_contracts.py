"""`manage.py deploy_contracts`"""

import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from eth_account import Account

from marketplace.chain.artifacts import NotBuilt
from marketplace.chain.deploying import LOCAL, DeployError, deploy
from marketplace.chain.dev.accounts import DEPLOYER
from marketplace.chain.rpc import RpcError, RpcUnavailable
from marketplace.chain.transactions import NotMined


class Command(BaseCommand):
    help = (
        "Deploys the contracts to CHAIN_RPC_URL and writes contracts/deployments/<chain id>.json. Safe to repeat. "
        "Environment: DEPLOYER_PRIVATE_KEY (pays the gas), GOVERNOR_ADDRESS (speaks for the timelock that owns the "
        "contracts; the deployer), TREASURY_ADDRESS (gets the fee; the governor), USDC_ADDRESS (Circle’s, where the "
        "chain is known to have it), WETH_ADDRESS. The local chain needs none of them."
    )
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        key = os.environ.get("DEPLOYER_PRIVATE_KEY", "")
        if not key and settings.CHAIN_ID != LOCAL:
            raise CommandError("DEPLOYER_PRIVATE_KEY is missing: the key that pays for the deployment.")
        try:
            deploy(
                deployer=Account.from_key(key) if key else DEPLOYER.account,
                governor=os.environ.get("GOVERNOR_ADDRESS") or None,
                treasury=os.environ.get("TREASURY_ADDRESS") or None,
                usdc=settings.USDC_ADDRESS or None,
                weth=os.environ.get("WETH_ADDRESS") or None,
                say=self.stdout.write,
            )
        except (DeployError, NotBuilt, NotMined, RpcError, RpcUnavailable) as error:
            raise CommandError(str(error)) from error
