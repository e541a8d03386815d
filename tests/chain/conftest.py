from types import SimpleNamespace
from typing import Any

import pytest

from marketplace.chain.deployments import Deployment
from tests.chain.traffic import Traffic
from tests.fixtures.chain import Anvil


@pytest.fixture
def traffic(anvil: Anvil, deployed: Deployment, accounts: SimpleNamespace) -> Traffic:
    return Traffic(anvil, deployed, accounts)


@pytest.fixture
def settles_at(settings: Any) -> Any:
    """Gives the local chain a finality of its own: a reorg below it is believed."""

    def set_depths(*, safe: int, final: int) -> None:
        settings.CHAIN_SAFE_DEPTH = safe
        settings.CHAIN_FINAL_DEPTH = final

    return set_depths
