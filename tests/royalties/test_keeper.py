"""The keeper pays everybody once, whatever happens to it; and when it cannot, nothing is lost."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from marketplace.chain.contracts import view
from marketplace.chain.deployments import deployment
from marketplace.chain.dev.accounts import KEEPER
from marketplace.licensing.actions import prepare_purchase
from marketplace.royalties import keeper, portfolio
from marketplace.royalties.actions import prepare_claim, prepare_withdraw_deferred
from marketplace.royalties.conservation import audit, audit_asset
from marketplace.royalties.errors import BadRecipient, NothingDeferred, NothingOwed
from marketplace.royalties.models import KeeperTurn, Payment, Payout, Revenue
from marketplace.royalties.tasks import pay_due
from tests.factories import ZERO, address
from tests.licensing.market import ARTIST, COLLABORATOR, COMPANY, FAN, OTHER_FAN, USDC, account

PRICE = 120 * USDC
REVENUE = PRICE - PRICE * 250 // 10_000
HOLDERS = {ARTIST: 700_000, COLLABORATOR: 200_000, FAN: 100_000}


@pytest.fixture
def work(trade):
    return trade.mint(shares={who.address: shares for who, shares in HOLDERS.items()})


@pytest.fixture
def earned(trade, work):
    """A work that has earned, with nobody paid yet."""
    earn(trade, work)
    return work


def earn(trade, work, price=PRICE):
    """A sale that the watcher has seen and the keeper has not."""
    buy(trade, work, price)
    trade.catch_up()


def buy(trade, work, price=PRICE):
    trade.rpc.call("anvil_setBalance", COMPANY.address, hex(10**20))
    for intent in prepare_purchase(
        by=account(COMPANY), offer=trade.offer(work, price=price), method="allowance"
    ).intents:
        trade.send(intent)


def paid_out(trade, before):
    return {who: trade.balance(who) - before[who] for who in before}


def parts(of=REVENUE, holders=HOLDERS):
    return {who: of * shares // 1_000_000 for who, shares in holders.items()}


def exact(work):
    return audit(work).problems + audit_asset(work.asset).problems


def test_twice_pays_once(trade, earned):
    before = {who: trade.balance(who) for who in HOLDERS}
    assert keeper.pay_work(earned.key) == 1
    assert keeper.pay_work(earned.key) == 0  # by the contract's word, though our records do not know it yet
    trade.catch_up()
    assert keeper.pay_work(earned.key) == 0
    assert keeper.pay_due() == 0
    assert paid_out(trade, before) == parts()
    assert exact(earned) == []


def test_every_batch_is_as_large_as_the_settings_say(trade, earned, settings):
    settings.KEEPER_BATCH = 2
    assert keeper.pay_work(earned.key) == 2
    assert sorted(len(payout.holders) for payout in Payout.objects.all()) == [1, 2]
    assert sum(payout.amount for payout in Payout.objects.all()) == REVENUE
    trade.catch_up()
    assert exact(earned) == []


def test_what_was_missed_is_paid_later(trade, earned, settings):
    settings.KEEPER_PRIVATE_KEY = ""
    trade.deliver()  # the keeper is off
    assert trade.owed(earned, FAN) == REVENUE // 10
    settings.KEEPER_PRIVATE_KEY = KEEPER.private_key
    assert keeper.due() == [earned.key]
    pay_due()
    trade.catch_up()
    assert trade.owed(earned, FAN) == 0
    pay_due()
    assert keeper.due() == []


def test_a_reorg_of_the_payout_is_paid_again(trade, earned, settings):
    settings.CHAIN_SAFE_DEPTH, settings.CHAIN_FINAL_DEPTH = 12, 64
    head = trade.node.head()
    keeper.pay_work(earned.key)
    trade.catch_up()
    keeper.pay_due()
    assert keeper.due() == []

    trade.node.reorg(trade.node.head() - head)
    trade.catch_up()

    assert keeper.due() == [earned.key]
    assert keeper.pay_due() == 1
    trade.catch_up()
    assert trade.owed(earned, ARTIST) == 0
    assert exact(earned) == []


def test_a_refused_payee_waits_and_the_others_are_paid(trade, earned):
    trade.blacklist(COLLABORATOR)
    before = {who: trade.balance(who) for who in HOLDERS}
    keeper.pay_work(earned.key)
    trade.catch_up()

    expected = parts()
    waits = expected[COLLABORATOR]
    assert paid_out(trade, before) == {**expected, COLLABORATOR: 0}
    assert portfolio.deferred_of(COLLABORATOR.address) == {earned.asset: waits}
    assert Payment.objects.deferred().get().amount == waits
    [holding] = portfolio.holdings(COLLABORATOR.address)
    assert (holding.received, holding.waiting, holding.owed) == (0, waits, 0)
    assert exact(earned) == []

    # A second sale makes more of it wait; then the payee takes it all, to a wallet that the token accepts.
    earn(trade, earned)
    keeper.pay_work(earned.key)
    trade.catch_up()
    assert portfolio.deferred_of(COLLABORATOR.address) == {earned.asset: 2 * waits}
    fresh = address("a new wallet")
    [intent] = prepare_withdraw_deferred(by=account(COLLABORATOR), to=fresh)
    trade.send(intent)
    trade.catch_up()
    assert trade.balance(fresh) == 2 * waits
    assert portfolio.deferred_of(COLLABORATOR.address) == {}
    [holding] = portfolio.holdings(COLLABORATOR.address)
    assert (holding.received, holding.waiting) == (2 * waits, 0)
    assert exact(earned) == []
    with pytest.raises(NothingDeferred):
        prepare_withdraw_deferred(by=account(COLLABORATOR))


def test_money_is_not_withdrawn_to_where_it_would_be_lost(trade, earned):
    for to in ("", "0x12", "0x" + "0" * 40):
        with pytest.raises((BadRecipient, NothingDeferred)):
            prepare_withdraw_deferred(by=account(COLLABORATOR), to=to)


def test_without_a_keeper_a_holder_claims_all_works_in_one_transaction(trade, work, settings):
    settings.KEEPER_PRIVATE_KEY = ""
    other = trade.mint(shares={FAN.address: 1_000_000})
    earn(trade, work)
    earn(trade, other)
    assert keeper.keeper_status().state == "off"
    before = trade.balance(FAN)

    [intent] = prepare_claim(by=account(FAN))
    trade.send(intent)
    trade.settle()

    assert trade.balance(FAN) - before == REVENUE + REVENUE // 10
    assert {p.work_id for p in Payment.objects.to(FAN.address)} == {work.key, other.key}
    assert exact(work) + exact(other) == []
    with pytest.raises(NothingOwed, match="nothing to claim"):
        prepare_claim(by=account(FAN))


def test_the_status_says_why_the_keeper_does_not_pay(trade, settings):
    assert keeper.keeper_status().is_ready
    trade.rpc.call("anvil_setBalance", KEEPER.address, "0x1")
    poor = keeper.keeper_status()
    assert (poor.state, poor.balance, poor.address) == ("out-of-gas", 1, KEEPER.address.lower())
    settings.CHAIN_RPC_URL = "http://127.0.0.1:9"
    assert keeper.keeper_status().state == "unknown"


def test_a_keeper_without_gas_writes_down_why_and_pays_when_it_has_some(trade, earned):
    trade.rpc.call("anvil_setBalance", KEEPER.address, "0x0")
    for _ in range(2):
        assert keeper.pay_work(earned.key) == 0
    failed = Payout.objects.get()  # the same trouble twice is one line
    assert failed.state == Payout.State.FAILED
    assert "cannot pay the gas" in failed.error
    trade.rpc.call("anvil_setBalance", KEEPER.address, hex(10**20))
    assert keeper.pay_due() == 1
    trade.mined()
    assert trade.owed(earned, ARTIST) == 0


def test_a_keeper_that_died_after_sending_pays_nobody_twice(trade, earned, monkeypatch):
    before = {who: trade.balance(who) for who in HOLDERS}
    with monkeypatch.context() as broken:
        broken.setattr(Payout.objects, "create", lambda **_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            keeper.pay_work(earned.key)
    assert not Payout.objects.exists()
    trade.mined()
    assert keeper.pay_due() == 0
    trade.catch_up()
    assert keeper.pay_due() == 0
    assert paid_out(trade, before) == parts()
    assert exact(earned) == []


def test_a_batch_that_no_block_takes_is_sent_again(trade, earned):
    """Its holders are left alone for a while, not for ever."""
    waiting = Payout.objects.create(work=earned, holders=[FAN.address.lower()], amount=1, tx_hash="0x" + "12" * 32)
    assert keeper.pay_work(earned.key) == 1
    trade.mined()
    assert trade.owed(earned, FAN) == REVENUE // 10
    Payout.objects.filter(pk=waiting.pk).update(created=timezone.now() - timedelta(hours=1))
    assert keeper.pay_due() == 1
    trade.mined()
    assert trade.owed(earned, FAN) == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error) == (Payout.State.FAILED, "No block took it.")


def test_what_a_work_earned_by_another_is_paid_to_its_own_holders(trade, work):
    """Through three generations, to the unit, without anybody asking."""
    child, grandchild = trade.mint(), trade.mint()
    for young, parent, shares in ((child, work, 300_000), (grandchild, child, 500_000)):
        inbox = view("Rights", "addressOf", [parent.token_id])
        trade.call(ARTIST, "Rights", "safeTransferFrom", [ARTIST.address, inbox, young.token_id, shares, "0x"])
    before = {who: trade.balance(who) for who in HOLDERS}
    earn(trade, grandchild)
    trade.settle()
    to_child = REVENUE // 2
    upstream = to_child * 300_000 // 1_000_000
    expected = parts(of=upstream)
    expected[ARTIST] += REVENUE - to_child + to_child - upstream
    assert paid_out(trade, before) == expected
    assert [Revenue.objects.total_of(each.key) for each in (grandchild, child, work)] == [REVENUE, to_child, upstream]
    passed_on = Payment.objects.filter(kind=Payment.Kind.PASSED_ON)
    assert {(p.work_id, p.holder, p.amount) for p in passed_on} == {
        (grandchild.key, view("Rights", "addressOf", [child.token_id]), to_child),
        (child.key, view("Rights", "addressOf", [work.token_id]), upstream),
    }
    assert keeper.pay_due() == 0
    assert keeper.due() == []
    assert exact(grandchild) + exact(child) + exact(work) == []


def test_who_keeps_their_money_in_the_contract_is_left_alone(trade, work):
    """To pass it on to works of their choice; the keeper neither pays them nor tries for ever."""
    trade.call(FAN, "Rights", "setPayout", [deployment().rights])
    earn(trade, work)
    trade.settle()
    assert FAN.address.lower() not in Payout.objects.get().holders
    assert trade.owed(work, FAN) == REVENUE // 10
    assert keeper.pay_due() == 0
    assert keeper.due() == []
    trade.call(FAN, "Rights", "setPayout", [ZERO])
    keeper.pay_work(work.key)
    trade.settle()
    assert trade.owed(work, FAN) == 0
    assert exact(work) == []


def test_somebody_who_sold_their_shares_is_paid_for_their_time(trade, earned):
    trade.call(FAN, "Rights", "safeTransferFrom", [FAN.address, OTHER_FAN.address, earned.token_id, 100_000, "0x"])
    trade.catch_up()
    before = {who: trade.balance(who) for who in (FAN, OTHER_FAN)}
    keeper.pay_work(earned.key)
    trade.catch_up()
    assert paid_out(trade, before) == {FAN: REVENUE // 10, OTHER_FAN: 0}
    assert exact(earned) == []


def test_less_than_a_unit_each_is_kept_and_adds_up(trade):
    work = trade.mint(shares={ARTIST.address: 333_333, COLLABORATOR.address: 333_333, FAN.address: 333_334})
    for price in (1, 1, 1, 7):
        earn(trade, work, price=price)
        keeper.pay_due()
        trade.catch_up()
        assert exact(work) == []
    assert sum(payment.amount for payment in Payment.objects.all()) == 9  # the tenth unit is still being earned


@pytest.mark.django_db(transaction=True)
def test_two_keepers_at_once_pay_once(transactional_db, trade, earned):
    before = {who: trade.balance(who) for who in HOLDERS}
    gate, sent = threading.Barrier(4), []

    def run():
        gate.wait()
        try:
            sent.append(keeper.pay_work(earned.key))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    trade.catch_up()
    assert sum(sent) == 1
    assert paid_out(trade, before) == parts()
    assert Payment.objects.count() == len(HOLDERS)
    assert KeeperTurn.objects.get().token == ""


def test_a_turn_of_a_keeper_that_died_ends_by_itself(trade, earned):
    KeeperTurn.objects.create(work_key=earned.key, token="somebody who is gone")
    assert keeper.pay_work(earned.key) == 1  # its time was up already


def test_a_keeper_whose_turn_it_is_not_waits(trade, earned):
    KeeperTurn.objects.create(work_key=earned.key, token="another", until=timezone.now() + timedelta(minutes=1))
    assert keeper.pay_work(earned.key) == 0
    assert not Payout.objects.exists()


def test_the_database_is_asked_as_often_for_many_works_as_for_few(trade, django_assert_num_queries):
    for _ in range(3):
        earn(trade, trade.mint(), price=USDC)
    with django_assert_num_queries(3):
        assert len(keeper.due()) == 3
