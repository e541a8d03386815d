"""A licence by the second on a real chain, through our own client: opened, used, settled, stopped; all to the unit."""

import pytest

from marketplace.chain import contracts, signatures, transactions
from marketplace.chain.deployments import deployment
from marketplace.licensing import payment, streams
from marketplace.licensing.streams import StreamOffer
from tests.licensing.market import ARTIST, COLLABORATOR, COMPANY, FAN, KEEPER, TRAIN, Trade

DAY = 86_400
PRICE = 86_400 * 17  # 17 units a second
FEE_BPS = 250


class Studio:
    """A work whose creator licenses it by the second, and what people do with that."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.work = trade.mint(shares={ARTIST.address: 700_000, COLLABORATOR.address: 300_000})
        self.offer = StreamOffer(
            work_id=self.work.token_id,
            seller=ARTIST.address,
            document=self.work.content,
            scopes=TRAIN,
            price=PRICE,
            period=DAY,
        )
        self.signature = self.sign(ARTIST, self.offer.typed_data(deployment()))
        self.streams = deployment().address_of("Streams")
        trade.call(COMPANY, "TestUSDC", "approve", [self.streams, 2**255], to=deployment().usdc)

    @staticmethod
    def sign(person, typed_data) -> str:
        return "0x" + person.account.sign_message(signatures.message_of(typed_data)).signature.hex()

    def send(self, person, data: str) -> int:
        """Sends a call to Streams from a wallet; the unix time of its block."""
        sent = transactions.send(self.trade.rpc, person.account, to=self.streams, data=data)
        receipt = transactions.wait(self.trade.rpc, sent)
        assert int(receipt["status"], 16) == 1
        return int(self.trade.rpc.call("eth_getBlockByNumber", receipt["blockNumber"], False)["timestamp"], 16)

    def open(self, *, deposit: int, licensee=COMPANY) -> tuple[int, int]:
        """A stream that the company pays by allowance: its id, and when it was opened."""
        data = streams.open_call(
            self.offer,
            self.signature,
            licensee=licensee.address,
            deposit=deposit,
            payment=payment.by_allowance(COMPANY.address),
        )
        start = self.send(COMPANY, data)
        return contracts.view("Streams", "streamCount"), start

    def fees(self) -> int:
        treasury = contracts.view("Market", "feeRecipient")
        return contracts.view("Rights", "deferred", [deployment().usdc, treasury])

    def held(self) -> int:
        return self.trade.balance(self.streams)

    def licensed(self, who=COMPANY) -> bool:
        return streams.is_licensed(who.address, self.work.token_id, TRAIN)


@pytest.fixture
def studio(trade):
    return Studio(trade)


def fee_of(due: int) -> int:
    return due * FEE_BPS // 10_000


def test_a_stream_is_opened_used_settled_and_stopped(trade, studio):
    deposit = 30 * PRICE
    stream, start = studio.open(deposit=deposit)
    assert studio.licensed()
    assert streams.standing(stream).funded_until == start + 30 * DAY
    assert trade.balance(COMPANY) == COMPANY.usdc - deposit

    trade.later(10 * DAY)
    at = studio.send(KEEPER, streams.settle_call([stream, stream]))
    used = 17 * (at - start)
    fee = fee_of(used)
    assert trade.owed(studio.work, ARTIST) == (used - fee) * 700_000 // 1_000_000
    assert trade.owed(studio.work, COLLABORATOR) == (used - fee) * 300_000 // 1_000_000
    assert studio.fees() == fee
    assert studio.held() == deposit - used
    assert studio.licensed()

    trade.later(5 * DAY)
    end = studio.send(COMPANY, streams.stop_call(stream))
    rest = 17 * (end - start) - used
    revenue = used - fee + rest - fee_of(rest)
    assert trade.balance(COMPANY) == COMPANY.usdc - used - rest
    assert contracts.view("Rights", "revenueOf", [studio.work.token_id]) == revenue
    assert trade.owed(studio.work, ARTIST) == revenue * 700_000 // 1_000_000
    assert trade.owed(studio.work, COLLABORATOR) == revenue * 300_000 // 1_000_000
    assert studio.fees() == used + rest - revenue
    assert studio.held() == 0
    assert not studio.licensed()
    after = streams.standing(stream)
    assert (after.stopped, after.used, after.refundable, after.due) == (True, used + rest, 0, 0)


def test_a_stream_that_ran_dry_goes_on_without_paying_for_the_gap(trade, studio):
    stream, start = studio.open(deposit=PRICE)
    trade.later(3 * DAY)
    assert not studio.licensed()
    assert streams.standing(stream).used == PRICE

    data = streams.top_up_call(
        stream, licensee=COMPANY.address, amount=PRICE, payment=payment.by_allowance(COMPANY.address)
    )
    at = studio.send(COMPANY, data)
    assert studio.licensed()
    now = streams.standing(stream)
    assert (now.funded_until, now.deposit) == (at + DAY, 2 * PRICE)
    assert at - start >= 3 * DAY


def test_a_relayer_opens_a_stream_that_the_payer_only_signed(trade, studio):
    deployed = deployment()
    now = int(trade.rpc.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)
    purpose = streams.opening_purpose(studio.offer.digest(deployed), FAN.address)
    signed = payment.Authorization.to_buy(purpose=purpose, payer=COMPANY.address, value=5 * PRICE, now=now)
    typed_data = signed.typed_data(deployed, deployed.asset(deployed.usdc), payee="Streams")
    paid = signed.payment(studio.sign(COMPANY, typed_data))

    data = streams.open_call(studio.offer, studio.signature, licensee=FAN.address, deposit=5 * PRICE, payment=paid)
    studio.send(KEEPER, data)

    stream = streams.standing(contracts.view("Streams", "streamCount"))
    assert (stream.payer, stream.licensee) == (COMPANY.address.lower(), FAN.address.lower())
    assert studio.licensed(FAN)
    assert not studio.licensed(COMPANY)
    assert trade.balance(COMPANY) == COMPANY.usdc - 5 * PRICE


def test_a_refund_that_is_refused_is_withdrawn_elsewhere(trade, studio):
    stream, start = studio.open(deposit=30 * PRICE, licensee=FAN)
    trade.blacklist(COMPANY)
    end = studio.send(FAN, streams.stop_call(stream))
    refund = 30 * PRICE - 17 * (end - start)
    assert contracts.view("Streams", "deferred", [deployment().usdc, COMPANY.address]) == refund

    studio.send(COMPANY, streams.withdraw_call(deployment().usdc, FAN.address))
    assert trade.balance(FAN) == FAN.usdc + refund
    assert studio.held() == 0


def test_a_creator_gives_notice_and_the_licensee_keeps_what_is_paid(trade, studio):
    stream, start = studio.open(deposit=PRICE)
    studio.send(ARTIST, streams.notice_call(stream))
    assert streams.standing(stream).closed
    assert streams.standing(stream).funded_until == start + DAY
    assert studio.licensed()


def test_a_withdrawn_offer_opens_no_more_streams(trade, studio):
    studio.open(deposit=PRICE)
    studio.send(ARTIST, streams.cancel_call(studio.offer))
    data = streams.open_call(
        studio.offer,
        studio.signature,
        licensee=FAN.address,
        deposit=PRICE,
        payment=payment.by_allowance(COMPANY.address),
    )
    call = {"from": COMPANY.address, "to": studio.streams, "data": data}
    [answer] = trade.rpc.try_batch([("eth_call", [call, "latest"])])
    assert contracts.revert("Streams", answer).name == "OfferWithdrawn"
    assert studio.licensed()  # the one that is open goes on


def test_a_licensee_chooses_which_stream_speaks_for_it(trade, studio):
    first, _ = studio.open(deposit=PRICE)
    second, _ = studio.open(deposit=PRICE)
    studio.send(COMPANY, streams.prefer_call(first))
    studio.send(COMPANY, streams.stop_call(second))
    assert studio.licensed()
