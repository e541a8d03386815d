from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.chain.models import Cursor
from marketplace.licensing import errors
from marketplace.licensing.actions import prepare_offer, prepare_purchase
from marketplace.licensing.quotes import GAS_TO_APPROVE, GAS_TO_BUY, quote
from tests.licensing.market import ARTIST, COLLABORATOR, COMPANY, DEPLOYER, FAN, TRAIN, USDC, account


def buy(trade, offer, by=COMPANY, units=1):
    trade.sign(prepare_purchase(by=account(by), offer=offer, units=units).next)
    trade.settle()


def test_a_visitor_sees_what_it_costs(trade):
    offer = trade.offer(trade.mint(), price=40 * USDC)
    found = quote(offer, 3)
    assert (found.price, found.fee, found.asset.symbol) == (120 * USDC, 3 * USDC, "USDC")
    assert found.on_chain
    assert found.shortfalls == []


def test_one_signature_costs_the_buyer_no_gas_and_two_transactions_do(trade):
    offer = trade.offer(trade.mint())
    by_signature = quote(offer, 1, COMPANY.address)
    assert by_signature.sent_by_site
    assert by_signature.network_fee == 0
    by_allowance = quote(offer, 1, COMPANY.address, method="allowance")
    assert by_allowance.needs_approval
    assert by_allowance.network_fee == (GAS_TO_BUY + GAS_TO_APPROVE) * by_allowance.wallet.gas_price


def test_too_little_money_is_told_to_the_unit(trade):
    offer = trade.offer(trade.mint(), price=5_000 * USDC + 250_001)
    [short] = quote(offer, 1, FAN.address).shortfalls
    assert (short.code, short.missing) == ("low-usdc", 250_001)
    with pytest.raises(errors.LowBalance, match=r"0\.250001 USDC more"):
        prepare_purchase(by=account(FAN), offer=offer)


def test_too_little_gas_is_told_before_anything_is_signed(trade):
    trade.rpc.call("anvil_setBalance", COMPANY.address, "0x5")
    offer = trade.offer(trade.mint())
    assert quote(offer, 1, COMPANY.address).shortfalls == []  # the site pays it
    with pytest.raises(errors.LowGas, match="network's own coin") as refused:
        prepare_purchase(by=account(COMPANY), offer=offer, method="allowance")
    assert refused.value.missing == refused.value.missing // 1 > 0


def test_an_unsigned_offer_cannot_be_bought(trade):
    offer, _ = prepare_offer(by=account(ARTIST), work=trade.mint(), scopes=TRAIN, price=1)
    with pytest.raises(errors.OfferUnpublished):
        quote(offer)


def test_an_offer_ends_at_its_deadline(trade):
    offer = trade.offer(trade.mint(), deadline=timezone.now() + timedelta(seconds=90))
    assert quote(offer).price == offer.price
    offer.deadline = timezone.now()
    with pytest.raises(errors.OfferExpired):
        quote(offer)


def test_an_offer_is_sold_out_after_its_last_unit(trade):
    offer = trade.offer(trade.mint(), price=USDC, max_units=2)
    with pytest.raises(errors.SoldOut, match="Only 2 are left"):
        quote(offer, 3)
    buy(trade, offer, units=2)
    with pytest.raises(errors.SoldOut, match="It is sold out"):
        quote(offer)


def test_an_offer_to_one_licensee_is_not_for_others(trade):
    offer = trade.offer(trade.mint(), licensee=COMPANY.address)
    assert quote(offer, 1, COMPANY.address)
    with pytest.raises(errors.NotForYou, match=COMPANY.address.lower()):
        quote(offer, 1, FAN.address)


def test_nobody_buys_their_own_offer(trade):
    with pytest.raises(errors.OwnWork):
        quote(trade.offer(trade.mint()), 1, ARTIST.address)


def test_a_licence_for_ever_is_bought_once(trade):
    offer = trade.offer(trade.mint(), price=USDC, duration_days=None)
    with pytest.raises(errors.BadUnits, match="one unit is enough"):
        quote(offer, 2)
    buy(trade, offer)
    with pytest.raises(errors.AlreadyLicensed):
        quote(offer, 1, COMPANY.address)
    assert quote(offer, 1, FAN.address)


@pytest.mark.parametrize("units", [0, -1, 2**32])
def test_units_must_be_a_sensible_number(trade, units):
    with pytest.raises(errors.BadUnits):
        quote(trade.offer(trade.mint()), units)


def test_paused_sales_are_told(trade):
    offer = trade.offer(trade.mint())
    trade.govern("Market", "pauseSales", [True])
    with pytest.raises(errors.SalesPaused):
        quote(offer)


def test_a_raised_fee_never_passes_what_the_seller_signed(trade):
    offer = trade.offer(trade.mint(), price=100 * USDC)
    trade.govern("Market", "setFee", [500, DEPLOYER.address])
    assert quote(offer).fee == 100 * USDC * 250 // 10_000


def test_without_a_node_the_records_answer_and_say_so(trade, settings):
    work = trade.mint(shares={ARTIST.address: 900_000, COLLABORATOR.address: 100_000})
    offer, limited = trade.offer(work, price=USDC), trade.offer(work, price=USDC, max_units=1)
    buy(trade, limited)
    settings.CHAIN_RPC_URL = "http://127.0.0.1:9"
    found = quote(offer, 1, COMPANY.address)
    assert (found.on_chain, found.wallet, found.network_fee, found.price) == (False, None, None, USDC)
    assert found.shortfalls == []
    with pytest.raises(errors.SoldOut):
        quote(limited)
    assert Cursor.objects.exists()
