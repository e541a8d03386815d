"""People who trade on a real chain: their wallets sign and send what the site prepared for them."""

import hashlib
import secrets
import time
from typing import Any

from eth_account import Account as Keys
from eth_account.messages import encode_typed_data

from marketplace.accounts.models import Account
from marketplace.catalog.models import Work
from marketplace.chain import actions, contracts, governing, outbox, reviewing, transactions
from marketplace.chain.deployments import deployment
from marketplace.chain.dev.accounts import DEPLOYER, KEEPER, PEOPLE, Person
from marketplace.chain.models import Intent
from marketplace.chain.rpc import get_rpc
from marketplace.chain.watcher.loop import Watcher
from marketplace.licensing import scopes
from marketplace.licensing.actions import prepare_offer
from marketplace.licensing.models import Offer
from tests.factories import ZERO, MetadataFactory
from tests.fixtures.chain import Anvil

ARTIST, COLLABORATOR, COMPANY, FAN, OTHER_FAN = PEOPLE
USDC = 10**6
TRAIN = scopes.AI_TRAIN.bit | scopes.AI_GEN_TRAIN.bit


def account(person: Person) -> Account:
    return Account.objects.at(person.address)


def key_of(address: str) -> Any:
    people = {person.address.lower(): person.account for person in (*PEOPLE, DEPLOYER, KEEPER)}
    return people[address.lower()]


class Trade:
    """The chain, the watcher and the wallets of one test."""

    def __init__(self, node: Anvil) -> None:
        self.node = node
        self.rpc = get_rpc()
        self.watcher = Watcher(self.rpc)

    # what wallets do

    def sign(self, intent: Intent, *, by: Person | None = None) -> Intent:
        """Signs an intent's message with the key of its account, or of somebody else."""
        key = by.account if by else key_of(intent.account)
        signed = Keys.sign_message(encode_typed_data(full_message=intent.typed_data), key.key)
        return actions.report_signed(intent=intent, by=intent.account, signature="0x" + signed.signature.hex())

    def send(self, intent: Intent) -> dict[str, Any]:
        """Sends an intent's transaction from its account, reports it, and waits for the receipt."""
        tx = intent.transaction
        key = key_of(intent.account)
        tx_hash = transactions.send(self.rpc, key, to=tx["to"], data=tx["data"], value=int(tx["value"], 16))
        actions.report_sent(intent=intent, by=intent.account, tx_hash=tx_hash)
        return transactions.wait(self.rpc, tx_hash)

    def call(self, person: Person, contract: str, function: str, args: list[Any], *, to: str = "") -> dict[str, Any]:
        """A transaction that the site knows nothing of."""
        to = to or deployment().address_of(contract)
        data = contracts.calldata(contract, function, args)
        receipt = transactions.wait(self.rpc, transactions.send(self.rpc, person.account, to=to, data=data))
        assert int(receipt["status"], 16) == 1
        return receipt

    def govern(self, contract: str, function: str, args: list[Any]) -> None:
        """What only the owner may do: announced to the timelock by its governor, and done at once."""
        deployed = deployment()
        call = governing.Call(deployed.address_of(contract), contract, function, args, done="")
        wanted = governing.operation(deployed.address_of("Timelock"), [call])
        for data in (wanted.announcement(), wanted.execution()):
            self.node.send(DEPLOYER.account, wanted.timelock, data)
        assert wanted.state == governing.State.DONE

    # what the site does by itself

    def catch_up(self) -> None:
        """The watcher reads all blocks, and receipts are looked at."""
        self.mined()
        self.watcher.catch_up()
        reviewing.review()

    def deliver(self) -> None:
        """Everything that waits in the outbox happens, and what it sent is mined."""
        while outbox.deliver_next():
            pass
        self.mined()

    def mined(self) -> None:
        """Waits until the node has mined all that was sent: it may answer a little earlier."""
        end = time.monotonic() + 10
        while int(self.rpc.call("txpool_status")["pending"], 16):
            assert time.monotonic() < end, "the node does not mine"
            time.sleep(0.01)

    def settle(self) -> None:
        """Blocks are read and their effects happen, until there is nothing new."""
        for _ in range(3):
            self.catch_up()
            self.deliver()
        self.catch_up()

    # a market day

    def mint(
        self,
        creator: Person = ARTIST,
        shares: dict[str, int] | None = None,
        *,
        file: bytes = b"",
        approve: bool = True,
        asset: str = "",
    ) -> Work:
        """A work by `creator`, who approves the market, as the site's own minting does. `file`: its original.

        `asset`: what it earns in; USDC if empty.
        """
        deployed = deployment()
        content = "0x" + hashlib.sha256(file or secrets.token_bytes(8)).hexdigest()
        metadata = MetadataFactory()
        draft = {
            "creator": creator.address,
            "asset": asset or deployed.usdc,
            "content": content,
            "metadata": metadata.digest,
            "royaltyBps": 500,
            "operator": deployed.market if approve else ZERO,
            "deadline": 0,
            "salt": secrets.randbits(256),
            "shares": [
                {"holder": holder, "amount": amount}
                for holder, amount in (shares or {creator.address: 1_000_000}).items()
            ],
        }
        self.call(creator, "Rights", "create", [draft])
        self.catch_up()
        return Work.objects.get(content=content)

    def offer(self, work: Work, *, price: int = 120 * USDC, **terms: Any) -> Offer:
        """A licence offer that the creator has signed."""
        seller = Account.objects.at(work.creator)
        offer, intent = prepare_offer(by=seller, work=work, scopes=TRAIN, price=price, **terms)
        self.sign(intent)
        offer.refresh_from_db()
        return offer

    # what the chain says

    def balance(self, who: str | Person) -> int:
        address = who if isinstance(who, str) else who.address
        return contracts.view("TestUSDC", "balanceOf", [address], address=deployment().usdc)

    def shares(self, work: Work, who: Person) -> int:
        return contracts.view("Rights", "balanceOf", [who.address, work.token_id])

    def owed(self, work: Work, who: Person) -> int:
        return contracts.view("Rights", "owed", [work.token_id, who.address])

    def blacklist(self, who: Person, *, off: bool = False) -> None:
        self.call(DEPLOYER, "TestUSDC", "unBlacklist" if off else "blacklist", [who.address], to=deployment().usdc)

    def later(self, seconds: int) -> None:
        """Time passes on the chain."""
        self.rpc.batch([("evm_increaseTime", [seconds]), ("evm_mine", [])])
