"""What pages show of holders and their income: exact, and at a constant number of queries."""

import pytest

from marketplace.licensing.actions import prepare_purchase
from marketplace.licensing.models import Licence
from marketplace.royalties import keeper, portfolio
from marketplace.royalties.models import Revenue
from tests.licensing.market import ARTIST, COLLABORATOR, COMPANY, DEPLOYER, FAN, OTHER_FAN, USDC, account


def net(price: int) -> int:
    return price - price * 250 // 10_000


def earn(trade, work, price):
    """A sale that the watcher has seen and the keeper has not."""
    offer = trade.offer(work, price=price)
    for intent in prepare_purchase(by=account(COMPANY), offer=offer, method="allowance").intents:
        trade.send(intent)
    trade.catch_up()


def give(trade, work, giver, taker, shares):
    args = [giver.address, taker.address, work.token_id, shares, "0x"]
    trade.call(giver, "Rights", "safeTransferFrom", args)
    trade.catch_up()


@pytest.fixture
def day(trade):
    """Two works; the first earns 100, then 10 % of it is given to a fan, and it earns 40. Nobody is paid yet."""
    first = trade.mint(shares={ARTIST.address: 900_000, COLLABORATOR.address: 100_000})
    second = trade.mint()
    earn(trade, first, 100 * USDC)
    give(trade, first, ARTIST, FAN, 100_000)
    earn(trade, first, 40 * USDC)
    return first, second


def pay(trade):
    keeper.pay_due()
    trade.catch_up()


def test_holders_of_a_work(trade, day, django_assert_num_queries):
    first, _ = day
    with django_assert_num_queries(4):
        found = {h.address: (h.shares, h.percent, h.received, h.owed) for h in portfolio.holders(first)}
    a, b = net(100 * USDC), net(40 * USDC)
    assert found == {
        ARTIST.address.lower(): (800_000, "80", 0, a * 9 // 10 + b * 8 // 10),
        COLLABORATOR.address.lower(): (100_000, "10", 0, (a + b) // 10),
        FAN.address.lower(): (100_000, "10", 0, b // 10),
    }
    assert all(trade.owed(first, who) == found[who.address.lower()][3] for who in (ARTIST, COLLABORATOR, FAN))
    pay(trade)
    assert sum(h.received for h in portfolio.holders(first)) == a + b
    assert [h.owed for h in portfolio.holders(first)] == [0, 0, 0]


def test_who_gave_all_away_stays_listed_with_what_they_got(trade, day):
    first, _ = day
    give(trade, first, FAN, OTHER_FAN, 100_000)
    pay(trade)
    found = {h.address: h for h in portfolio.holders(first)}
    assert (found[FAN.address.lower()].shares, found[FAN.address.lower()].received) == (0, net(40 * USDC) // 10)
    assert found[OTHER_FAN.address.lower()].received == 0


def test_every_arrival_is_split_among_its_holders_then(trade, day, django_assert_num_queries):
    first, second = day
    pay(trade)
    with django_assert_num_queries(4):
        latest, oldest = portfolio.revenue_events(first)
    assert [event.revenue.amount for event in (oldest, latest)] == [net(100 * USDC), net(40 * USDC)]
    assert [event.licence.price for event in (oldest, latest)] == [100 * USDC, 40 * USDC]
    assert {s.holder: s.shares for s in oldest.splits} == {
        ARTIST.address.lower(): 900_000,
        COLLABORATOR.address.lower(): 100_000,
    }
    assert [s.shares for s in latest.splits] == [800_000, 100_000, 100_000]
    for event in (oldest, latest):
        assert sum(split.numerator for split in event.splits) == event.revenue.amount * 1_000_000
        assert all(split.payment.log.tx_hash for split in event.splits)
    assert portfolio.revenue_events(second) == []
    assert portfolio.revenue_events(first, limit=1)[0].revenue == latest.revenue


def test_income_names_the_sales_that_it_came_from(trade, day, django_assert_num_queries):
    first, _ = day
    pay(trade)
    earn(trade, first, 20 * USDC)
    pay(trade)
    with django_assert_num_queries(4):
        later, earlier = portfolio.income(ARTIST.address)
    assert [event.licence.price for event in later.sources] == [20 * USDC]
    assert sorted(event.licence.price for event in earlier.sources) == [40 * USDC, 100 * USDC]
    for income in (later, earlier):
        assert sum(event.splits[0].amount for event in income.sources) == income.payment.amount
    [fan] = portfolio.income(FAN.address, limit=1)
    assert fan.payment.amount == net(20 * USDC) // 10


def test_a_portfolio_takes_as_many_queries_for_many_works_as_for_one(trade, day, django_assert_num_queries):
    first, second = day
    with django_assert_num_queries(5):
        assert [h.work for h in portfolio.holdings(ARTIST.address)] == [second, first]
    with django_assert_num_queries(5):
        [holding] = portfolio.holdings(FAN.address)
    assert (holding.shares, holding.percent, holding.owed) == (100_000, "10", net(40 * USDC) // 10)
    assert portfolio.totals_by_asset([holding]) == {
        first.asset: {"received": 0, "waiting": 0, "owed": net(40 * USDC) // 10}
    }
    assert portfolio.holdings(OTHER_FAN.address) == []


def test_the_studio_tells_what_each_work_brought(trade, day, django_assert_num_queries):
    first, second = day
    with django_assert_num_queries(6):
        newest, oldest = portfolio.studio(ARTIST.address)
    assert (newest.work, newest.revenue, newest.licences, newest.mine.shares) == (second, 0, 0, 1_000_000)
    assert (oldest.work, oldest.licences) == (first, 2)
    assert oldest.revenue == net(100 * USDC) + net(40 * USDC) == Revenue.objects.total_of(first.key)
    assert oldest.mine.owed == net(100 * USDC) * 9 // 10 + net(40 * USDC) * 8 // 10
    assert Licence.objects.count() == 2


def test_fees_wait_for_their_recipient_beside_what_was_refused(trade, day):
    first, _ = day
    assert portfolio.deferred_of(DEPLOYER.address) == {first.asset: 140 * USDC * 250 // 10_000}
    trade.call(DEPLOYER, "Rights", "withdrawDeferred", [first.asset, DEPLOYER.address])
    trade.catch_up()
    assert portfolio.deferred_of(DEPLOYER.address) == {}
