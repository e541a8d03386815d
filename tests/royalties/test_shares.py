"""Shares change hands: offers of them, their purchase, and what makes an offer void."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.chain import signatures
from marketplace.chain.models import Intent
from marketplace.content.models import Content
from marketplace.licensing import errors as market
from marketplace.licensing.actions import prepare_purchase
from marketplace.royalties import errors
from marketplace.royalties.actions import (
    APPROVE,
    OFFER,
    prepare_share_cancel,
    prepare_share_offer,
    prepare_share_purchase,
)
from marketplace.royalties.conservation import audit, audit_asset
from marketplace.royalties.models import Revenue, ShareOffer, ShareSale
from marketplace.royalties.quotes import quote
from tests.licensing.market import ARTIST, COMPANY, FAN, OTHER_FAN, USDC, Trade, account

State = Intent.State


def is_open(offer: ShareOffer) -> bool:
    return ShareOffer.objects.open(at=timezone.now()).filter(pk=offer.pk).exists()


def list_shares(trade: Trade, work, *, by=ARTIST, **options) -> ShareOffer:
    wanted = {"shares": 200_000, "price": 50 * USDC, **options}
    listing = prepare_share_offer(by=account(by), work=work, **wanted)
    trade.sign(listing.intents[-1])
    listing.offer.refresh_from_db()
    return listing.offer


def buy(trade: Trade, offer: ShareOffer, shares: int, by=FAN) -> Intent:
    intent = trade.sign(prepare_share_purchase(by=account(by), offer=offer, shares=shares).next)
    trade.settle()
    return Intent.objects.get(pk=intent.pk)


def earn(trade: Trade, work, price: int = 40 * USDC) -> None:
    trade.sign(prepare_purchase(by=account(COMPANY), offer=trade.offer(work, price=price)).next)
    trade.settle()


def test_an_offer_is_sold_in_parts_each_rounded_up(trade):
    offer = list_shares(trade, trade.mint(), shares=3, price=10)
    assert [quote(offer, part).price for part in (1, 2, 3)] == [4, 7, 10]
    before = trade.balance(ARTIST)
    for _ in range(3):
        assert buy(trade, offer, 1).state == State.FINAL
    assert trade.shares(offer.work, FAN) == 3
    assert trade.balance(ARTIST) - before == 12
    assert not is_open(offer)
    with pytest.raises(market.SoldOut):
        quote(offer, 1)
    assert [sale.price for sale in ShareSale.objects.newest()] == [4, 4, 4]


def test_the_signed_offer_is_a_public_document(trade):
    offer = list_shares(trade, trade.mint())
    trade.deliver()
    offer.refresh_from_db()
    assert Content.objects.get(cid=offer.document_cid).public


def test_a_seller_who_has_not_let_the_market_move_shares_is_asked_to_first(trade):
    work = trade.mint(approve=False)
    listing = prepare_share_offer(by=account(ARTIST), work=work, shares=1000, price=USDC)
    assert [intent.kind for intent in listing.intents] == [APPROVE, OFFER]
    approve, sign = listing.intents
    assert approve.context["next"] == str(sign.pk)
    trade.sign(sign)
    with pytest.raises(market.SellerCannotDeliver):  # signed too early: nobody can buy yet
        prepare_share_purchase(by=account(FAN), offer=ShareOffer.objects.get(), shares=1000)
    trade.send(approve)
    trade.settle()
    assert Intent.objects.get(pk=approve.pk).state == State.FINAL
    assert buy(trade, ShareOffer.objects.get(), 1000).state == State.FINAL
    # Asked once: the next offer needs no approval.
    assert len(prepare_share_offer(by=account(ARTIST), work=work, shares=1000, price=USDC).intents) == 1


def test_a_fan_sells_on_and_the_next_holder_earns(trade):
    work = trade.mint()
    buy(trade, list_shares(trade, work), 200_000)
    listing = prepare_share_offer(by=account(FAN), work=work, shares=50_000, price=USDC)
    assert len(listing.intents) == 2
    trade.send(listing.next)
    trade.sign(listing.intents[1])
    buy(trade, ShareOffer.objects.get(pk=listing.offer.pk), 50_000, by=OTHER_FAN)
    assert (trade.shares(work, FAN), trade.shares(work, OTHER_FAN)) == (150_000, 50_000)
    before = trade.balance(OTHER_FAN)
    earn(trade, work)
    assert trade.balance(OTHER_FAN) - before == 39 * USDC * 50_000 // 1_000_000


def test_a_resale_pays_the_work_s_royalty_to_its_holders_and_can_be_bought_in_parts(trade):
    """The royalty of the first part does not void the offer of the rest; other income does."""
    work = trade.mint()
    buy(trade, list_shares(trade, work), 200_000)
    listing = prepare_share_offer(by=account(FAN), work=work, shares=100_000, price=100 * USDC)
    trade.send(listing.next)
    trade.sign(listing.intents[1])
    offer = ShareOffer.objects.get(pk=listing.offer.pk)
    before = {who: trade.balance(who) for who in (ARTIST, FAN)}
    for _ in range(2):
        buy(trade, offer, 50_000, by=OTHER_FAN)
    trade.settle()
    royalties = [sale.royalty for sale in ShareSale.objects.filter(offer_digest=offer.digest)]
    assert royalties == [50 * USDC * 5 // 100] * 2
    assert Revenue.objects.total_of(work.key) == sum(royalties)
    fee = 100 * USDC * 250 // 10_000
    # What the artist holds earns of both, the seller of what they hold just before each part moves.
    assert trade.balance(ARTIST) - before[ARTIST] == sum(royalties) * 8 // 10
    seller = royalties[0] * 20 // 100 + royalties[1] * 15 // 100
    assert trade.balance(FAN) - before[FAN] == 100 * USDC - fee - sum(royalties) + seller
    assert audit(work).problems + audit_asset(work.asset).problems == []

    offer = list_shares(trade, work, by=FAN, shares=10_000)
    earn(trade, work)
    assert not is_open(offer)


def test_an_offer_is_void_once_the_work_has_earned_more(trade):
    work = trade.mint()
    offer, patient = list_shares(trade, work), list_shares(trade, work, max_revenue=1_000 * USDC)
    earn(trade, work)
    assert not is_open(offer)
    with pytest.raises(market.EarnedMore, match="earned more"):
        prepare_share_purchase(by=account(FAN), offer=offer, shares=1)
    assert is_open(patient)
    assert buy(trade, patient, 1).state == State.FINAL


def test_revenue_between_signature_and_relay_voids_the_purchase(trade):
    work = trade.mint()
    offer = list_shares(trade, work)
    intent = prepare_share_purchase(by=account(FAN), offer=offer, shares=100_000).next
    earn(trade, work)
    trade.sign(intent)
    trade.settle()
    failed = Intent.objects.get(pk=intent.pk)
    assert (failed.state, failed.reason) == (State.FAILED, "RevenuePassed")
    assert failed.detail == market.EarnedMore().message
    assert trade.balance(FAN) == FAN.usdc


def test_shares_that_the_seller_gave_away_cannot_be_bought(trade):
    work = trade.mint()
    offer = list_shares(trade, work)
    trade.call(ARTIST, "Rights", "safeTransferFrom", [ARTIST.address, OTHER_FAN.address, work.token_id, 900_000, "0x"])
    with pytest.raises(market.SellerCannotDeliver):
        quote(offer, 200_000)
    assert quote(offer, 100_000)


def test_two_prompts_pay_by_allowance(trade):
    offer = list_shares(trade, trade.mint())
    purchase = prepare_share_purchase(by=account(FAN), offer=offer, shares=100_000, method="allowance")
    for intent in purchase.intents:
        trade.send(intent)
    trade.settle()
    assert trade.shares(offer.work, FAN) == 100_000
    assert trade.balance(FAN) == FAN.usdc - 25 * USDC


@pytest.mark.parametrize(
    ("wanted", "error", "says"),
    [
        ({"shares": 0}, market.BadTerms, "at least 0.0001 %"),
        ({"shares": 1_000_001}, market.BadTerms, "at most all"),
        ({"price": 0}, market.BadTerms, "more than zero"),
        ({"price": 2**128}, market.BadTerms, "amount of money"),
        ({"deadline": timezone.now() - timedelta(days=1)}, market.BadTerms, "lies ahead"),
        ({"buyer": "nobody"}, market.BadTerms, "no wallet address"),
        ({"buyer": ARTIST.address}, market.BadTerms, "sell to yourself"),
        ({"shares": 700_000}, errors.NotAHolder, "You hold 60 % of this work"),
    ],
)
def test_offers_that_cannot_be_are_refused_in_words(trade, wanted, error, says):
    work = trade.mint(shares={ARTIST.address: 600_000, FAN.address: 400_000})
    with pytest.raises(error, match=says):
        prepare_share_offer(**{"by": account(ARTIST), "work": work, "shares": 1, "price": 1, **wanted})
    assert not ShareOffer.objects.exists()


def test_who_holds_nothing_sells_nothing(trade):
    with pytest.raises(errors.NotAHolder, match="You hold no shares"):
        prepare_share_offer(by=account(FAN), work=trade.mint(), shares=1, price=1)


def test_nothing_is_offered_blindly_while_the_node_is_away(trade, settings):
    work = trade.mint()
    settings.CHAIN_RPC_URL = "http://127.0.0.1:9"
    with pytest.raises(market.Unavailable, match="nothing is lost"):
        prepare_share_offer(by=account(ARTIST), work=work, shares=1, price=1)


def test_a_second_click_finds_the_first_offer(trade):
    work = trade.mint()
    listings = [prepare_share_offer(by=account(ARTIST), work=work, shares=1, price=1) for _ in range(2)]
    assert listings[0] == listings[1]


def test_only_the_sellers_signature_counts(trade):
    listing = prepare_share_offer(by=account(ARTIST), work=trade.mint(), shares=1, price=1)
    with pytest.raises(signatures.BadSignature):
        trade.sign(listing.next, by=FAN)
    assert not is_open(listing.offer)
    trade.sign(listing.next)
    assert is_open(listing.offer)


def test_a_withdrawn_offer_is_closed(trade):
    offer = list_shares(trade, trade.mint())
    with pytest.raises(market.NotTheSeller):
        prepare_share_cancel(by=account(FAN), offer=offer)
    trade.send(prepare_share_cancel(by=account(ARTIST), offer=offer))
    trade.settle()
    assert not is_open(offer)
    for attempt in (lambda: quote(offer, 1), lambda: prepare_share_cancel(by=account(ARTIST), offer=offer)):
        with pytest.raises(market.OfferCancelled):
            attempt()


def test_an_offer_to_one_buyer_is_not_for_others(trade):
    offer = list_shares(trade, trade.mint(), buyer=FAN.address)
    with pytest.raises(market.NotForYou):
        quote(offer, 1, OTHER_FAN.address)
    with pytest.raises(market.OwnWork):
        quote(offer, 1, ARTIST.address)
    assert ShareOffer.objects.open(at=timezone.now()).open_to(FAN.address).count() == 1
    assert not ShareOffer.objects.open(at=timezone.now()).open_to("").exists()


@pytest.mark.parametrize("shares", [0, -1, 200_001])
def test_a_purchase_is_of_some_of_what_is_offered(trade, shares):
    with pytest.raises(market.BadUnits):
        quote(list_shares(trade, trade.mint()), shares)


def test_without_a_node_the_records_answer(trade, settings):
    work = trade.mint()
    offer = list_shares(trade, work)
    trade.settle()
    settings.CHAIN_RPC_URL = "http://127.0.0.1:9"
    found = quote(offer, 100_000, FAN.address)
    assert (found.price, found.on_chain, found.wallet) == (25 * USDC, False, None)
