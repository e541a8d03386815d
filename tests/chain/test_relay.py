"""Transactions from the keeper's key: one after another, whoever sends, and errors in words."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from eth_account import Account

from marketplace.chain import relay, transactions
from marketplace.chain.contracts import calldata, view
from marketplace.chain.models import RelayLock
from marketplace.chain.rpc import Rpc, RpcError, RpcUnavailable, get_rpc


@pytest.fixture
def keeper(settings, accounts):
    settings.KEEPER_PRIVATE_KEY = "0x" + accounts.keeper.key.hex().removeprefix("0x")
    return accounts.keeper


@pytest.mark.django_db
class TestSending:
    def test_it_is_mined(self, anvil, deployed, keeper, accounts):
        tx = relay.send(deployed.usdc, calldata("TestUSDC", "mint", [accounts.ben.address, 7]))
        receipt = transactions.wait(anvil.rpc, tx)
        assert (receipt["status"], receipt["from"], receipt["type"]) == ("0x1", keeper.address.lower(), "0x2")
        assert view("TestUSDC", "balanceOf", [accounts.ben.address], address=deployed.usdc) == 7

    def test_value_is_in_wei(self, anvil, keeper, accounts):
        before = int(anvil.call("eth_getBalance", accounts.ben.address, "latest"), 16)
        transactions.wait(anvil.rpc, relay.send(accounts.ben.address, "0x", value=12345))
        assert int(anvil.call("eth_getBalance", accounts.ben.address, "latest"), 16) == before + 12345

    def test_the_address_that_pays_is_known(self, keeper):
        assert relay.is_on()
        assert relay.address() == keeper.address.lower()

    def test_without_a_key_it_is_off(self, settings):
        settings.KEEPER_PRIVATE_KEY = ""
        assert not relay.is_on()
        with pytest.raises(relay.RelayOff, match="no key"):
            relay.send("0x" + "11" * 20, "0x")

    def test_what_would_revert_is_not_sent_and_is_named(self, anvil, deployed, keeper):
        nonce = anvil.call("eth_getTransactionCount", keeper.address, "pending")
        with pytest.raises(relay.RelayRefused) as refused:
            relay.send(deployed.rights, calldata("Rights", "sweep", [999]))
        assert (refused.value.name, refused.value.args_) == ("UnknownWork", (999,))
        assert anvil.call("eth_getTransactionCount", keeper.address, "pending") == nonce

    def test_an_empty_account_is_told(self, anvil, deployed, settings):
        settings.KEEPER_PRIVATE_KEY = "0x" + "77" * 32
        with pytest.raises(relay.RelayPoor, match=Account.from_key("0x" + "77" * 32).address):
            relay.send("0x" + "11" * 20, "0x", value=1)

    def test_a_node_that_is_away_is_told(self, keeper):
        with pytest.raises(relay.RelayBusy, match="cannot be reached"):
            relay.send("0x" + "11" * 20, "0x")

    def test_the_lock_is_given_back_after_a_failure(self, anvil, deployed, keeper):
        with pytest.raises(relay.RelayRefused):
            relay.send(deployed.rights, calldata("Rights", "sweep", [999]))
        assert RelayLock.objects.get().held_until is None

    def test_a_dead_sender_does_not_hold_the_lock_for_ever(self, anvil, deployed, keeper, accounts, monkeypatch):
        RelayLock.objects.create(address=keeper.address, token="dead", held_until=timezone.now() + timedelta(minutes=1))
        monkeypatch.setattr(relay, "PATIENCE", 0.1)
        with pytest.raises(relay.RelayBusy, match="not free in time"):
            relay.send(accounts.ben.address, "0x")
        RelayLock.objects.update(held_until=timezone.now())
        assert relay.send(accounts.ben.address, "0x")

    def test_a_nonce_that_was_taken_meanwhile_is_taken_anew(self, anvil, keeper, accounts, monkeypatch):
        """Somebody sends from the same key without our lock, between the count and the sending."""
        call, raced = Rpc.call, []

        def race(self, method, *params):
            if method == "eth_sendRawTransaction" and not raced:
                raced.append(True)
                rival = {"from": keeper.address, "to": accounts.dora.address, "value": "0x1"}
                # Mined first: two of one nonce in anvil's pool, and it may drop the later one after taking it.
                transactions.wait(anvil.rpc, anvil.call("eth_sendTransaction", rival))
            return call(self, method, *params)

        monkeypatch.setattr(Rpc, "call", race)
        tx = relay.send(accounts.ben.address, "0x", value=1)
        assert raced
        assert transactions.wait(anvil.rpc, tx)["status"] == "0x1"

    def test_an_answer_that_got_lost_is_no_second_transaction(self, anvil, keeper, accounts, monkeypatch):
        """The node has the transaction, says so to a second try, and that is a success."""
        call = Rpc.call

        def twice(self, method, *params):
            if method == "eth_sendRawTransaction":
                call(self, method, *params)
                raise RpcError(-32000, "already known")
            return call(self, method, *params)

        monkeypatch.setattr(Rpc, "call", twice)
        before = int(anvil.call("eth_getTransactionCount", keeper.address, "latest"), 16)
        tx = relay.send(accounts.ben.address, "0x", value=1)
        monkeypatch.undo()
        assert transactions.wait(get_rpc(), tx)["status"] == "0x1"
        assert int(anvil.call("eth_getTransactionCount", keeper.address, "latest"), 16) == before + 1


@pytest.mark.django_db(transaction=True)
def test_many_senders_never_take_the_same_nonce(anvil, deployed, keeper, accounts):
    sent, failed = [], []

    def work():
        try:
            for _ in range(4):
                sent.append(relay.send(deployed.usdc, calldata("TestUSDC", "mint", [accounts.ben.address, 1])))
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failed == []
    assert len(set(sent)) == 20
    for tx in sent:
        assert transactions.wait(anvil.rpc, tx)["status"] == "0x1"
    assert view("TestUSDC", "balanceOf", [accounts.ben.address], address=deployed.usdc) == 20


def test_a_transaction_that_is_not_mined_is_given_up_on(anvil):
    with pytest.raises(transactions.NotMined, match="in no block"):
        transactions.wait(anvil.rpc, "0x" + "ab" * 32, seconds=0.1)


def test_a_chain_without_a_suggestion_for_tips_gets_one(anvil, accounts, monkeypatch):
    call = Rpc.call

    def no_tip(self, method, *params):
        if method == "eth_maxPriorityFeePerGas":
            raise RpcError(-32601, "the method does not exist")
        return call(self, method, *params)

    monkeypatch.setattr(Rpc, "call", no_tip)
    tx = transactions.send(anvil.rpc, accounts.ada, to=accounts.ben.address, data="0x", value=1)
    assert transactions.wait(anvil.rpc, tx)["status"] == "0x1"


def test_a_node_without_a_head_is_not_sent_to(anvil, accounts, monkeypatch):
    batch = Rpc.batch
    monkeypatch.setattr(Rpc, "batch", lambda self, calls: [*batch(self, calls)[:2], None, "0x5208"])
    with pytest.raises(RpcUnavailable, match="no latest block"):
        transactions.send(anvil.rpc, accounts.ada, to=accounts.ben.address, data="0x")
