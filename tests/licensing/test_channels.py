"""Metered use on a real chain, through our own client: a channel filled, used, redeemed, closed; all to the unit."""

import time
from dataclasses import replace

import pytest

from marketplace.chain import contracts, signatures, transactions
from marketplace.chain.deployments import deployment
from marketplace.licensing import channels, payment
from marketplace.licensing.channels import DAY, Channel, Standing, Voucher
from tests.factories import ZERO
from tests.licensing.market import ARTIST, COLLABORATOR, COMPANY, FAN, KEEPER, OTHER_FAN, Trade

USE = 100  # 0.0001 USD
DEPOSIT = 1_000_000


def signature_of(person, typed_data) -> str:
    return "0x" + person.account.sign_message(signatures.message_of(typed_data)).signature.hex()


class Service:
    """A server (the fan's wallet) that sells the use of a work, and a company that pays it by the piece."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.meter = deployment().address_of("Meter")
        self.work = trade.mint(shares={ARTIST.address: 700_000, COLLABORATOR.address: 300_000})
        self.channel = self.channel_to(self.work)

    @staticmethod
    def channel_to(work, **changes) -> Channel:
        return Channel(
            **{
                "payer": COMPANY.address,
                "receiver": contracts.view("Rights", "addressOf", [work.token_id]),
                "token": deployment().usdc,
                "receiver_authorizer": FAN.address,
                **changes,
            }
        )

    def send(self, person, data: str) -> dict:
        """Sends a call to Meter from a wallet; the receipt."""
        sent = transactions.send(self.trade.rpc, person.account, to=self.meter, data=data)
        receipt = transactions.wait(self.trade.rpc, sent)
        assert int(receipt["status"], 16) == 1
        return receipt

    def fill(self, channel: Channel, amount: int) -> None:
        """The company signs one ERC-3009 authorisation; the keeper sends it."""
        authorization = payment.Authorization.to_buy(
            purpose=channel.id(deployment()), payer=COMPANY.address, value=amount, now=int(time.time())
        )
        asset = deployment().asset(channel.token)
        signature = signature_of(COMPANY, authorization.typed_data(deployment(), asset, payee="Meter"))
        self.send(KEEPER, channels.deposit_call(channel, amount, payment=authorization.payment(signature)))

    @staticmethod
    def voucher(channel: Channel, amount: int, *, by=COMPANY) -> Voucher:
        return Voucher(channel, amount, signature_of(by, channel.voucher_typed_data(amount, deployment())))

    @staticmethod
    def standing(channel: Channel) -> Standing:
        return channels.standing(channel, deployment())

    def held(self) -> int:
        return self.trade.balance(self.meter)


@pytest.fixture
def service(trade):
    return Service(trade)


def test_use_by_the_piece_is_owed_to_the_works_holders(trade, service):
    before = trade.balance(COMPANY)
    service.fill(service.channel, DEPOSIT)
    assert trade.balance(COMPANY) == before - DEPOSIT
    assert service.standing(service.channel) == Standing(DEPOSIT, 0, 0, 0, 0)

    for count in range(1, 34):  # nothing of this costs gas, or waits for a block
        last = service.voucher(service.channel, count * USE)
        last.verify(deployment())
        assert service.standing(service.channel).covers(last.amount)
    service.send(KEEPER, channels.redeem_call([last]))

    assert contracts.view("Rights", "revenueOf", [service.work.token_id]) == 33 * USE
    assert trade.owed(service.work, ARTIST) == 33 * USE * 7 // 10
    assert trade.owed(service.work, COLLABORATOR) == 33 * USE * 3 // 10
    assert service.held() == DEPOSIT - 33 * USE

    service.send(KEEPER, channels.redeem_call([last]))  # once more: nothing
    assert contracts.view("Rights", "revenueOf", [service.work.token_id]) == 33 * USE
    trade.call(KEEPER, "Rights", "claim", [[service.work.token_id], COLLABORATOR.address])
    assert trade.owed(service.work, COLLABORATOR) == 0


def test_many_channels_are_redeemed_at_once(trade, service):
    other = trade.mint(shares={COLLABORATOR.address: 1_000_000})
    mine = [service.channel_to(service.work, salt=salt) for salt in range(3)]
    theirs = service.channel_to(other)
    plain = service.channel_to(service.work, receiver=OTHER_FAN.address, withdraw_delay=3600)
    all_of_them = [mine[0], theirs, mine[1], plain, mine[2]]
    for channel in all_of_them:
        service.fill(channel, DEPOSIT)
    had = trade.balance(OTHER_FAN)

    vouchers = [service.voucher(channel, 1000 + place) for place, channel in enumerate(all_of_them)]
    receipt = service.send(KEEPER, channels.redeem_call(vouchers))

    assert contracts.view("Rights", "revenueOf", [service.work.token_id]) == 1000 + 1002 + 1004
    assert trade.owed(other, COLLABORATOR) == 1001
    assert trade.balance(OTHER_FAN) == had + 1003
    moves = [log for log in receipt["logs"] if log["address"] == deployment().usdc]
    assert len(moves) == 2  # one for all works, one for the plain receiver
    assert service.held() == 5 * DEPOSIT - sum(voucher.amount for voucher in vouchers)


def test_a_server_charges_less_than_was_signed(trade, service):
    service.fill(service.channel, DEPOSIT)
    voucher = service.voucher(service.channel, 5000)

    service.send(FAN, channels.charge_call([voucher], [1200]))
    assert service.standing(service.channel).spent == 1200

    word = signature_of(FAN, channels.charge_typed_data([voucher], [2000], deployment()))
    service.send(KEEPER, channels.charge_call([voucher], [2000], authorization=word))
    assert service.standing(service.channel).spent == 2000

    service.send(KEEPER, channels.charge_call([voucher], [4000]))  # nobody's word: passed over
    assert service.standing(service.channel).spent == 2000
    assert trade.owed(service.work, ARTIST) == 1400


def test_another_key_signs_for_the_payer(service):
    channel = replace(service.channel, payer_authorizer=OTHER_FAN.address)
    service.fill(channel, DEPOSIT)
    with pytest.raises(signatures.BadSignature):
        service.voucher(channel, 500).verify(deployment())
    voucher = service.voucher(channel, 500, by=OTHER_FAN)
    voucher.verify(deployment())
    service.send(KEEPER, channels.redeem_call([voucher]))
    assert service.standing(channel).spent == 500


def test_what_is_not_used_goes_back(trade, service):
    service.fill(service.channel, DEPOSIT)
    voucher = service.voucher(service.channel, 40_000)
    before = trade.balance(COMPANY)

    word = signature_of(FAN, service.channel.refund_typed_data(60_000, deployment(), nonce=0))
    service.send(KEEPER, channels.refund_call(service.channel, 60_000, nonce=0, signature=word))
    assert trade.balance(COMPANY) == before + 60_000
    assert service.standing(service.channel).refund_nonce == 1

    service.send(COMPANY, channels.start_withdrawal_call(service.channel, 2**128 - 1))
    asked = service.standing(service.channel)
    assert asked.withdrawing == 2**128 - 1
    assert asked.ready_at
    assert not asked.covers(voucher.amount)  # a server sees it, and redeems what it has
    service.send(KEEPER, channels.redeem_call([voucher]))
    trade.later(DAY)
    service.send(KEEPER, channels.finish_withdrawal_call(service.channel))

    assert trade.balance(COMPANY) == before + DEPOSIT - 40_000
    assert service.standing(service.channel) == Standing(40_000, 40_000, 0, 0, 1)
    assert service.standing(service.channel).available == service.held() == 0


def test_what_was_asked_back_can_stay(service):
    service.fill(service.channel, DEPOSIT)
    service.send(COMPANY, channels.start_withdrawal_call(service.channel, 5))
    service.send(COMPANY, channels.start_withdrawal_call(service.channel, 0))
    assert service.standing(service.channel).covers(DEPOSIT)
    assert not service.standing(service.channel).covers(DEPOSIT + 1)


def test_vouchers_that_cannot_be_redeemed_together_are_refused(service):
    usdc = Voucher(service.channel, 1, "0x")
    weth = Voucher(replace(service.channel, token=deployment().weth), 1, "0x")
    elsewhere = Voucher(replace(service.channel, receiver_authorizer=ZERO), 1, "0x")
    with pytest.raises(ValueError, match="one token"):
        channels.redeem_call([usdc, weth])
    with pytest.raises(ValueError, match="one token"):
        channels.redeem_call([])
    with pytest.raises(ValueError, match="one receiver"):
        channels.charge_call([usdc, elsewhere], [1, 1])
    with pytest.raises(ValueError, match="one receiver"):
        channels.charge_call([usdc], [])
