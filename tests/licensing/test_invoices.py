"""A purchase that any plain transfer can pay, on a real chain, through our own client."""

import pytest
from eth_utils import keccak

from marketplace.chain import contracts, signatures, transactions
from marketplace.chain.deployments import deployment
from marketplace.chain.eip712 import fields, to_asset
from marketplace.licensing import invoices, signed
from marketplace.licensing.actions import prepare_cancel
from marketplace.licensing.invoices import Invoice
from marketplace.licensing.models import Licence
from tests.licensing.market import ARTIST, COLLABORATOR, COMPANY, FAN, KEEPER, OTHER_FAN, TRAIN, USDC, Trade, account

PRICE = 120 * USDC
FEE = 3 * USDC  # 2.5 %
TRANSFER_TYPE = fields(
    "address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce"
)


class Desk:
    """An offer, an invoice for it that the company pays and the fan is licensed by, and what people do with them."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.work = trade.mint(shares={ARTIST.address: 900_000, COLLABORATOR.address: 100_000})
        self.offer = trade.offer(self.work, price=PRICE)
        self.struct = signed.offer_struct(self.offer)
        self.invoice = Invoice(offer=self.offer.digest, licensee=FAN.address, units=1, refund_to=COMPANY.address)

    def send(self, person, data: str) -> None:
        to = deployment().address_of("Invoices")
        sent = transactions.send(self.trade.rpc, person.account, to=to, data=data)
        assert int(transactions.wait(self.trade.rpc, sent)["status"], 16) == 1

    def pay(self, amount: int) -> None:
        self.trade.call(COMPANY, "TestUSDC", "transfer", [self.invoice.address(), amount], to=deployment().usdc)

    def settle(self, *holders) -> None:
        named = [holder.address for holder in holders]
        self.send(KEEPER, self.invoice.settle_call(self.struct, self.offer.signature, named))

    def standing(self) -> invoices.Standing:
        return invoices.standing(self.invoice, deployment().usdc)

    def licensed(self) -> bool:
        return contracts.view("Rights", "isLicensed", [FAN.address, self.work.token_id, TRAIN])


@pytest.fixture
def desk(trade):
    return Desk(trade)


def test_a_plain_transfer_buys_the_licence(trade, desk):
    desk.pay(PRICE + 5)
    assert desk.standing().arrived == PRICE + 5
    desk.settle(ARTIST)

    assert desk.licensed()
    assert desk.standing().settled
    assert desk.standing().arrived == 0
    assert trade.balance(COMPANY) == COMPANY.usdc - PRICE
    assert trade.balance(ARTIST) == ARTIST.usdc + (PRICE - FEE) * 9 // 10
    assert trade.owed(desk.work, COLLABORATOR) == (PRICE - FEE) // 10

    trade.settle()  # the site sees the sale as any other
    licence = Licence.objects.get(offer_digest=desk.offer.digest)
    assert (licence.licensee, licence.price) == (FAN.address.lower(), PRICE)


def test_a_stranger_sends_the_authorisation_first_and_the_buyer_has_the_licence(trade, desk):
    deployed = deployment()
    message = {
        "from": COMPANY.address,
        "to": desk.invoice.address(),
        "value": str(PRICE),
        "validAfter": "0",
        "validBefore": str(2**64),
        "nonce": "0x" + keccak(b"a nonce that means nothing").hex(),
    }
    types = {"TransferWithAuthorization": TRANSFER_TYPE}
    typed_data = to_asset(deployed, deployed.asset(deployed.usdc), types, "TransferWithAuthorization", message)
    signature = "0x" + COMPANY.account.sign_message(signatures.message_of(typed_data)).signature.hex()
    bare = [message["from"], message["to"], PRICE, 0, 2**64, message["nonce"], signature]
    trade.call(OTHER_FAN, "TestUSDC", "transferWithAuthorization", bare, to=deployed.usdc)

    desk.settle()
    assert desk.licensed()
    assert trade.balance(COMPANY) == COMPANY.usdc - PRICE
    assert trade.balance(OTHER_FAN) == OTHER_FAN.usdc


def test_money_that_can_buy_nothing_any_more_goes_back(trade, desk):
    desk.pay(PRICE)
    trade.send(prepare_cancel(by=account(ARTIST), offer=desk.offer))
    desk.send(KEEPER, desk.invoice.refund_unused_call(desk.struct, deployment().usdc))
    assert trade.balance(COMPANY) == COMPANY.usdc
    assert not desk.licensed()


def test_whom_it_refunds_takes_the_money_back(trade, desk):
    desk.pay(PRICE - 1)
    desk.send(COMPANY, desk.invoice.refund_call(deployment().usdc, OTHER_FAN.address))
    assert trade.balance(OTHER_FAN) == OTHER_FAN.usdc + PRICE - 1
    assert desk.standing().arrived == 0
