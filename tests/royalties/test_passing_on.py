"""Money that moves between works inside the contract: flows, forwards and escrow leave the records exact."""

import pytest

from marketplace.chain.contracts import view
from marketplace.chain.dev.accounts import DEPLOYER
from marketplace.licensing.actions import prepare_purchase
from marketplace.royalties import portfolio
from marketplace.royalties.conservation import audit, audit_asset
from marketplace.royalties.models import Escrow, Payment, Revenue
from marketplace.royalties.work_accounts import account_of
from tests.licensing.market import ARTIST, COLLABORATOR, COMPANY, FAN, USDC, account

PRICE = 120 * USDC
REVENUE = PRICE - PRICE * 250 // 10_000


@pytest.fixture
def works(trade, settings):
    """Two works; the keeper is away, so that money stays where it is."""
    settings.KEEPER_PRIVATE_KEY = ""
    shares = {ARTIST.address: 600_000, COLLABORATOR.address: 300_000, FAN.address: 100_000}
    return trade.mint(shares=shares), trade.mint(shares=shares)


def earn(trade, work):
    offer = trade.offer(work, price=PRICE)
    for intent in prepare_purchase(by=account(COMPANY), offer=offer, method="allowance").intents:
        trade.send(intent)
    trade.settle()


def problems(*works):
    return [problem for work in works for problem in audit(work).problems] + audit_asset(works[0].asset).problems


def test_a_work_s_address_is_known_without_asking(trade, works):
    for work in works:
        assert account_of(work.log.address, work.token_id) == view("Rights", "addressOf", [work.token_id])


def test_what_is_forwarded_is_collected_here_and_revenue_there(trade, works):
    first, second = works
    earn(trade, first)
    mine = REVENUE * 300_000 // 1_000_000
    part = mine // 3
    trade.call(COLLABORATOR, "Rights", "forward", [first.token_id, [second.token_id, first.token_id], [part, 5]])
    trade.settle()
    (passed_on,) = Payment.objects.filter(kind=Payment.Kind.PASSED_ON)
    assert (passed_on.work_id, passed_on.holder, passed_on.amount) == (
        first.key,
        COLLABORATOR.address.lower(),
        part + 5,
    )
    assert Revenue.objects.total_of(second.key) == part
    assert Revenue.objects.total_of(first.key) == REVENUE + 5
    (held,) = [each for each in portfolio.holdings(COLLABORATOR.address) if each.work == first]
    assert (held.received, held.owed) == (part + 5, mine - part - 5 + 5 * 3 // 10)
    assert held.owed == trade.owed(first, COLLABORATOR)
    assert problems(first, second) == []


def test_a_reorg_takes_it_back(trade, works, settings):
    settings.CHAIN_SAFE_DEPTH, settings.CHAIN_FINAL_DEPTH = 12, 64
    first, second = works
    earn(trade, first)
    trade.call(COLLABORATOR, "Rights", "forward", [first.token_id, [second.token_id], [USDC]])
    trade.settle()
    assert Revenue.objects.total_of(second.key) == USDC
    trade.node.reorg(1)
    trade.catch_up()
    assert not Payment.objects.filter(kind=Payment.Kind.PASSED_ON).exists()
    assert Revenue.objects.total_of(second.key) == 0
    assert problems(first, second) == []


def test_what_arrives_while_a_work_is_held_is_nobody_s_until_the_court_has_spoken(trade, works):
    first, second = works
    earn(trade, first)
    trade.govern("Rights", "setCourt", [DEPLOYER.address])
    trade.call(DEPLOYER, "Rights", "hold", [first.token_id])
    earn(trade, first)
    assert Revenue.objects.total_of(first.key) == REVENUE  # what it had earned before stays its holders'
    assert Escrow.objects.hold_of(first.key).timestamp() == view("Rights", "escrowOf", [first.token_id])[1]
    assert problems(first, second) == []

    trade.call(DEPLOYER, "Rights", "lift", [first.token_id, second.token_id])
    trade.settle()
    assert Escrow.objects.hold_of(first.key) is None
    assert Revenue.objects.total_of(second.key) == REVENUE
    assert trade.owed(second, FAN) == REVENUE // 10
    assert problems(first, second) == []

    trade.call(DEPLOYER, "Rights", "hold", [second.token_id])
    trade.call(DEPLOYER, "Rights", "lift", [second.token_id, second.token_id])  # nothing had arrived
    trade.settle()
    assert Escrow.objects.hold_of(second.key) is None
    assert problems(first, second) == []


@pytest.mark.parametrize("model", [Payment, Escrow])
def test_one_unit_more_or_less_is_found(trade, works, model):
    first, second = works
    trade.govern("Rights", "setCourt", [DEPLOYER.address])
    earn(trade, first)
    trade.call(FAN, "Rights", "forward", [first.token_id, [second.token_id], [USDC]])
    trade.call(DEPLOYER, "Rights", "hold", [first.token_id])
    earn(trade, first)
    row = model.objects.get(**({"kind": "passed-on"} if model is Payment else {"kind": "arrived"}))
    for change in (1, -1):
        model.objects.filter(pk=row.pk).update(amount=row.amount + change)
        assert audit(first).problems
        assert audit_asset(first.asset).problems
