"""Intents that come true, or do not, on a real chain."""

from datetime import timedelta

import pytest
from django.utils import timezone

from marketplace.chain import actions, intents, reviewing, tasks, transactions
from marketplace.chain.contracts import calldata, view
from marketplace.chain.models import Chain, Intent, LogEntry, Outbox
from marketplace.chain.watcher import matching
from tests.chain.intents import HASH, fresh, prepare

State = Intent.State


@pytest.mark.django_db
class TestComingTrue:
    """On a real chain, with the watcher."""

    def mint(self, traffic, draft, **fields):
        return prepare(
            account=traffic.accounts.ada.address,
            transaction={"to": traffic.deployed.rights, "data": calldata("Rights", "create", [draft])},
            event=("Rights.WorkCreated", {"draft": view("Rights", "hashDraft", [draft])}),
            **fields,
        )

    def test_the_event_confirms_it_even_if_nobody_reported_it(self, heard, traffic, catch_up):
        draft = traffic.draft()
        intent = self.mint(traffic, draft)
        tx = traffic.mint(draft)
        catch_up()
        # On the local chain each block is final.
        assert (fresh(intent).state, fresh(intent).tx_hash) == (State.FINAL, tx)
        assert fresh(intent).log.tx_hash == tx
        tasks.deliver_outbox()
        assert heard == [("confirmed", "draft 7")]

    def test_a_report_under_another_hash_is_corrected_by_the_event(self, heard, traffic, catch_up):
        draft = traffic.draft()
        intent = self.mint(traffic, draft)
        actions.report_sent(intent=intent, by=intent.account, tx_hash=HASH)
        tx = traffic.mint(draft)
        catch_up()
        assert (fresh(intent).state, fresh(intent).tx_hash) == (State.FINAL, tx)

    @pytest.mark.parametrize(
        ("state", "reason"), [(State.EXPIRED, "expired"), (State.FAILED, "dropped"), (State.REJECTED, "rejected")]
    )
    def test_the_chain_has_the_last_word(self, heard, traffic, catch_up, state, reason):
        draft = traffic.draft()
        intent = self.mint(traffic, draft)
        tx = traffic.mint(draft)
        Intent.objects.update(state=state, reason=reason, tx_hash=tx)
        catch_up()
        assert (fresh(intent).state, fresh(intent).reason) == (State.FINAL, "")

    def test_others_are_not_confirmed_by_it(self, heard, traffic, catch_up):
        mine, other = traffic.draft(), traffic.draft()
        intent = self.mint(traffic, mine)
        traffic.mint(other)
        catch_up()
        assert fresh(intent).state == State.PREPARED

    def test_the_same_thing_twice_takes_two_events(self, heard, traffic, catch_up):
        """Two intents that one event could fulfil: the one with its transaction first, else the older."""
        event = ("Rights.TransferSingle", {"from": traffic.accounts.ada.address, "to": traffic.accounts.dora.address})
        account = traffic.accounts.ada.address
        first = prepare(account=account, subject="first", event=event)
        second = prepare(account=account, subject="second", event=event)
        traffic.mint()
        tx = traffic.move(1, 10)
        actions.report_sent(intent=second, by=account, tx_hash=tx)
        catch_up()
        assert (fresh(first).state, fresh(second).state) == (State.PREPARED, State.FINAL)
        traffic.move(1, 10)
        catch_up()
        assert fresh(first).state == State.FINAL

    def test_reading_the_same_blocks_again_confirms_nothing_more(self, heard, traffic, catch_up):
        event = ("Rights.TransferSingle", {"from": traffic.accounts.ada.address, "to": traffic.accounts.dora.address})
        account = traffic.accounts.ada.address
        prepare(account=account, subject="first", event=event)
        traffic.mint()
        traffic.move(1, 10)
        catch_up()
        second = prepare(account=account, subject="second", event=event)
        matching.match(Chain.objects.get(), list(LogEntry.objects.canonical()))
        assert fresh(second).state == State.PREPARED
        assert Outbox.objects.filter(topic=intents.CONFIRMED).count() == 1


@pytest.mark.django_db
class TestReviewing:
    def test_a_revert_is_named(self, heard, traffic, catch_up):
        traffic.anvil.call("evm_setAutomine", False)
        try:
            draft = traffic.draft()
            intent = prepare(
                account=traffic.accounts.ada.address,
                event=("Rights.WorkCreated", {"draft": view("Rights", "hashDraft", [draft])}),
            )
            data = calldata("Rights", "create", [draft])
            gas = {
                "from": traffic.accounts.ada.address,
                "to": traffic.deployed.rights,
                "data": data,
                "gas": hex(900_000),
            }
            traffic.anvil.call("eth_sendTransaction", gas)
            tx = traffic.anvil.call("eth_sendTransaction", gas)  # the same draft a second time
            traffic.anvil.mine()
        finally:
            traffic.anvil.call("evm_setAutomine", True)
        actions.report_sent(intent=intent, by=intent.account, tx_hash=tx)
        reviewing.review()
        assert (fresh(intent).state, fresh(intent).reason) == (State.FAILED, "reverted")

        # The reason is known once the state before its block refuses it too.
        again = traffic.anvil.call("eth_sendTransaction", gas)
        transactions.wait(traffic.anvil.rpc, again)  # anvil may answer before it has mined
        actions.retry(intent=intent, by=intent.account)
        actions.report_sent(intent=intent, by=intent.account, tx_hash=again)
        reviewing.review()
        assert (fresh(intent).state, fresh(intent).reason) == (State.FAILED, "DraftUsed")
        assert "DraftUsed(0x" in fresh(intent).detail

    def test_a_verdict_on_a_transaction_that_was_replaced_meanwhile_is_void(self, heard):
        intent = prepare()
        seen = actions.report_sent(intent=intent, by=intent.account, tx_hash=HASH)
        actions.report_sent(intent=intent, by=intent.account, tx_hash="0x" + "cd" * 32)
        actions.fail(intent=seen, reason="dropped")
        assert fresh(intent).state == State.SUBMITTED

    def test_one_that_is_waiting_to_be_mined_is_left_alone(self, heard, traffic):
        traffic.anvil.call("evm_setAutomine", False)
        try:
            intent = prepare(account=traffic.accounts.ada.address)
            tx = traffic.anvil.call("eth_sendTransaction", {"from": intent.account, "to": intent.account})
            actions.report_sent(intent=intent, by=intent.account, tx_hash=tx)
            Intent.objects.update(changed=timezone.now() - timedelta(hours=1))
            reviewing.review()
            assert fresh(intent).state == State.SUBMITTED
            traffic.anvil.call("anvil_dropTransaction", tx)
            reviewing.review()
            assert (fresh(intent).state, fresh(intent).reason) == (State.FAILED, "dropped")
        finally:
            traffic.anvil.call("evm_setAutomine", True)

    def test_one_that_no_node_knows_yet_gets_its_time(self, heard, traffic):
        intent = prepare()
        actions.report_sent(intent=intent, by=intent.account, tx_hash=HASH)
        reviewing.review()
        assert fresh(intent).state == State.SUBMITTED
        Intent.objects.update(changed=timezone.now() - 2 * reviewing.DROPPED_AFTER)
        reviewing.review()
        assert (fresh(intent).state, fresh(intent).reason) == (State.FAILED, "dropped")

    def test_without_an_event_the_receipt_confirms_it(self, heard, traffic, catch_up):
        """An approval of USDC: not a contract that is watched."""
        approval = {
            "to": traffic.deployed.usdc,
            "data": calldata("TestUSDC", "approve", [traffic.deployed.market, 5]),
        }
        intent = prepare(account=traffic.accounts.cortex.address, transaction=approval)
        tx = traffic.anvil.send(traffic.accounts.cortex, approval["to"], approval["data"])
        actions.report_sent(intent=intent, by=intent.account, tx_hash=tx)
        tasks.review_intents()
        assert fresh(intent).state == State.CONFIRMED
        tasks.deliver_outbox()
        assert heard == [("confirmed", "draft 7")]
        catch_up()
        tasks.review_intents()
        assert fresh(intent).state == State.FINAL

    def test_without_an_event_another_transaction_does_not_confirm_it(self, heard, traffic):
        approval = {
            "to": traffic.deployed.usdc,
            "data": calldata("TestUSDC", "approve", [traffic.deployed.market, 5]),
        }
        intent = prepare(account=traffic.accounts.ada.address, transaction=approval)
        actions.report_sent(intent=intent, by=intent.account, tx_hash=traffic.mint())
        reviewing.review()
        assert (fresh(intent).state, fresh(intent).reason) == (State.FAILED, "no-event")

    def test_without_an_event_a_wallet_that_is_a_contract_is_known_by_what_it_caused(self, heard, traffic):
        """What it called speaks of the account, though the transaction itself was another's."""
        ada, cortex = traffic.accounts.ada, traffic.accounts.cortex
        asked = {"to": traffic.deployed.usdc, "data": "0x12345678"}
        intent = prepare(account=ada.address, transaction=asked)
        tx = traffic.anvil.send(cortex, asked["to"], calldata("TestUSDC", "transfer", [ada.address, 1]))
        actions.report_sent(intent=intent, by=intent.account, tx_hash=tx)
        reviewing.review()
        assert fresh(intent).state == State.CONFIRMED

    def test_a_report_after_the_watcher_had_passed_finds_its_event(self, heard, traffic, catch_up):
        draft = traffic.draft()
        intent = prepare(
            account=traffic.accounts.ada.address,
            event=("Rights.WorkCreated", {"draft": view("Rights", "hashDraft", [draft])}),
        )
        Intent.objects.update(state=State.FAILED, reason="failed")
        tx = traffic.mint(draft)
        catch_up()
        assert fresh(intent).state == State.FAILED
        actions.retry(intent=intent, by=intent.account)
        actions.report_sent(intent=intent, by=intent.account, tx_hash=tx)
        reviewing.review()
        assert (fresh(intent).state, fresh(intent).log.tx_hash) == (State.FINAL, tx)

    def test_a_transaction_that_did_something_else_is_told_so(self, heard, traffic, catch_up):
        intent = prepare(
            account=traffic.accounts.ada.address,
            event=("Rights.WorkCreated", {"draft": view("Rights", "hashDraft", [traffic.draft()])}),
        )
        tx = traffic.mint()
        actions.report_sent(intent=intent, by=intent.account, tx_hash=tx)
        reviewing.review()
        assert fresh(intent).state == State.SUBMITTED  # the watcher has not been there yet
        catch_up()
        reviewing.review()
        assert (fresh(intent).state, fresh(intent).reason) == (State.FAILED, "no-event")

    def test_a_node_that_is_away_changes_nothing(self, heard, settings):
        intent = prepare()
        actions.report_sent(intent=intent, by=intent.account, tx_hash=HASH)
        tasks.review_intents()
        assert fresh(intent).state == State.SUBMITTED
