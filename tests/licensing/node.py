"""A local chain of its own for a test session: anvil with our contracts on it, set back after each test."""

import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
import socket
import time

import httpx
import pytest
from django.conf import settings as django_settings
from django.test import override_settings

from marketplace.chain.deploying import deploy
from marketplace.chain.dev.accounts import DEPLOYER, KEEPER
from marketplace.chain.rpc import RpcUnavailable, get_rpc
from tests.licensing.market import Trade


@contextmanager
def anvil() -> Iterator[str]:
    binary = django_settings.BASE_DIR / "node_modules" / ".bin" / "anvil"
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([binary, "--port", str(port), "--silent"])
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="session")
def market_node(tmp_path_factory) -> Iterator[dict]:
    with anvil() as url:
        own = {
            "CHAIN_RPC_URL": url,
            "DEPLOYMENTS_DIR": tmp_path_factory.mktemp("deployments"),
            "KEEPER_PRIVATE_KEY": KEEPER.private_key,
            "CHAIN_ID": 31337,
            "CHAIN_SAFE_DEPTH": 0,
            "CHAIN_FINAL_DEPTH": 0,
        }
        with override_settings(**own):
            for _ in range(100):
                try:
                    get_rpc().call("eth_chainId")
                    break
                except RpcUnavailable:
                    time.sleep(0.1)
            deploy(deployer=DEPLOYER.account, say=lambda line: None)
        yield own


@pytest.fixture
def trade(db, market_node, settings, tmp_path) -> Iterator[Trade]:
    """A market on a real chain, as it was deployed."""
    for name, value in market_node.items():
        setattr(settings, name, value)
    settings.CONTENT_ROOT = tmp_path / "content"
    rpc = get_rpc()
    snapshot = rpc.call("evm_snapshot")
    yield Trade()
    rpc.call("evm_revert", snapshot)
