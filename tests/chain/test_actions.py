"""The life of an intent: prepared, signed, sent, come true; and every way in which it does not."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from eth_account.messages import encode_typed_data

from marketplace.chain import actions, intents, outbox, reviewing, tasks
from marketplace.chain.actions import IntentError, NotYours
from marketplace.chain.models import Intent
from marketplace.chain.signatures import BadSignature
from tests.chain.intents import HASH, fresh, prepare

State = Intent.State

TYPED = {
    "types": {
        "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "chainId", "type": "uint256"}],
        "Offer": [{"name": "price", "type": "uint256"}],
    },
    "primaryType": "Offer",
    "domain": {"name": "Tests", "chainId": 31337},
    "message": {"price": str(2**200)},
}


@pytest.mark.django_db
class TestPreparing:
    def test_the_second_click_finds_what_the_first_made(self, heard):
        assert prepare().pk == prepare().pk
        assert Intent.objects.count() == 1

    def test_the_request_of_an_open_one_is_renewed(self, heard):
        first = prepare()
        actions.report_refused(intent=first, by=first.account, code="rejected")
        again = prepare(transaction={"to": "0x" + "c1" * 20, "data": "0x34", "value": 5})
        assert (again.pk, again.state, again.reason) == (first.pk, State.PREPARED, "")
        assert again.transaction == {"to": "0x" + "c1" * 20, "data": "0x34", "value": "0x5"}

    def test_one_on_its_way_is_left_alone(self, heard):
        first = prepare()
        actions.report_sent(intent=first, by=first.account, tx_hash=HASH)
        again = prepare(transaction={"to": "0x" + "c1" * 20, "data": "0x34"})
        assert (again.pk, again.state, again.transaction["data"]) == (first.pk, State.SUBMITTED, "0x12")

    @pytest.mark.parametrize("state", [State.CONFIRMED, State.FINAL, State.FAILED, State.EXPIRED])
    def test_what_is_over_is_history(self, heard, state):
        first = prepare()
        Intent.objects.update(state=state)
        assert prepare().pk != first.pk

    def test_another_account_or_subject_is_another_intent(self, heard):
        assert len({prepare().pk, prepare(account="0x" + "a2" * 20).pk, prepare(subject="draft 8").pk}) == 3

    def test_an_unknown_kind_or_event_is_a_slip_that_is_seen_at_once(self, heard):
        with pytest.raises(LookupError, match=r"no\.such"):
            prepare(kind="no.such")
        with pytest.raises(LookupError, match="Nothing"):
            prepare(event=("Rights.Nothing", {"a": 1}))
        assert not Intent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_intent(heard):
    barrier = threading.Barrier(4)

    def click():
        try:
            barrier.wait()
            prepare()
        finally:
            connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert Intent.objects.count() == 1


class TestMatching:
    def test_by_name_or_in_order(self):
        topic, key = intents.match(("Rights.WorkCreated", {"draft": HASH}))
        assert topic == "0xe42c608d68fe03e9b43f65c4f623f0f6affeb084eb6138f4bf46cf842d16e1a8"
        assert key == f"*:*:{HASH}"
        assert intents.match(("Rights.WorkCreated", [None, None, HASH])) == (topic, key)

    def test_words_of_integers_and_addresses(self):
        _, key = intents.match(("Rights.WorkCreated", {"work_id": 7, "creator": "0x" + "Ab" * 20}))
        assert key == f"0x{7:064x}:0x{'0' * 24}{'ab' * 20}:*"

    @pytest.mark.parametrize(
        "wanted", [{}, [None, None, None], [HASH], {"owner": HASH}, {"draft": "0x12"}, {"asset": HASH}]
    )
    def test_what_would_match_anything_or_nothing_is_refused(self, wanted):
        with pytest.raises(ValueError, match=r".+"):
            intents.match(("Rights.WorkCreated", wanted))

    def test_a_log_fulfils_every_key_that_names_some_of_its_words(self):
        a, b = f"0x{1:064x}", f"0x{2:064x}"
        assert set(intents.keys_of([HASH, a, b])) == {f"{a}:{b}", f"*:{b}", f"{a}:*", "*:*"}
        assert intents.keys_of([HASH]) == [""]


@pytest.mark.django_db
class TestReporting:
    def test_only_its_account_may_report(self, heard):
        intent = prepare(typed_data=TYPED)
        stranger = "0x" + "b2" * 20
        for report in (
            lambda: actions.report_sent(intent=intent, by=stranger, tx_hash=HASH),
            lambda: actions.report_signed(intent=intent, by=stranger, signature="0x"),
            lambda: actions.report_refused(intent=intent, by=stranger, code="rejected"),
            lambda: actions.retry(intent=intent, by=stranger),
        ):
            with pytest.raises(NotYours):
                report()
        assert fresh(intent).state == State.PREPARED

    def test_sent_and_sent_again_with_a_higher_fee(self, heard):
        intent = prepare()
        actions.report_sent(
            intent=intent, by=intent.account.upper().replace("0X", "0x"), tx_hash=HASH.upper().replace("0X", "0x")
        )
        assert (fresh(intent).state, fresh(intent).tx_hash) == (State.SUBMITTED, HASH)
        faster = "0x" + "cd" * 32
        actions.report_sent(intent=intent, by=intent.account, tx_hash=faster)
        assert fresh(intent).tx_hash == faster

    @pytest.mark.parametrize("bad", ["", "0x12", "ab" * 32, "0x" + "zz" * 32, HASH + "00"])
    def test_what_is_no_hash_is_refused(self, heard, bad):
        with pytest.raises(IntentError, match="64 hex digits"):
            actions.report_sent(intent=prepare(), by="0x" + "a1" * 20, tx_hash=bad)

    @pytest.mark.parametrize("state", [State.CONFIRMED, State.FINAL])
    def test_a_late_report_takes_nothing_back(self, heard, state):
        intent = prepare()
        Intent.objects.update(state=state, tx_hash="0x" + "ee" * 32)
        actions.report_sent(intent=intent, by=intent.account, tx_hash=HASH)
        actions.report_refused(intent=intent, by=intent.account, code="rejected")
        actions.fail(intent=intent, reason="reverted")
        actions.report_relayed(intent=intent, tx_hash=HASH)
        actions.ask_to_send(intent=intent, transaction={"to": "0x" + "c0" * 20})
        assert actions.retry(intent=intent, by=intent.account).state == state
        assert (fresh(intent).state, fresh(intent).tx_hash) == (state, "0x" + "ee" * 32)

    def test_a_rejected_one_is_taken_up_again(self, heard):
        intent = prepare()
        actions.report_refused(intent=intent, by=intent.account, code="rejected", message="User rejected.")
        assert (fresh(intent).state, fresh(intent).reason, fresh(intent).detail) == (
            State.REJECTED,
            "rejected",
            "User rejected.",
        )
        assert actions.retry(intent=intent, by=intent.account).state == State.PREPARED
        assert fresh(intent).reason == ""

    def test_a_wallet_that_is_still_asking_is_waited_for(self, heard):
        intent = prepare()
        actions.report_refused(intent=intent, by=intent.account, code="pending")
        assert (fresh(intent).state, fresh(intent).reason) == (State.PREPARED, "pending")

    def test_a_refusal_after_sending_changes_nothing(self, heard):
        intent = prepare()
        actions.report_sent(intent=intent, by=intent.account, tx_hash=HASH)
        actions.report_refused(intent=intent, by=intent.account, code="rejected")
        assert fresh(intent).state == State.SUBMITTED

    def test_a_made_up_refusal_is_refused(self, heard):
        with pytest.raises(IntentError, match="none of"):
            actions.report_refused(intent=prepare(), by="0x" + "a1" * 20, code="<script>")

    def test_messages_are_not_sent_and_transactions_are_not_signed(self, heard):
        message = prepare(typed_data=TYPED, transaction=None)
        with pytest.raises(IntentError, match="message to sign"):
            actions.report_sent(intent=message, by=message.account, tx_hash=HASH)
        transaction = prepare(subject="another")
        with pytest.raises(IntentError, match="transaction to send"):
            actions.report_signed(intent=transaction, by=transaction.account, signature="0x")

    def test_out_of_time(self, heard):
        intent = prepare(expires=timezone.now() - timedelta(seconds=1))
        reviewing.expire()
        assert (fresh(intent).state, fresh(intent).reason) == (State.EXPIRED, "expired")
        with pytest.raises(IntentError, match="run out of time"):
            actions.retry(intent=intent, by=intent.account)

    def test_an_app_may_renew_what_ran_out_of_time(self, heard, monkeypatch):
        later = timezone.now() + timedelta(hours=1)

        def renew(intent):
            intent.expires = later
            intent.save()

        monkeypatch.setitem(intents._kinds, "tests.kind", intents.Kind("tests.kind", on_retry=renew))
        intent = prepare(expires=timezone.now() - timedelta(seconds=1))
        reviewing.expire()
        assert actions.retry(intent=intent, by=intent.account).state == State.PREPARED
        assert fresh(intent).expires == later

    def test_what_is_on_its_way_does_not_run_out_of_time(self, heard):
        intent = prepare(expires=timezone.now() - timedelta(seconds=1))
        actions.report_sent(intent=intent, by=intent.account, tx_hash=HASH)
        reviewing.expire()
        assert fresh(intent).state == State.SUBMITTED


@pytest.mark.django_db
class TestSigning:
    def sign(self, account, typed=TYPED):
        return "0x" + account.sign_message(encode_typed_data(full_message=typed)).signature.hex().removeprefix("0x")

    def message(self, account, **fields):
        return prepare(account=account.address, typed_data=TYPED, transaction=None, **fields)

    def test_a_signature_is_checked_and_its_app_told_once(self, heard, accounts):
        intent = self.message(accounts.ada)
        for _ in range(2):
            actions.report_signed(intent=intent, by=intent.account, signature=self.sign(accounts.ada))
        assert fresh(intent).state == State.SIGNED
        assert heard == [("signed", "draft 7")]

    def test_what_is_to_be_signed_next_is_named(self, heard, accounts):
        intent = self.message(accounts.ada, context={"two": True})
        signed = actions.report_signed(intent=intent, by=intent.account, signature=self.sign(accounts.ada))
        again = actions.report_signed(intent=intent, by=intent.account, signature=self.sign(accounts.ada))
        following = Intent.objects.get(kind="tests.second")
        assert signed.context["next"] == again.context["next"] == str(following.pk)

    def test_somebody_elses_signature_is_refused(self, heard, accounts, anvil):
        intent = self.message(accounts.ada)
        with pytest.raises(BadSignature):
            actions.report_signed(intent=intent, by=intent.account, signature=self.sign(accounts.ben))
        assert (fresh(intent).state, heard) == (State.PREPARED, [])

    def test_a_signature_of_an_older_request_is_refused(self, heard, accounts):
        shown = self.message(accounts.ada)
        changed = {**TYPED, "message": {"price": "1"}}
        prepare(account=accounts.ada.address, typed_data=changed, transaction=None)
        with pytest.raises(IntentError, match="changed"):
            actions.report_signed(intent=shown, by=shown.account, signature=self.sign(accounts.ada))

    def test_a_signature_that_comes_too_late_is_refused(self, heard, accounts):
        intent = self.message(accounts.ada, expires=timezone.now() - timedelta(seconds=1))
        with pytest.raises(IntentError, match="run out of time"):
            actions.report_signed(intent=intent, by=intent.account, signature=self.sign(accounts.ada))

    def test_if_its_app_fails_the_signature_can_be_given_again(self, heard, accounts, monkeypatch):
        def fail(intent):
            raise RuntimeError("store is full")

        monkeypatch.setitem(intents._kinds, "tests.kind", intents.Kind("tests.kind", on_signed=fail))
        intent = self.message(accounts.ada)
        with pytest.raises(RuntimeError):
            actions.report_signed(intent=intent, by=intent.account, signature=self.sign(accounts.ada))
        assert (fresh(intent).state, fresh(intent).signature) == (State.PREPARED, "")

    def test_what_cannot_be_relayed_is_asked_of_the_account(self, heard, accounts):
        intent = self.message(accounts.ada)
        actions.report_signed(intent=intent, by=intent.account, signature=self.sign(accounts.ada))
        actions.ask_to_send(intent=intent, transaction={"to": "0x" + "c0" * 20, "data": "0x99"}, reason="relay-failed")
        assert (fresh(intent).state, fresh(intent).typed_data, fresh(intent).reason) == (
            State.PREPARED,
            None,
            "relay-failed",
        )
        actions.report_sent(intent=intent, by=intent.account, tx_hash=HASH)
        assert fresh(intent).state == State.SUBMITTED


@pytest.mark.django_db
def test_a_confirmation_that_a_reorg_took_back_is_not_told(heard):
    intent = prepare()
    outbox.add(intents.CONFIRMED, key="x", payload={"intent": str(intent.pk)})
    tasks.deliver_outbox()
    assert heard == []
