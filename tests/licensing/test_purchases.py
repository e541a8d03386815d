"""A purchase, from the buyer's signature to the licence, and everything that can come between."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.chain import actions, outbox, relay, signatures
from marketplace.chain.deployments import deployment
from marketplace.chain.dev.accounts import KEEPER
from marketplace.chain.models import Intent, Outbox
from marketplace.licensing import checkout, errors
from marketplace.licensing.actions import prepare_cancel, prepare_purchase
from marketplace.licensing.models import Licence
from marketplace.licensing.quotes import GAS_TO_APPROVE, GAS_TO_BUY
from tests.licensing.market import ARTIST, COMPANY, FAN, OTHER_FAN, USDC, account

State = Intent.State
PRICE = 120 * USDC


@pytest.fixture
def offer(trade):
    return trade.offer(trade.mint(), price=PRICE, max_units=3)


def fresh(intent: Intent) -> Intent:
    return Intent.objects.get(pk=intent.pk)


def prepare(offer, by=COMPANY, **options):
    return prepare_purchase(by=account(by), offer=offer, **options)


def test_a_second_click_asks_for_the_same_payment(trade, offer):
    first, again = prepare(offer), prepare(offer)
    assert again.next == first.next
    assert again.next.typed_data == first.next.typed_data  # one nonce: signed twice, paid once
    other = prepare(offer, units=2)
    assert other.next.typed_data["message"]["value"] == str(2 * PRICE)


def test_one_signature_buys_one_licence_however_often_it_is_relayed(trade, offer):
    intent = trade.sign(prepare(offer).next)
    for _ in range(3):
        checkout.relay_purchase({"intent": str(intent.pk)})
    trade.settle()
    assert Licence.objects.count() == 1
    assert trade.balance(COMPANY) == COMPANY.usdc - PRICE
    assert fresh(intent).state == State.FINAL


def test_a_relay_that_died_after_sending_is_found_again(trade, offer, monkeypatch):
    """The transaction is out, but nobody wrote that down."""
    intent = trade.sign(prepare(offer).next)
    with monkeypatch.context() as broken:
        broken.setattr(actions, "report_relayed", lambda **_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            checkout.relay_purchase({"intent": str(intent.pk)})
    assert fresh(intent).state == State.SIGNED

    checkout.relay_purchase({"intent": str(intent.pk)})

    assert fresh(intent).state == State.SUBMITTED
    trade.settle()
    assert fresh(intent).state == State.FINAL
    assert Licence.objects.count() == 1


def test_a_signature_serves_for_its_own_purchase_only(trade, offer):
    """Whoever gets hold of a signed payment can neither take the licence nor buy something else with it."""
    intent = trade.sign(prepare(offer).next)
    authorization = checkout.Authorization.from_json(intent.context["authorization"])
    payment = authorization.payment(intent.signature)
    encode = checkout._encoders[intent.kind]
    for recipient, units in ((FAN.address, 1), (COMPANY.address, 2)):
        data = encode(offer.digest, recipient, units, 10 * PRICE, payment)
        with pytest.raises(relay.RelayRefused) as refused:
            relay.send(deployment().market, data)
        assert refused.value.name == "InvalidAuthorization"
    other = trade.offer(offer.work, price=PRICE)
    with pytest.raises(relay.RelayRefused):
        relay.send(deployment().market, encode(other.digest, COMPANY.address, 1, PRICE, payment))
    assert trade.balance(COMPANY) == COMPANY.usdc


def test_another_wallets_signature_buys_nothing(trade, offer):
    intent = prepare(offer).next
    with pytest.raises(signatures.BadSignature):
        trade.sign(intent, by=FAN)
    assert fresh(intent).state == State.PREPARED
    assert not Outbox.objects.waiting(checkout.RELAY).exists()


def test_two_prompts_pay_by_allowance_and_approve_no_more_than_the_price(trade, offer):
    purchase = prepare(offer, method="allowance", units=2)
    assert [intent.kind for intent in purchase.intents] == [checkout.APPROVE, "licensing.purchase"]
    approve, buy = purchase.intents
    assert approve.context["next"] == str(buy.pk)
    assert int(trade.send(approve)["gasUsed"], 16) < GAS_TO_APPROVE  # what the quote reckons with is enough
    wallet = prepare(offer, method="allowance", units=2)
    assert [intent.pk for intent in wallet.intents] == [buy.pk]  # approved: one prompt is left
    assert wallet.quote.wallet.allowance == 2 * PRICE
    assert int(trade.send(buy)["gasUsed"], 16) < GAS_TO_BUY
    trade.settle()
    assert [fresh(intent).state for intent in (approve, buy)] == [State.FINAL, State.FINAL]
    assert Licence.objects.get().units == 2
    assert trade.balance(COMPANY) == COMPANY.usdc - 2 * PRICE


def test_without_a_keeper_the_buyer_sends_the_same_payment(trade, offer, settings):
    settings.KEEPER_PRIVATE_KEY = ""
    purchase = prepare(offer)
    assert purchase.quote.network_fee > 0
    signed = trade.sign(purchase.next)
    trade.deliver()

    asked = fresh(signed)
    assert (asked.state, asked.reason, asked.typed_data) == (State.PREPARED, "relay-failed", None)
    assert asked.transaction["to"] == deployment().market
    assert prepare(offer).intents == [asked]  # a page opened anew goes on with it

    trade.send(asked)
    trade.settle()
    assert fresh(asked).state == State.FINAL
    assert Licence.objects.get().licensee == COMPANY.address.lower()


def test_a_keeper_without_gas_asks_the_buyer_to_send(trade, offer):
    trade.rpc.call("anvil_setBalance", KEEPER.address, "0x0")
    intent = trade.sign(prepare(offer).next)
    trade.deliver()
    asked = fresh(intent)
    assert (asked.state, asked.reason) == (State.PREPARED, "relay-failed")
    trade.send(asked)
    trade.settle()
    assert Licence.objects.count() == 1


def test_an_offer_withdrawn_before_the_relay_costs_nothing(trade, offer):
    intent = trade.sign(prepare(offer).next)
    trade.send(prepare_cancel(by=account(ARTIST), offer=offer))
    trade.settle()
    failed = fresh(intent)
    assert (failed.state, failed.reason) == (State.FAILED, "OfferWithdrawn")
    assert failed.detail == errors.OfferCancelled().message
    assert trade.balance(COMPANY) == COMPANY.usdc


def test_an_offer_that_expired_before_the_relay_costs_nothing(trade):
    offer = trade.offer(trade.mint(), deadline=timezone.now() + timedelta(seconds=600))
    intent = trade.sign(prepare(offer).next)
    trade.later(1200)
    trade.settle()
    failed = fresh(intent)
    assert (failed.state, failed.reason) == (State.FAILED, "OfferExpired")
    assert "expired" in failed.detail
    assert trade.balance(COMPANY) == COMPANY.usdc


def test_the_last_unit_goes_to_one_of_two_buyers(trade):
    offer = trade.offer(trade.mint(), price=USDC, max_units=1)
    intents = [trade.sign(prepare(offer, by=who).next) for who in (FAN, OTHER_FAN)]
    trade.settle()
    assert sorted(fresh(intent).state for intent in intents) == [State.FAILED, State.FINAL]
    [failed] = [fresh(intent) for intent in intents if fresh(intent).state == State.FAILED]
    assert failed.reason == "SoldOut"
    assert trade.balance(FAN) + trade.balance(OTHER_FAN) == FAN.usdc + OTHER_FAN.usdc - USDC


def test_money_that_left_after_signing_is_told_and_the_purchase_can_be_taken_up_again(trade, offer):
    usdc = deployment().usdc
    intent = trade.sign(prepare(offer).next)
    nonce = intent.context["authorization"]["nonce"]
    trade.call(COMPANY, "TestUSDC", "transfer", [FAN.address, COMPANY.usdc], to=usdc)
    trade.deliver()
    failed = fresh(intent)
    assert (failed.state, failed.reason) == (State.FAILED, "InsufficientBalance")
    assert "too little" in failed.detail

    trade.call(FAN, "TestUSDC", "transfer", [COMPANY.address, PRICE], to=usdc)
    again = actions.retry(intent=failed, by=COMPANY.address)
    assert again.context["authorization"]["nonce"] == nonce  # still good: the same payment, never a second one
    trade.sign(again)
    trade.settle()
    assert fresh(intent).state == State.FINAL
    assert trade.balance(COMPANY) == 0


def test_a_payment_that_came_too_late_is_signed_anew(trade, offer):
    intent = trade.sign(prepare(offer).next)
    trade.later(2 * 3600)
    trade.deliver()
    failed = fresh(intent)
    assert (failed.state, failed.reason) == (State.FAILED, "AuthorizationExpired")
    again = actions.retry(intent=failed, by=COMPANY.address)
    assert again.state == State.PREPARED
    assert again.context["authorization"]["nonce"] != intent.context["authorization"]["nonce"]
    assert again.typed_data["message"]["nonce"] == again.context["authorization"]["nonce"]


def test_a_payment_that_its_buyer_did_not_send_in_time_is_signed_anew(trade, offer, settings):
    settings.KEEPER_PRIVATE_KEY = ""
    intent = trade.sign(prepare(offer).next)
    trade.deliver()
    old = fresh(intent).context["authorization"]
    past = {**old, "valid_before": int(timezone.now().timestamp()) - 1}
    Intent.objects.filter(pk=intent.pk).update(
        context={**intent.context, "authorization": past}, expires=timezone.now()
    )
    trade.catch_up()
    expired = fresh(intent)
    assert expired.state == State.EXPIRED

    again = actions.retry(intent=expired, by=COMPANY.address)
    assert again.transaction is None
    assert again.context["authorization"]["nonce"] != old["nonce"]
    trade.sign(again)
    trade.deliver()
    trade.send(fresh(intent))
    trade.settle()
    assert fresh(intent).state == State.FINAL
    assert trade.balance(COMPANY) == COMPANY.usdc - PRICE


def test_a_node_that_is_away_delays_the_relay_and_loses_nothing(trade, offer, settings):
    intent = trade.sign(prepare(offer).next)
    node, settings.CHAIN_RPC_URL = settings.CHAIN_RPC_URL, "http://127.0.0.1:9"
    trade.deliver()
    assert fresh(intent).state == State.SIGNED
    assert Outbox.objects.waiting(checkout.RELAY).get().attempts == 1

    settings.CHAIN_RPC_URL = node
    Outbox.objects.update(due=timezone.now())
    trade.settle()
    assert fresh(intent).state == State.FINAL


def test_a_blacklisted_payer_is_told(trade, offer):
    intent = trade.sign(prepare(offer).next)
    trade.blacklist(COMPANY)
    trade.deliver()
    failed = fresh(intent)
    assert (failed.state, failed.reason) == (State.FAILED, "Blacklisted")
    assert "refuses to move money" in failed.detail


def test_a_free_licence_is_one_transaction_without_payment(trade):
    offer = trade.offer(trade.mint(), price=0)
    purchase = prepare(offer)
    assert [intent.typed_data for intent in purchase.intents] == [None]
    trade.send(purchase.next)
    trade.settle()
    assert Licence.objects.get().price == 0


def test_a_second_licence_lengthens_the_first(trade, offer):
    for _ in range(2):
        trade.sign(prepare(offer).next)
        trade.settle()
    first, second = Licence.objects.order_by("log__block_number")
    assert first.licence_id == second.licence_id == offer.licence_id
    assert second.until - first.until == offer.terms.duration
    assert Licence.objects.until(offer.licence_id, COMPANY.address) == second.until


def test_units_that_no_column_holds_do_not_stop_the_watcher(trade):
    offer = trade.offer(trade.mint(), price=0)
    data = checkout._encoders["licensing.purchase"](
        offer.digest, COMPANY.address, 2**127, 0, checkout.payment.by_allowance(COMPANY.address)
    )
    trade.node.send(COMPANY.account, deployment().market, data)
    trade.settle()
    assert Licence.objects.get().units == 2**32
    assert outbox.deliver_next() is False
