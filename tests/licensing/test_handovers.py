"""A work whose creator handed on the right to sell its licences; and what went to its address by mistake."""

import pytest
from django.utils import timezone

from marketplace.catalog.models import Handover, Work
from marketplace.chain.contracts import view
from marketplace.chain.deployments import deployment
from marketplace.licensing import errors
from marketplace.licensing.actions import prepare_offer, prepare_purchase
from marketplace.licensing.models import Offer
from marketplace.royalties.models import Rescue
from marketplace.royalties.portfolio import studio
from marketplace.web.timelines import work_timeline
from tests.licensing.market import ARTIST, COMPANY, FAN, TRAIN, USDC, account


def hand_over(trade, work):
    trade.call(ARTIST, "Rights", "transferCreator", [work.token_id, FAN.address])
    trade.call(FAN, "Rights", "acceptCreator", [work.token_id])
    trade.catch_up()


def open_offers(work):
    return list(Offer.objects.filter(work=work.key).open(at=timezone.now()))


def test_the_next_one_sells_its_licences_and_the_first_no_longer(trade):
    work = trade.mint()
    old = trade.offer(work)
    signed_late = prepare_offer(by=account(ARTIST), work=work, scopes=TRAIN, price=USDC)[1]
    hand_over(trade, work)
    assert work.licensor == FAN.address.lower() == view("Rights", "creatorOf", [work.token_id])
    assert work.creator == ARTIST.address.lower()  # who made it stays who made it
    assert open_offers(work) == []
    with pytest.raises(errors.NotTheCreator):
        prepare_offer(by=account(ARTIST), work=work, scopes=TRAIN, price=USDC)
    with pytest.raises(errors.NotTheCreator):
        trade.sign(signed_late)

    offer, intent = prepare_offer(by=account(FAN), work=work, scopes=TRAIN, price=5 * USDC)
    trade.sign(intent)
    assert open_offers(work) == [offer]
    assert offer.terms.document["licensor"] == FAN.address
    trade.sign(prepare_purchase(by=account(COMPANY), offer=Offer.objects.get(pk=offer.pk)).next)
    trade.settle()
    assert view("Rights", "licensedUntil", [int(offer.licence_id), COMPANY.address])
    assert [each.work for each in studio(FAN.address)] == [work]
    assert studio(ARTIST.address) == []
    assert "sells its licences from here on" in str([row["text"] for row in work_timeline(work)])
    assert old.seller == ARTIST.address.lower()


def test_an_offer_of_the_one_before_is_void_at_the_contract_too(trade):
    work = trade.mint()
    intent = prepare_purchase(by=account(COMPANY), offer=trade.offer(work)).next
    hand_over(trade, work)
    trade.sign(intent)
    trade.settle()
    intent.refresh_from_db()
    assert (intent.state, intent.reason) == ("failed", "SellerIsNotCreator")
    assert intent.detail == errors.OfferCancelled().message
    assert trade.balance(COMPANY) == COMPANY.usdc


def test_a_reorg_gives_it_back(trade, settings):
    settings.CHAIN_SAFE_DEPTH, settings.CHAIN_FINAL_DEPTH = 12, 64
    work = trade.mint()
    offer = trade.offer(work)
    hand_over(trade, work)
    trade.node.reorg(1)  # the acceptance is gone
    trade.catch_up()
    assert not Handover.objects.exists()
    assert Work.objects.licensed_by(ARTIST.address).get() == work
    assert open_offers(work) == [offer]


def test_coin_and_foreign_money_at_a_work_s_address_go_to_who_sells_its_licences(trade):
    work = trade.mint()
    weth, inbox = deployment().weth, view("Rights", "addressOf", [work.token_id])
    trade.node.send(FAN.account, inbox, "0x", value=10**17)
    trade.node.send(FAN.account, weth, "0x", value=10**18)  # wraps it
    trade.call(FAN, "TestUSDC", "transfer", [inbox, 10**18], to=weth)
    before = int(trade.rpc.call("eth_getBalance", ARTIST.address, "latest"), 16)
    for token in ("0x" + "00" * 20, weth):
        trade.call(COMPANY, "Rights", "rescue", [work.token_id, token])
    trade.catch_up()
    assert int(trade.rpc.call("eth_getBalance", ARTIST.address, "latest"), 16) - before == 10**17
    assert view("TestUSDC", "balanceOf", [ARTIST.address], address=weth) == 10**18
    assert {(r.token, r.amount, r.recipient) for r in Rescue.objects.all()} == {
        ("0x" + "00" * 20, 10**17, ARTIST.address.lower()),
        (weth, 10**18, ARTIST.address.lower()),
    }
    told = str([row["text"] for row in work_timeline(work)])
    assert "0.1 of the network’s own coin that was sent to this work’s address" in told
    assert "1.00\u00a0WETH" in told.replace("\\xa0", "\u00a0")
