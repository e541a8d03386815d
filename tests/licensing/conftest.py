from collections.abc import Iterator

import pytest

from marketplace.chain.dev.accounts import KEEPER
from tests.licensing.market import Trade


@pytest.fixture
def trade(db, anvil, settings, tmp_path) -> Iterator[Trade]:
    """A market on a real chain, as it was just after deployment, where each block is the last word."""
    settings.KEEPER_PRIVATE_KEY = KEEPER.private_key
    settings.CHAIN_SAFE_DEPTH = settings.CHAIN_FINAL_DEPTH = 0
    settings.CONTENT_ROOT = tmp_path / "content"
    market = Trade(anvil)
    yield market
    market.watcher.release()
