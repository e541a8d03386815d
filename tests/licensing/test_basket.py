"""Several works, several assets, one transaction: through our own client on a real chain, exact to the unit."""

import pytest
from eth_account import Account as Keys
from eth_account.messages import encode_typed_data

from marketplace.chain import contracts, transactions
from marketplace.chain.contracts import View, decode_revert, view, views
from marketplace.chain.deployments import deployment
from marketplace.chain.rpc import RpcError
from marketplace.licensing import basket, payment, signed
from marketplace.licensing.basket import Item, Paid, buy_call, by_asset
from marketplace.licensing.models import Licence
from marketplace.royalties import portfolio
from marketplace.royalties.conservation import audit, audit_asset
from tests.licensing.market import (
    ARTIST,
    COLLABORATOR,
    COMPANY,
    FAN,
    KEEPER,
    OTHER_FAN,
    TRAIN,
    USDC,
    Trade,
)

COIN = 10**18


def send(trade: Trade, person, data: str, value: int = 0) -> dict:
    """A transaction to the market, which goes through."""
    sent = transactions.send(trade.rpc, person.account, to=deployment().market, data=data, value=value)
    receipt = transactions.wait(trade.rpc, sent)
    assert int(receipt["status"], 16) == 1
    return receipt


def refused(trade: Trade, person, data: str, value: int = 0) -> tuple:
    """The name of the error that a transaction would end in, and its values."""
    with pytest.raises(RpcError) as error:
        transactions.send(trade.rpc, person.account, to=deployment().market, data=data, value=value)
    return decode_revert("Market", error.value.data)


def allow(trade: Trade, amount: int) -> None:
    trade.call(COMPANY, "TestUSDC", "approve", [deployment().market, amount], to=deployment().usdc)


def sign(trade: Trade, chosen: basket.Basket, licensee: str) -> tuple[int, str, bytes]:
    """The company's ERC-3009 payment for a basket."""
    now = int(trade.rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    made = chosen.authorization(payer=COMPANY.address, licensee=licensee, now=now)
    typed = made.typed_data(deployment(), deployment().asset(chosen.asset))
    by_key = Keys.sign_message(encode_typed_data(full_message=typed), COMPANY.account.key)
    return made.payment("0x" + by_key.signature.hex())


def net(price: int) -> int:
    return price - price * 250 // 10_000


def balances(token: str, *people) -> list[int]:
    return views([View("TestUSDC", "balanceOf", [person.address], token) for person in people])


def gains(before: list[int], after: list[int]) -> list[int]:
    return [now - was for was, now in zip(before, after, strict=True)]


def is_licensed(work, person=COMPANY) -> bool:
    return view("Rights", "isLicensed", [person.address, work.token_id, TRAIN])


def problems(*works) -> list[str]:
    assets = {work.asset for work in works}
    return [p for work in works for p in audit(work).problems] + [p for a in assets for p in audit_asset(a).problems]


@pytest.fixture
def works(trade):
    """Two that earn in USDC and one in wrapped coin, with different holders."""
    weth = deployment().weth
    return (
        trade.mint(shares={ARTIST.address: 900_000, COLLABORATOR.address: 100_000}),
        trade.mint(shares={ARTIST.address: 333_333, FAN.address: 666_667}),
        trade.mint(shares={ARTIST.address: 500_000, FAN.address: 500_000}, asset=weth),
    )


def test_a_basket_is_named_as_the_market_names_it(trade, works):
    items = [Item(trade.offer(works[0]), 3), Item(trade.offer(works[1], price=7), 1)]
    (chosen,) = by_asset(items)
    offers, units = [item.offer.digest for item in items], [3, 1]
    assert chosen.digest == view("Market", "hashBasket", [offers, units])
    assert chosen.price == 3 * 120 * USDC + 7


def test_several_works_are_bought_and_their_holders_paid_in_one_transaction(trade, works):
    first, second, _ = works
    items = [Item(trade.offer(first, price=100 * USDC + 1), 2), Item(trade.offer(second, price=33_333_333), 1)]
    (chosen,) = by_asset(items)
    allow(trade, chosen.price)
    before = balances(deployment().usdc, ARTIST, COLLABORATOR, FAN, COMPANY)
    data = buy_call(
        [Paid(chosen, payment.by_allowance(COMPANY.address))],
        licensee=COMPANY.address,
        holders=[ARTIST.address, FAN.address, OTHER_FAN.address],  # the last holds nothing: no matter
    )
    send(trade, COMPANY, data)

    one, two = net(200 * USDC + 2), net(33_333_333)
    to_artist = one * 900_000 // 1_000_000 + two * 333_333 // 1_000_000
    after = balances(deployment().usdc, ARTIST, COLLABORATOR, FAN, COMPANY)
    assert gains(before, after) == [to_artist, 0, two * 666_667 // 1_000_000, -(200 * USDC + 2 + 33_333_333)]
    assert trade.owed(first, COLLABORATOR) == one // 10  # was not named: the keeper pays, or a claim
    assert is_licensed(first) and is_licensed(second)

    trade.catch_up()
    bought = {licence.work_id: licence for licence in Licence.objects.held_by(COMPANY.address)}
    assert {key: (licence.units, licence.price) for key, licence in bought.items()} == {
        first.key: (2, 200 * USDC + 2),
        second.key: (1, 33_333_333),
    }
    for work in (first, second):
        (event,) = portfolio.revenue_events(work)
        assert event.licence == bought[work.key]
    assert problems(first, second) == []


def test_two_assets_are_paid_by_a_signature_and_in_native_coin(trade, works):
    first, second, coins = works
    prices = (50 * USDC, 70 * USDC, 3 * COIN // 7)
    items = [Item(trade.offer(work, price=price)) for work, price in zip(works, prices, strict=True)]
    dollars, wrapped = by_asset(items)
    assert (dollars.asset, wrapped.asset) == (deployment().usdc, deployment().weth)
    paid = [Paid(dollars, sign(trade, dollars, COMPANY.address)), Paid(wrapped, payment.by_native(COMPANY.address))]
    assert basket.value(paid) == prices[2]

    had = int(trade.rpc.call("eth_getBalance", COMPANY.address, "latest"), 16)
    money, weth = trade.balance(COMPANY), balances(deployment().weth, ARTIST, FAN)
    data = buy_call(paid, licensee=COMPANY.address, holders=[ARTIST.address, FAN.address])
    receipt = send(trade, COMPANY, data, value=basket.value(paid) + COIN)  # more than it takes

    gas = int(receipt["gasUsed"], 16) * int(receipt["effectiveGasPrice"], 16)
    assert had - int(trade.rpc.call("eth_getBalance", COMPANY.address, "latest"), 16) - gas == prices[2]
    assert money - trade.balance(COMPANY) == prices[0] + prices[1]
    part = net(prices[2]) * 500_000 // 1_000_000
    assert gains(weth, balances(deployment().weth, ARTIST, FAN)) == [part, part]
    assert int(trade.rpc.call("eth_getBalance", deployment().market, "latest"), 16) == 0
    assert all(is_licensed(work) for work in works)
    trade.catch_up()
    assert problems(first, second, coins) == []


def test_anybody_may_send_it_in_and_nobody_can_turn_it_elsewhere(trade, works):
    """The keeper pays the gas; the payment is for these offers, these units and this licensee."""
    items = [Item(trade.offer(works[0], price=USDC)), Item(trade.offer(works[1], price=2 * USDC))]
    (chosen,) = by_asset(items)
    (other,) = by_asset([Item(items[1].offer, 1), Item(items[0].offer, 1)])
    signed_payment = sign(trade, chosen, FAN.address)
    assert chosen.price == other.price
    for turned, licensee in ((chosen, KEEPER), (other, FAN)):
        data = buy_call([Paid(turned, signed_payment)], licensee=licensee.address)
        assert refused(trade, KEEPER, data) == ("InvalidAuthorization", (COMPANY.address.lower(),))

    send(trade, KEEPER, buy_call([Paid(chosen, signed_payment)], licensee=FAN.address))
    assert is_licensed(works[0], FAN) and is_licensed(works[1], FAN)
    assert trade.balance(COMPANY) == COMPANY.usdc - 3 * USDC
    again = buy_call([Paid(chosen, signed_payment)], licensee=FAN.address)
    assert refused(trade, KEEPER, again)[0] == "AuthorizationUsedOrCanceled"


def test_it_is_all_of_them_or_none(trade, works):
    items = [Item(trade.offer(works[0], price=USDC)), Item(trade.offer(works[1], price=USDC))]
    (chosen,) = by_asset(items)
    allow(trade, chosen.price)
    trade.call(ARTIST, "Market", "cancelLicenceOffer", [signed.offer_struct(items[1].offer)])
    data = buy_call([Paid(chosen, payment.by_allowance(COMPANY.address))], licensee=COMPANY.address)
    assert refused(trade, COMPANY, data) == ("OfferWithdrawn", (items[1].offer.digest,))
    assert not is_licensed(works[0])
    assert trade.balance(COMPANY) == COMPANY.usdc


def test_too_little_coin_buys_nothing(trade, works):
    (chosen,) = by_asset([Item(trade.offer(works[2], price=COIN))])
    paid = [Paid(chosen, payment.by_native(COMPANY.address))]
    data = buy_call(paid, licensee=COMPANY.address)
    assert refused(trade, COMPANY, data, value=basket.value(paid) - 1) == ("PaidTooLittle", (COIN - 1, COIN))


def test_two_licences_of_one_work_one_of_them_free(trade, works):
    """Each arrival of money is told with the sale that brought it."""
    work = works[0]
    free = trade.offer(work, price=0, duration_days=30)
    dear = trade.offer(work, price=10 * USDC)
    (chosen,) = by_asset([Item(free), Item(dear)])
    allow(trade, chosen.price)
    data = buy_call([Paid(chosen, payment.by_allowance(COMPANY.address))], licensee=COMPANY.address)
    send(trade, COMPANY, data)
    trade.catch_up()
    (event,) = portfolio.revenue_events(work)
    assert event.licence.offer_digest == dear.digest
    assert contracts.view("Rights", "licensedUntil", [int(free.licence_id), COMPANY.address])
    assert problems(work) == []
