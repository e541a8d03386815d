"""A site with contracts at known addresses, a node that does not answer, and people who are signed in."""

import json

import pytest
from django.test import Client

from marketplace.accounts.models import Account
from tests import factories

NOBODY = "http://127.0.0.1:9"  # the discard port: no node answers there


@pytest.fixture(autouse=True)
def site(settings, tmp_path, db):
    """The deployment that factory-made works belong to; the chain cannot be reached."""
    at = factories.DEPLOYMENT
    settings.DEPLOYMENTS_DIR = tmp_path / "deployments"
    settings.DEPLOYMENTS_DIR.mkdir()
    (settings.DEPLOYMENTS_DIR / f"{settings.CHAIN_ID}.json").write_text(
        json.dumps(
            {
                "chainId": at.chain_id,
                "rights": at.rights,
                "market": at.market,
                "usdc": at.usdc,
                "assets": [
                    {
                        "address": a.address,
                        "symbol": a.symbol,
                        "decimals": a.decimals,
                        "name": a.name,
                        "version": a.version,
                    }
                    for a in at.assets.values()
                ],
                "startBlock": at.start_block,
                "feeBps": at.fee_bps,
                "deployer": at.deployer,
            }
        )
    )
    settings.CHAIN_RPC_URL = NOBODY
    settings.KEEPER_PRIVATE_KEY = "0x" + "4f" * 32
    settings.CONTENT_ROOT = tmp_path / "content"
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    factories.ChainFactory()
    return at


def signed_in(name: str) -> Client:
    """A browser in which the wallet called `name` in the factories is signed in."""
    client = Client()
    client.force_login(account(name))
    return client


def account(name: str) -> Account:
    return Account.objects.at(factories.address(name))


@pytest.fixture
def visitor() -> Client:
    return Client()


@pytest.fixture
def artist() -> Client:
    return signed_in("artist")


@pytest.fixture
def fan() -> Client:
    return signed_in("fan")


@pytest.fixture
def company() -> Client:
    return signed_in("company")
