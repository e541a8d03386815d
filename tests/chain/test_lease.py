"""Two watchers: one writes. The other, or one that was asleep, changes nothing."""

import threading

import pytest
from django.db import connections
from django.utils import timezone

from marketplace.chain.models import Chain, Cursor, LogEntry
from marketplace.chain.rpc import get_rpc
from marketplace.chain.watcher import lease as leases
from marketplace.chain.watcher import step as steps
from marketplace.chain.watcher.errors import LeaseLost
from marketplace.chain.watcher.loop import STANDBY, Watcher
from tests.chain.state import everything, forget


def let_it_run_out():
    Cursor.objects.update(leased_until=timezone.now())


@pytest.mark.django_db
def test_the_second_watcher_stands_by(traffic):
    first, second = Watcher(get_rpc()), Watcher(get_rpc())
    assert first.turn() == 0
    assert second.turn() == STANDBY
    assert second.lease is None


@pytest.mark.django_db
def test_a_lease_that_was_given_back_is_taken_at_once(traffic):
    first, second = Watcher(get_rpc()), Watcher(get_rpc())
    first.catch_up()
    first.release()
    second.catch_up()
    assert Cursor.objects.get().owner == second.owner


@pytest.mark.django_db
def test_a_stale_epoch_cannot_commit(traffic, monkeypatch):
    """The first falls asleep between reading the chain and writing; the second takes over meanwhile."""
    first, second = Watcher(get_rpc()), Watcher(get_rpc())
    first.catch_up()
    traffic.a_day()
    fetch = steps.fetch

    def fetch_then_sleep(*args):
        found = fetch(*args)
        monkeypatch.setattr(steps, "fetch", fetch)
        let_it_run_out()
        second.catch_up()
        return found

    monkeypatch.setattr(steps, "fetch", fetch_then_sleep)
    with pytest.raises(LeaseLost):
        first.catch_up()

    after = everything()
    Chain.objects.update(checked_at=None)  # time for the first to renew what it believes to have
    assert len({(log.block_hash, log.log_index) for log in LogEntry.objects.all()}) == LogEntry.objects.count()
    assert first.turn() == STANDBY
    assert everything() == after
    forget()
    Watcher(get_rpc()).catch_up()
    assert everything() == after


@pytest.mark.django_db
def test_a_stale_epoch_cannot_commit_even_where_the_other_wrote_nothing(traffic, monkeypatch):
    first = Watcher(get_rpc())
    first.catch_up()
    traffic.mint()
    before = everything()
    fetch = steps.fetch

    def fetch_then_sleep(*args):
        found = fetch(*args)
        let_it_run_out()
        assert leases.acquire(31337, "second")
        return found

    monkeypatch.setattr(steps, "fetch", fetch_then_sleep)
    with pytest.raises(LeaseLost):
        first.catch_up()
    assert everything() == before


@pytest.mark.django_db
def test_an_idle_watcher_notices_that_it_was_replaced(traffic):
    first = Watcher(get_rpc())
    first.catch_up()
    let_it_run_out()
    assert leases.acquire(31337, "second")
    Chain.objects.update(checked_at=None)  # time for it to renew
    assert first.turn() == STANDBY
    assert first.lease is None


@pytest.mark.django_db(transaction=True)
def test_two_at_once_while_things_happen(traffic, monkeypatch, settings):
    """Leases far too short for the work: each is overtaken all the time. Every log is taken in exactly once."""
    from datetime import timedelta

    settings.CHAIN_POLL_SECONDS = 0.0
    monkeypatch.setattr(leases, "LENGTH", timedelta(milliseconds=15))
    monkeypatch.setattr("marketplace.chain.watcher.loop.STANDBY", 0.0)
    monkeypatch.setattr("marketplace.chain.watcher.loop.FIRST_PAUSE", 0.0)
    stop = threading.Event()
    watchers = [Watcher(get_rpc(), stop) for _ in range(3)]
    epochs = set()

    def run(watcher):
        try:
            watcher.run()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[watcher]) for watcher in watchers]
    for thread in threads:
        thread.start()
    try:
        for _ in range(4):
            traffic.a_day()
            epochs.add(Cursor.objects.get().epoch if Cursor.objects.exists() else 0)
    finally:
        stop.set()
        for thread in threads:
            thread.join()

    monkeypatch.undo()
    Watcher(get_rpc()).catch_up()
    together = everything()
    assert max(epochs) > 3  # they did overtake each other
    forget()
    Watcher(get_rpc()).catch_up()
    assert everything() == together
