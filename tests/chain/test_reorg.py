"""Real reorgs on a real node: what a block said is gone with it, and nothing else is."""

import pytest
from django.utils import timezone

from marketplace.catalog.models import Work
from marketplace.chain import actions, intents, outbox, transactions
from marketplace.chain.models import Block, Chain, Cursor, Intent, LogEntry, Outbox
from marketplace.chain.rpc import get_rpc
from marketplace.chain.watcher.errors import BadAnswer, Halt
from marketplace.chain.watcher.loop import Watcher
from marketplace.royalties.models import Payment, Revenue, ShareTransfer
from tests.chain.state import everything, forget, journal
from tests.fixtures.chain import Anvil

pytestmark = pytest.mark.django_db


@pytest.fixture
def anvil(fresh_anvil):
    return fresh_anvil


@pytest.fixture(autouse=True)
def finality(settles_at):
    settles_at(safe=2, final=40)


def watch(url, settings):
    """A watcher of its own reads what the node at `url` has."""
    settings.CHAIN_RPC_URL = url
    watcher = Watcher(get_rpc())
    watcher.catch_up()
    watcher.release()


def assert_as_if_undisturbed():
    """The database says what it would say had it only ever seen the chain as it is now."""
    after = everything()
    forget()
    Watcher(get_rpc()).catch_up()
    assert after == everything()


@pytest.mark.parametrize("depth", [1, 2, 7])
def test_what_a_replaced_block_said_is_taken_back(anvil, traffic, catch_up, depth):
    traffic.mint()
    anvil.mine(8)
    catch_up()
    traffic.mint()
    anvil.mine(depth - 1)
    catch_up()
    assert Work.objects.count() == 2

    anvil.reorg(depth)
    catch_up()

    assert Work.objects.count() == 1
    assert LogEntry.objects.orphaned().exists()  # stamped, never deleted
    assert_as_if_undisturbed()


def test_every_projection_follows(anvil, traffic, catch_up):
    traffic.mint()
    catch_up()
    kept = everything()
    height = anvil.head()
    traffic.a_day()
    traffic.a_day()
    catch_up()
    assert Payment.objects.exists() and Revenue.objects.exists() and ShareTransfer.objects.count() > 2

    anvil.reorg(anvil.head() - height)
    catch_up()

    assert {**everything(), "next": None} == {**kept, "next": None}
    assert_as_if_undisturbed()


def test_a_reorg_while_the_watcher_was_stopped_is_found_at_its_start(anvil, traffic, catch_up):
    traffic.a_day()
    catch_up()
    anvil.reorg(3)
    anvil.mine(5)
    traffic.mint()

    another = Watcher(get_rpc())
    Cursor.objects.update(leased_until=timezone.now())  # the first is gone
    another.catch_up()

    assert_as_if_undisturbed()


def test_two_reorgs_between_two_looks(anvil, traffic, catch_up):
    traffic.a_day()
    catch_up()
    anvil.reorg(2)
    traffic.mint()
    anvil.reorg(5)
    traffic.mint()
    catch_up()
    assert_as_if_undisturbed()


def test_a_reorg_below_the_cursor_during_backfill(anvil, traffic, settles_at):
    """The watcher is half way when the blocks that it has read are replaced."""
    for _ in range(4):
        traffic.a_day()
    watcher = Watcher(get_rpc())
    watcher._next()
    read = Cursor.objects.get().next_block - 1
    assert 0 < read < anvil.head()

    anvil.reorg(anvil.head() - read + 2)
    watcher.catch_up()

    assert not LogEntry.objects.canonical().filter(block_number__gt=read - 2).exists()
    assert_as_if_undisturbed()


def test_a_transaction_that_moved_to_another_block_is_one_fact(anvil, traffic, catch_up):
    tx = traffic.mint()
    anvil.mine(3)
    catch_up()
    before = Work.objects.get()

    raw = anvil.raw_of(tx)
    anvil.reorg(4, [(raw, 2)])
    catch_up()

    after = Work.objects.get()
    assert after.log.tx_hash == before.log.tx_hash == tx
    assert after.log.block_number == before.log.block_number + 2
    assert after.log_id != before.log_id  # identity is (block hash, log index), never the transaction
    assert (
        LogEntry.objects.filter(tx_hash=tx, orphaned_at=None).count() * 2 == LogEntry.objects.filter(tx_hash=tx).count()
    )
    assert_as_if_undisturbed()


def test_a_log_that_comes_back_is_the_same_row_again(anvil, traffic, settings):
    """The chain turns away from a block and back to it, as seen through two nodes that disagree for a while."""
    other = Anvil()
    try:
        other.call("anvil_loadState", anvil.call("anvil_dumpState"))
        tx = traffic.mint()
        watch(anvil.url, settings)
        rows = set(LogEntry.objects.filter(tx_hash=tx).values_list("pk", flat=True))
        assert rows and Work.objects.exists()

        other.mine(2)
        watch(other.url, settings)
        assert not Work.objects.exists()

        anvil.mine(2)
        watch(anvil.url, settings)
        assert Work.objects.get().log.tx_hash == tx
        assert set(LogEntry.objects.canonical().filter(tx_hash=tx).values_list("pk", flat=True)) == rows
        assert_as_if_undisturbed()
    finally:
        other.stop()


def test_effects_are_withdrawn_and_wait_again(anvil, traffic, catch_up):
    work = 1
    traffic.mint()
    tx = traffic.pay(work, 5_000_000)
    catch_up()
    effect = Outbox.objects.waiting("royalties.pay").get()

    anvil.reorg(1)
    catch_up()

    assert not Outbox.objects.waiting("royalties.pay").exists()
    effect.refresh_from_db()
    assert effect.withdrawn_at is not None and effect.delivered_at is None
    assert tx not in {log.tx_hash for log in LogEntry.objects.canonical()}


def test_the_same_effect_asked_for_from_another_block_waits_again(anvil, traffic, catch_up):
    tx = traffic.mint()
    catch_up()
    log = LogEntry.objects.canonical().filter(tx_hash=tx).first()
    outbox.add("tests.mail", key=tx, payload={"try": 1}, log=log, finality="final")

    anvil.reorg(1, [(anvil.raw_of(tx), 0)])
    catch_up()
    assert not Outbox.objects.waiting("tests.mail").exists()
    again = LogEntry.objects.canonical().filter(tx_hash=tx).first()
    outbox.add("tests.mail", key=tx, payload={"try": 2}, log=again, finality="final")

    row = Outbox.objects.waiting("tests.mail").get()
    assert (row.log_id, row.payload) == (again.pk, {"try": 2})


def test_an_intent_goes_back_to_submitted_and_is_confirmed_again(anvil, traffic, catch_up, accounts, monkeypatch):
    monkeypatch.setitem(intents._kinds, "tests.mint", intents.Kind("tests.mint", on_confirmed=lambda intent: None))
    draft = traffic.draft()
    from marketplace.chain.contracts import view

    intent = actions.prepare(
        kind="tests.mint", account=accounts.ada.address, subject="a work", title="Mint",
        transaction={"to": traffic.deployed.rights, "data": "0x"},
        event=("Rights.WorkCreated", {"draft": view("Rights", "hashDraft", [draft])}),
    )  # fmt: skip
    tx = traffic.mint(draft)
    catch_up()
    intent.refresh_from_db()
    assert (intent.state, intent.tx_hash) == (Intent.State.CONFIRMED, tx)
    first = intent.log_id

    raw = anvil.raw_of(tx)
    anvil.reorg(1)
    anvil.mine()
    catch_up()
    intent.refresh_from_db()
    assert (intent.state, intent.log, intent.tx_hash) == (Intent.State.SUBMITTED, None, tx)
    assert not Outbox.objects.waiting(intents.CONFIRMED).exists()

    anvil.call("eth_sendRawTransaction", raw)
    transactions.wait(anvil.rpc, tx)  # anvil may answer before it has mined
    anvil.mine()
    catch_up()
    intent.refresh_from_db()
    assert intent.state == Intent.State.CONFIRMED and intent.log_id not in (None, first)
    assert Outbox.objects.waiting(intents.CONFIRMED).count() == 1

    anvil.mine(45)
    catch_up()
    intent.refresh_from_db()
    assert intent.state == Intent.State.FINAL


def test_deeper_than_finality_halts_and_touches_nothing(anvil, traffic, settles_at):
    settles_at(safe=1, final=3)
    traffic.a_day()
    watcher = Watcher(get_rpc())
    watcher.catch_up()
    before = everything()

    anvil.reorg(6)
    traffic.mint()

    with pytest.raises(Halt, match="was final"):
        watcher.catch_up()
    assert watcher.turn() > 0
    assert watcher.turn() > 0
    assert everything() == before
    assert "make reset" in Chain.objects.get().halted


def test_a_reorg_down_to_the_final_block_is_repaired(anvil, traffic, catch_up, settles_at):
    settles_at(safe=1, final=3)
    traffic.a_day()
    catch_up()
    assert Chain.objects.get().final == anvil.head() - 3
    anvil.reorg(3)
    catch_up()
    assert_as_if_undisturbed()


def test_a_chain_that_got_shorter_is_repaired_once_it_grows_again(anvil, traffic, catch_up):
    traffic.a_day()
    catch_up()
    read = journal()
    anvil.call("anvil_rollback", 2)
    with pytest.raises(BadAnswer, match="behind"):  # as a node that lags would look: nothing is torn down for that
        catch_up()
    assert journal() == read
    traffic.mint()
    traffic.mint()
    catch_up()
    assert_as_if_undisturbed()


@pytest.fixture
def another_chain():
    """The same chain id, and another first block."""
    node = Anvil("--timestamp", "1700000000")
    yield node
    node.stop()


def test_another_chain_at_the_same_place_halts(traffic, catch_up, settings, another_chain):
    traffic.a_day()
    catch_up()
    before = everything()
    Cursor.objects.update(leased_until=timezone.now())
    settings.CHAIN_RPC_URL = another_chain.url

    with pytest.raises(Halt, match="make reset"):
        Watcher(get_rpc()).catch_up()
    assert Watcher(get_rpc()).turn() > 0
    assert "make reset" in Chain.objects.get().halted
    assert everything() == before


def test_a_new_chain_under_a_running_watcher_halts_it(traffic, another_chain):
    """The node was restarted without its state so quickly that no call failed in between."""
    traffic.a_day()
    watcher = Watcher(get_rpc())
    watcher.turn()
    watcher.turn()
    before = everything()
    another_chain.mine(30)
    watcher.rpc = another_chain.rpc

    assert watcher.turn() > 0
    assert "make reset" in Chain.objects.get().halted
    assert everything() == before


def test_finality_does_not_pass_blocks_that_may_be_gone(anvil, traffic, catch_up, settles_at):
    """The node says that height 30 is final, but our block 30 is another one: nothing of ours may become final."""
    settles_at(safe=1, final=5)
    traffic.a_day()
    catch_up()
    final = Chain.objects.get().final
    anvil.reorg(4)
    anvil.mine(30)
    settles_at(safe=0, final=0)
    seen = []
    from marketplace.chain.watcher import rollback

    before = rollback.roll_back

    def spy(*args):
        seen.append(Chain.objects.get().final)
        return before(*args)

    rollback.roll_back = spy
    try:
        catch_up()
    finally:
        rollback.roll_back = before
    assert seen == [final]
    assert Chain.objects.get().final == anvil.head()


def test_nothing_is_final_that_was_not_read(anvil, traffic, settles_at):
    """Half way through a backfill, finality is as far as the reading."""
    settles_at(safe=0, final=0)
    anvil.mine(50)
    watcher = Watcher(get_rpc())
    watcher._begin(traffic.deployed)
    Cursor.objects.update(range=10)
    watcher.turn()
    chain, cursor = Chain.objects.get(), Cursor.objects.get()
    last = traffic.deployed.start_block + 9
    assert (chain.head, chain.safe, chain.final) == (anvil.head(), last, last)
    assert cursor.next_block == last + 1


def test_old_blocks_are_let_go_but_those_with_logs(anvil, traffic, catch_up, settles_at, monkeypatch):
    from marketplace.chain.watcher import journal as journal_module

    monkeypatch.setattr(journal_module, "WINDOW", 10)
    settles_at(safe=0, final=5)
    traffic.mint()
    minted = anvil.head()
    catch_up()
    for _ in range(8):
        anvil.mine(16)
        catch_up()
    numbers = set(Block.objects.values_list("number", flat=True))
    assert minted in numbers
    assert minted + 1 not in numbers
    assert anvil.head() - 4 in numbers
