"""Effects: at least once, one for a key, when settled enough, whoever delivers and whoever dies."""

import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from celery import Celery
from django.db import connections, transaction
from django.utils import timezone

from marketplace.chain import outbox, tasks
from marketplace.chain.models import Chain, LogEntry, Outbox
from marketplace.chain.querysets import OutboxQuerySet
from tests.factories import LogEntryFactory

TOPIC = "tests.effect"


@pytest.fixture
def done(monkeypatch):
    """What was delivered, in its order."""
    payloads = []
    monkeypatch.setitem(outbox._deliverers, TOPIC, payloads.append)
    return payloads


def run_out_claims():
    Outbox.objects.exclude(claimed_until=None).update(claimed_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
class TestAsking:
    def test_the_same_effect_is_asked_for_once(self, done):
        for _ in range(3):
            outbox.add(TOPIC, key="a", payload={"n": 1})
        outbox.add(TOPIC, key="b", payload={"n": 2})
        tasks.deliver_outbox()
        assert done == [{"n": 1}, {"n": 2}]

    def test_what_was_delivered_is_not_delivered_again(self, done):
        outbox.add(TOPIC, key="a")
        tasks.deliver_outbox()
        outbox.add(TOPIC, key="a")
        tasks.deliver_outbox()
        assert done == [{}]

    def test_it_is_gone_with_its_cause(self, done):
        with pytest.raises(RuntimeError), transaction.atomic():
            outbox.add(TOPIC, key="a")
            raise RuntimeError
        tasks.deliver_outbox()
        assert done == []

    def test_a_worker_is_told_once_the_cause_is_committed(self, done, monkeypatch, django_capture_on_commit_callbacks):
        sent = []
        monkeypatch.setattr(tasks.deliver_outbox, "apply_async", lambda **options: sent.append(options))
        with django_capture_on_commit_callbacks(execute=True):
            outbox.add(TOPIC, key="a")
            assert not sent
        assert len(sent) == 1

    def test_a_broker_that_is_down_loses_nothing(self, done, dead_broker, django_capture_on_commit_callbacks, caplog):
        asked = time.monotonic()
        with django_capture_on_commit_callbacks(execute=True):
            outbox.add(TOPIC, key="a")
        assert "Cannot reach the broker" in caplog.text
        assert time.monotonic() - asked < 3  # a person may be waiting for this page
        tasks.deliver_outbox()
        assert done == [{}]

    @pytest.fixture
    def dead_broker(self, settings, monkeypatch):
        """The same task, on an application whose Redis is not there."""
        app = Celery("dead", broker="redis://127.0.0.1:1/0")
        app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        task = app.task(tasks.deliver_outbox.run, name="dead")
        monkeypatch.setattr(tasks, "deliver_outbox", task)
        monkeypatch.setattr(tasks, "_last_warning", -tasks.REMIND)


@pytest.mark.django_db
class TestFinality:
    @pytest.fixture
    def log(self):
        log = LogEntryFactory(block_number=100)
        Chain.objects.update(head=100, safe=90, final=80)
        return log

    @pytest.mark.parametrize(
        ("finality", "safe", "final", "due"),
        [
            ("instant", 90, 80, True),
            ("safe", 99, 80, False),
            ("safe", 100, 80, True),
            ("final", 100, 99, False),
            ("final", 100, 100, True),
        ],
    )
    def test_it_waits_until_its_log_is_settled(self, done, log, finality, safe, final, due):
        outbox.add(TOPIC, key="a", log=log, finality=finality)
        Chain.objects.update(safe=safe, final=final)
        tasks.deliver_outbox()
        assert len(done) == due

    def test_a_withdrawn_effect_does_not_happen(self, done, log):
        outbox.add(TOPIC, key="a", log=log)
        Outbox.objects.update(withdrawn_at=timezone.now())
        tasks.deliver_outbox()
        assert done == []

    def test_asked_for_again_from_another_block_it_waits_for_that_one(self, done, log):
        outbox.add(TOPIC, key="a", payload={"block": 100}, log=log, finality="final")
        Outbox.objects.update(withdrawn_at=timezone.now())
        log.orphaned_at = timezone.now()
        log.save()
        again = LogEntryFactory(block_number=105)
        outbox.add(TOPIC, key="a", payload={"block": 105}, log=again, finality="final")
        Chain.objects.update(final=104)
        tasks.deliver_outbox()
        assert done == []
        Chain.objects.update(final=105)
        tasks.deliver_outbox()
        assert done == [{"block": 105}]
        assert LogEntry.objects.count() == 2


@pytest.mark.django_db
class TestFailing:
    def test_a_failure_is_kept_and_tried_again_later(self, monkeypatch):
        tries = []

        def fail_twice(payload):
            tries.append(payload)
            if len(tries) < 3:
                raise ConnectionError("mail server away")

        monkeypatch.setitem(outbox._deliverers, TOPIC, fail_twice)
        outbox.add(TOPIC, key="a")
        tasks.deliver_outbox()
        row = Outbox.objects.get()
        assert (row.attempts, row.delivered_at, row.claimed_until) == (1, None, None)
        assert "mail server away" in row.error
        assert row.due > timezone.now()
        tasks.deliver_outbox()
        assert len(tries) == 1  # not yet due

        for _ in range(2):
            Outbox.objects.update(due=timezone.now())
            tasks.deliver_outbox()
        row.refresh_from_db()
        assert row.delivered_at is not None and row.attempts == 3 and row.error == ""

    def test_one_that_fails_does_not_hold_up_the_others(self, done, monkeypatch):
        def fail(payload):
            raise ValueError("never")

        monkeypatch.setitem(outbox._deliverers, "tests.bad", fail)
        outbox.add("tests.bad", key="a")
        outbox.add("tests.nobody", key="a")
        outbox.add(TOPIC, key="a")
        tasks.deliver_outbox()
        assert done == [{}]
        assert Outbox.objects.waiting("tests.nobody").get().error == "LookupError: Nothing delivers tests.nobody."

    def test_pauses_grow_to_a_ceiling(self):
        pauses = [outbox.backoff(attempt) for attempt in range(1, 40)]
        assert all(outbox.FIRST_RETRY / 2 <= pause <= outbox.LAST_RETRY for pause in pauses)
        assert pauses[-1] >= outbox.LAST_RETRY / 2

    def test_what_a_dead_worker_held_is_taken_up_again(self, done):
        outbox.add(TOPIC, key="a")
        assert outbox.claim(at=timezone.now()) is not None  # and then it is killed
        tasks.deliver_outbox()
        assert done == []
        run_out_claims()
        tasks.deliver_outbox()
        assert done == [{}]

    def test_what_another_took_in_between_is_left_to_it(self, done, monkeypatch):
        """Where rows cannot be locked, one that was free when it was found may be taken when it is claimed."""
        monkeypatch.setattr(OutboxQuerySet, "deliverable", lambda rows, *, at: rows.waiting().order_by("pk"))
        outbox.add(TOPIC, key="a")
        assert outbox.claim(at=timezone.now()) is not None
        assert outbox.claim(at=timezone.now()) is None

    def test_a_worker_that_was_too_slow_does_not_undo_what_another_did(self, monkeypatch):
        def slow(payload):
            run_out_claims()
            monkeypatch.setitem(outbox._deliverers, TOPIC, lambda payload: None)
            assert outbox.deliver_next()  # another worker delivers it meanwhile
            raise TimeoutError

        monkeypatch.setitem(outbox._deliverers, TOPIC, slow)
        outbox.add(TOPIC, key="a")
        assert outbox.deliver_next()
        row = Outbox.objects.get()
        assert row.delivered_at is not None and row.error == ""


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work_and_do_nothing_twice(monkeypatch):
    counts, lock = Counter(), threading.Lock()
    meeting, met = threading.Barrier(2), set()

    def count(payload):
        me = threading.get_ident()
        with lock:
            counts[payload["n"]] += 1
            is_to_meet = len(met) < 2 and me not in met
            met.add(me)
        if is_to_meet:
            meeting.wait(20)  # two are at work at the same time, or this breaks

    monkeypatch.setitem(outbox._deliverers, TOPIC, count)
    for n in range(60):
        outbox.add(TOPIC, key=str(n), payload={"n": n})
    claimed: Counter[str] = Counter()

    def work(name):
        try:
            while outbox.deliver_next():
                claimed[name] += 1
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work, args=[name]) for name in ("first", "second", "third")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert counts == Counter(range(60))
    assert len(claimed) > 1
    assert not Outbox.objects.waiting().exists()


@pytest.mark.django_db
def test_many_effects_of_one_transaction_are_one_hint(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as hooks:
        for n in range(100):
            outbox.add(TOPIC, key=str(n))
    assert hooks == [outbox.poke]
