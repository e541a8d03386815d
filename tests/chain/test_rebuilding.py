"""Facts are what the journal says: dropped and made again, they are the same."""

import pytest
from django.core.management import CommandError, call_command

from marketplace.chain import handlers, rebuilding
from marketplace.chain.models import Cursor, LogEntry, Outbox
from marketplace.chain.rpc import get_rpc
from marketplace.chain.watcher.loop import Watcher
from marketplace.royalties.models import Payment, Revenue, ShareTransfer
from tests.chain.state import everything

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(traffic):
    """Three days of traffic, read."""
    for _ in range(3):
        traffic.a_day()
    watcher = Watcher(get_rpc())
    watcher.catch_up()
    watcher.release()


def test_a_rebuild_gives_the_same(read):
    before = everything()
    after = rebuilding.rebuild()
    assert after == before["facts"]
    assert everything() == before


def test_a_rebuild_asks_for_no_effect_twice(read):
    Outbox.objects.update(delivered_at="2026-01-01T00:00Z")
    count = Outbox.objects.count()
    assert count
    rebuilding.rebuild()
    assert Outbox.objects.count() == count
    assert not Outbox.objects.waiting().exists()


def test_a_rebuild_needs_no_node(read, settings):
    before = rebuilding.checksums()
    settings.CHAIN_RPC_URL = "http://127.0.0.1:1"
    assert rebuilding.rebuild() == before


def test_logs_that_were_taken_off_the_chain_make_no_facts(fresh_anvil, accounts, settles_at):
    from marketplace.chain.deployments import deployment
    from tests.chain.traffic import Traffic

    settles_at(safe=0, final=50)
    traffic = Traffic(fresh_anvil, deployment(), accounts)
    traffic.a_day()
    watcher = Watcher(get_rpc())
    watcher.catch_up()
    fresh_anvil.reorg(3)
    watcher.catch_up()
    watcher.release()
    assert LogEntry.objects.orphaned().exists()
    before = rebuilding.checksums()
    assert rebuilding.rebuild() == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda: Revenue.objects.update(amount=1),
        lambda: Payment.objects.first().delete(),
        lambda: ShareTransfer.objects.create(
            log=LogEntry.objects.first(), work_id="31337-1", sender="0x", recipient="0x", amount=1, mark=0,
            at=LogEntry.objects.first().block_time,
        ),
        lambda: Payment.objects.update(log=LogEntry.objects.first()) if Payment.objects.count() == 1 else
        Payment.objects.filter(pk=Payment.objects.first().pk).update(log=LogEntry.objects.first()),
    ],
    ids=["changed", "lost", "invented", "hung on another log"],
)  # fmt: skip
def test_the_checksum_sees_any_damage_and_a_rebuild_mends_it(read, damage):
    before = rebuilding.checksums()
    damage()
    assert rebuilding.checksums()["all"] != before["all"]
    assert rebuilding.rebuild() == before


def test_the_checksum_does_not_depend_on_row_numbers_or_order(read):
    before = rebuilding.checksums()
    rows = list(Revenue.objects.order_by("-pk"))
    Revenue.objects.all().delete()
    for row in rows:
        row.pk = None
        row.save()
    assert rebuilding.checksums() == before


def test_it_does_not_run_under_a_watcher(read):
    watcher = Watcher(get_rpc())
    watcher.catch_up()
    before = everything()
    with pytest.raises(rebuilding.WatcherAtWork, match="Stop it first"):
        rebuilding.rebuild()
    assert everything() == before


def test_a_handler_that_fails_changes_nothing(read):
    def fail(events):
        raise ValueError("no")

    before = everything()
    handlers.on("Rights.Paid")(fail)
    try:
        with pytest.raises(CommandError, match="Nothing was changed"):
            call_command("chain", "rebuild")
    finally:
        handlers.off(fail)
    assert everything() == before
    assert not Cursor.objects.get().owner


def test_batches_hold_every_log_once(read, monkeypatch):
    monkeypatch.setattr(rebuilding, "AT_ONCE", 3)
    batches = list(rebuilding._batches())
    assert max(map(len, batches)) == 3
    assert [log.pk for batch in batches for log in batch] == list(
        LogEntry.objects.canonical().values_list("pk", flat=True)
    )


def test_the_commands_say_what_is(read, capsys):
    call_command("chain", "rebuild")
    said = capsys.readouterr().out
    assert "The same as before." in said
    assert rebuilding.checksums()["all"] in said

    Revenue.objects.update(amount=1)
    call_command("chain", "rebuild")
    assert "were not what the journal says" in capsys.readouterr().out

    call_command("chain", "status")
    said = capsys.readouterr().out
    assert f"read up to: {Cursor.objects.get().next_block - 1}" in said
    assert "broker" in said


def test_status_before_anything_was_read(capsys):
    call_command("chain", "status")
    assert "read up to: None" in capsys.readouterr().out
