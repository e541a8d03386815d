"""An offer from the API is enough to buy the licence at the contract, without this site."""

import pytest
from eth_account import Account as Wallet
from eth_account.messages import encode_typed_data

from marketplace.chain.contracts import View, views
from marketplace.chain.deployments import deployment
from tests.licensing.conftest import trade
from tests.licensing.market import ARTIST, COMPANY, USDC, Trade

__all__ = ["trade"]
pytestmark = pytest.mark.django_db


def test_a_program_buys_with_nothing_but_the_api_and_the_chain(trade: Trade, client) -> None:
    work = trade.mint()
    trade.offer(work, price=250 * USDC)
    (offer,) = client.get(f"/api/v1/works/{work.token_id}/offers").json()
    assert offer["price"] == str(250 * USDC)
    assert "ai_gen_train" in offer["scopes"]

    signed = encode_typed_data(full_message=offer["typed_data"])
    assert Wallet.recover_message(signed, signature=offer["signature"]) == ARTIST.address

    m = offer["typed_data"]["message"]
    t = m["terms"]
    terms = (
        t["document"], int(t["scopes"]), int(t["duration"]), t["transferable"], int(t["remixShares"]),
        t["remixApproval"],
    )  # fmt: skip
    struct = (
        int(m["workId"]), m["seller"], terms, int(m["price"]), int(m["maxUnits"]), int(m["maxFeeBps"]),
        int(m["deadline"]), m["licensee"], int(m["counter"]), int(m["salt"]),
    )  # fmt: skip
    market = deployment().market
    trade.call(COMPANY, "TestUSDC", "approve", [market, 250 * USDC], to=deployment().usdc)
    payment = (0, COMPANY.address, "0x")
    trade.call(
        COMPANY, "Market", "buyLicence", [struct, offer["signature"], COMPANY.address, 1, 250 * USDC, payment, []]
    )
    (until,) = views([View("Rights", "licensedUntil", [int(offer["licence_id"]), COMPANY.address])])
    assert until > 0
    trade.catch_up()
    (licence,) = client.get(f"/api/v1/licences?licensee={COMPANY.address}").json()["results"]
    assert licence["offer"] == offer["digest"]


def test_an_offer_for_one_buyer_is_listed_for_that_buyer_alone(trade: Trade, client) -> None:
    work = trade.mint()
    trade.offer(work, licensee=COMPANY.address)
    path = f"/api/v1/works/{work.token_id}/offers"
    assert client.get(path).json() == []
    assert len(client.get(path, {"licensee": COMPANY.address}).json()) == 1
