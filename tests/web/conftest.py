"""A site with contracts at known addresses, a node that does not answer, and people who are signed in."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import Account
from marketplace.royalties.accounting import SHARES
from tests import factories
from tests.factories import address

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
                "governor": at.governor,
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


@pytest.fixture
def world():
    """A work with two holders, offers, a sale, its payments, and an open intent of each party."""
    work = factories.WorkFactory(shares=[(address("artist"), SHARES * 9 // 10), (address("fan"), SHARES // 10)])
    offer = factories.OfferFactory(work=work)
    licence = factories.LicenceFactory(offer=offer)
    factories.RevenueFactory(work=work)
    factories.PaymentFactory(work=work)
    factories.PaymentFactory(work=work, holder=address("fan"), amount=10_000_000)
    factories.PaymentFactory(work=work, holder=address("fan"), amount=1_000_000, kind="deferred")
    share_offer = factories.ShareOfferFactory(work=work)
    factories.ShareSaleFactory(work=work)
    draft = factories.DraftFactory(account=account("artist"), shares=[[address("artist"), SHARES]])
    intent = factories.IntentFactory(subject=str(draft.pk))
    return {
        "work": work, "offer": offer, "licence": licence, "share_offer": share_offer, "draft": draft, "intent": intent,
    }  # fmt: skip


def addresses(world) -> dict[str, str]:
    work, here = world["work"], [world["work"].slug, world["work"].token_id]
    return {
        "home": reverse("web:home"),
        "explore": reverse("web:explore"),
        "work": reverse("web:work", args=here),
        "work-holders": reverse("web:work-holders", args=here),
        "work-activity": reverse("web:work-activity", args=here),
        "sign-in": reverse("web:sign-in"),
        "create": reverse("web:create"),
        **{
            f"create-{step}": reverse("web:create-step", args=[world["draft"].pk, step])
            for step in ("describe", "shares", "check")
        },
        "offer-new": reverse("web:offer-new", args=[work.token_id]),
        "offer": reverse("web:offer", args=[world["offer"].digest]),
        "offer-buy": reverse("web:offer-buy", args=[world["offer"].digest]),
        "shares-sell": reverse("web:shares-sell", args=[work.token_id]),
        "shares-buy": reverse("web:shares-buy", args=[world["share_offer"].digest]),
        "studio": reverse("web:studio"),
        "portfolio": reverse("web:portfolio"),
        "library": reverse("web:library"),
        "certificate": reverse("web:certificate", args=[world["licence"].number]),
        "activity": reverse("web:activity"),
        "intent": reverse("web:intent", args=[world["intent"].pk]),
        "transaction": reverse("web:transaction", args=[world["licence"].log.tx_hash]),
        "fees": reverse("web:fees"),
        "how-it-works": reverse("web:how-it-works"),
    }
