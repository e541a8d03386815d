"""The watcher among nodes, databases and logs that fail: it goes on by itself, and says what it waits for."""

import logging
from collections.abc import Iterator

import pytest
from django.db import OperationalError

from marketplace.catalog.models import Work
from marketplace.chain import handlers, outbox, tasks
from marketplace.chain.health import check_chain, check_queue
from marketplace.chain.models import Chain, Cursor, Intent, LogEntry, Outbox, Quarantine
from marketplace.chain.rpc import Rpc, get_rpc
from marketplace.chain.watcher import loop, step
from marketplace.chain.watcher.loop import Watcher
from tests.chain.state import everything, forget
from tests.factories import IntentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def poisoned() -> Iterator[list[str]]:
    """A handler of Distributed that fails while there is something in the list."""
    reasons = ["cannot count this"]

    def handler(events):
        if reasons:
            raise ValueError(reasons[0])
        return ()

    handlers.on("Rights.Distributed")(handler)
    yield reasons
    handlers.off(handler)


class TestQuarantine:
    def test_a_log_that_cannot_be_taken_in_stops_money_and_not_the_site(self, anvil, traffic, poisoned):
        traffic.mint()
        watcher = Watcher(get_rpc())
        watcher.catch_up()
        before = everything()
        tx = traffic.pay(1, 1000)
        traffic.mint()

        assert watcher.turn() > 0
        assert everything() == before  # closed, before the log: nothing half taken in
        row = Quarantine.objects.get()
        assert (row.tx_hash, row.attempts) == (tx, 1)
        assert "cannot count this" in row.error
        assert tx in Chain.objects.get().halted and "fault of the site" in Chain.objects.get().halted
        assert Work.objects.count() == 1

        assert watcher.turn() > 0
        assert Quarantine.objects.get().attempts == 2

        report = check_chain()
        assert not report["ok"] and report["halted"]

    def test_it_goes_on_by_itself_once_the_fault_is_mended(self, traffic, poisoned):
        traffic.a_day()
        watcher = Watcher(get_rpc())
        assert watcher.turn() > 0
        poisoned.clear()
        watcher.catch_up()
        assert not Quarantine.objects.exists()
        assert Chain.objects.get().halted == ""
        watcher.release()
        after = everything()
        forget()
        Watcher(get_rpc()).catch_up()
        assert everything() == after

    def test_a_malformed_log_is_kept_apart_too(self, anvil, traffic):
        class Truncating(Rpc):
            def try_batch(self, calls):
                answers = super().try_batch(calls)
                for i, (method, _) in enumerate(calls):
                    if method == "eth_getLogs":
                        answers[i][-1]["data"] = "0x"
                return answers

        traffic.a_day()
        assert Watcher(Truncating(anvil.url)).turn() > 0
        assert "MalformedLog" in Quarantine.objects.get().error
        assert not LogEntry.objects.exists()

    def test_a_log_that_nobody_takes_in_cannot_stop_anything(self, anvil, traffic):
        """Events that no handler waits for may be whatever they like."""
        from marketplace.chain.decoding import event_topic

        class Garbling(Rpc):
            def try_batch(self, calls):
                answers = super().try_batch(calls)
                for i, (method, _) in enumerate(calls):
                    if method == "eth_getLogs":
                        for log in answers[i]:
                            if log["topics"][0] == event_topic("Rights.AssetAllowed"):
                                log["data"] = "0x"
                return answers

        Watcher(Garbling(anvil.url)).catch_up()
        assert LogEntry.objects.filter(data="0x").exists()

    def test_a_database_that_is_away_is_not_the_logs_fault(self, traffic, poisoned, monkeypatch):
        def away(events):
            raise OperationalError("server closed the connection")

        poisoned.clear()
        traffic.a_day()
        handlers.on("Rights.Distributed")(away)
        watcher = Watcher(get_rpc())
        monkeypatch.setattr(loop.connection, "close", lambda: None)  # the test's own transaction lives there
        try:
            assert watcher.turn() > 0
        finally:
            handlers.off(away)
        assert not Quarantine.objects.exists()
        assert Chain.objects.get().halted == ""
        watcher.catch_up()
        assert LogEntry.objects.exists()

    def test_a_reorg_that_takes_the_bad_log_away_ends_it(self, fresh_anvil, accounts, settles_at, poisoned):
        from marketplace.chain.deployments import deployment
        from tests.chain.traffic import Traffic

        settles_at(safe=0, final=50)
        traffic = Traffic(fresh_anvil, deployment(), accounts)
        traffic.mint()
        watcher = Watcher(get_rpc())
        watcher.catch_up()
        traffic.pay(1, 1000)
        assert watcher.turn() > 0
        assert Quarantine.objects.exists()
        fresh_anvil.reorg(2)
        watcher.catch_up()
        assert not Quarantine.objects.exists()
        assert Chain.objects.get().halted == ""


class TestTrouble:
    def test_a_node_that_is_down_at_start_is_waited_for(self, anvil, traffic, settings, caplog):
        url = settings.CHAIN_RPC_URL
        traffic.a_day()
        watcher = Watcher(Rpc("http://127.0.0.1:1"))
        pauses = [watcher.turn() for _ in range(8)]
        assert pauses == sorted(pauses) and pauses[0] < 1 and pauses[-1] == loop.LONGEST_PAUSE
        assert caplog.text.count("does not answer") == 1  # said once, not at each try
        watcher.rpc = Rpc(url)
        assert watcher.turn() == 0
        assert "Going on." in caplog.text or logging.getLogger("marketplace").getEffectiveLevel() > logging.INFO
        assert Cursor.objects.get().next_block == anvil.head() + 1

    def test_a_node_that_goes_away_in_the_middle_is_waited_for(self, anvil, traffic):
        watcher = Watcher(get_rpc())
        watcher.catch_up()
        good, watcher.rpc = watcher.rpc, Rpc("http://127.0.0.1:1")
        traffic.a_day()
        assert watcher.turn() > 0
        before = everything()
        watcher.rpc = good
        assert watcher.turn() == 0
        assert everything() != before

    def test_contracts_that_are_not_deployed_yet_are_waited_for(self, settings, tmp_path, caplog):
        settings.DEPLOYMENTS_DIR = tmp_path
        assert Watcher(get_rpc()).turn() > 0
        assert "deploy_contracts" in caplog.text

    def test_the_wrong_chain_is_told(self, anvil, traffic, settings, caplog):
        settings.CHAIN_ID = 5
        settings.DEPLOYMENTS_DIR.joinpath("5.json").write_text(
            settings.DEPLOYMENTS_DIR.joinpath("31337.json").read_text()
        )
        try:
            assert Watcher(get_rpc()).turn() > 0
        finally:
            settings.DEPLOYMENTS_DIR.joinpath("5.json").unlink()
        assert "is on chain 31337; this site is for chain 5" in caplog.text
        assert not Chain.objects.exists()

    def test_a_fault_of_its_own_does_not_end_it(self, traffic, monkeypatch):
        watcher = Watcher(get_rpc())
        with monkeypatch.context() as patch:
            patch.setattr(step, "commit", lambda *args: 1 / 0)
            assert watcher.turn() > 0
        assert watcher.turn() == 0

    def test_a_handler_for_an_event_that_does_not_exist_is_seen_at_the_start(self, traffic):
        def handler(events):
            return ()

        handlers.on("Rights.WorkCreatd")(handler)
        try:
            with pytest.raises(LookupError, match="WorkCreatd"):
                Watcher(get_rpc()).run()
        finally:
            handlers.off(handler)


class TestIdle:
    def test_it_rests_when_there_is_nothing_new_and_writes_little(
        self, traffic, settings, django_assert_max_num_queries
    ):
        watcher = Watcher(get_rpc())
        watcher.catch_up()
        with django_assert_max_num_queries(1):
            assert watcher.turn() == settings.CHAIN_POLL_SECONDS

    def test_it_says_from_time_to_time_that_it_is_alive(self, traffic):
        watcher = Watcher(get_rpc())
        watcher.catch_up()
        Chain.objects.update(checked_at="2000-01-01T00:00Z")
        watcher.turn()
        assert Chain.objects.get().checked_at.year > 2000


class TestTelling:
    @pytest.fixture
    def sent(self, monkeypatch):
        names = []
        monkeypatch.setattr(tasks, "hint", lambda task: names.append(task.name.rpartition(".")[2]))
        return names

    def test_workers_hear_when_effects_are_settled(self, anvil, traffic, settles_at, sent, catch_up):
        settles_at(safe=1, final=5)
        traffic.mint()
        catch_up()
        log = LogEntry.objects.canonical().last()
        outbox.add("tests.final", key="a", log=log, finality="final")
        watcher = Watcher(get_rpc())
        Cursor.objects.update(leased_until="2000-01-01T00:00Z")
        anvil.mine(4)
        watcher.turn()
        assert sent == []
        anvil.mine(1)
        watcher.turn()
        assert sent == ["deliver_outbox"]
        assert Outbox.objects.deliverable(at=Chain.objects.get().checked_at).count() == 1

    def test_open_transactions_are_looked_at_when_blocks_come(self, anvil, traffic, sent):
        watcher = Watcher(get_rpc())
        watcher.turn()
        IntentFactory(state=Intent.State.SUBMITTED, tx_hash="0x" + "ab" * 32)
        watcher.turn()
        assert sent == []
        anvil.mine()
        watcher.turn()
        assert sent == ["review_intents"]


class TestHealth:
    def test_all_is_well(self, anvil, traffic, catch_up):
        catch_up()
        report = check_chain()
        assert report["ok"] and report["problems"] == []
        assert report["head"] == report["indexed"] == report["final"] == anvil.head()
        assert report["lag"] == 0

    def test_it_counts_how_far_behind_it_is(self, anvil, traffic, catch_up):
        catch_up()
        anvil.mine(60)
        report = check_chain()
        assert (report["ok"], report["lag"]) == (False, 60)
        assert "60 blocks behind" in report["problems"][0]

    def test_a_node_that_is_away_is_told(self, settings):
        report = check_chain()
        assert not report["ok"] and report["head"] is None
        assert "does not answer" in report["problems"][0]
        assert "not read anything yet" in report["problems"][1]

    def test_a_watcher_that_is_not_running_is_told(self, traffic, catch_up):
        catch_up()
        Chain.objects.update(checked_at="2000-01-01T00:00Z")
        assert "is it running" in check_chain()["problems"][0]

    def test_a_broker_that_is_away_is_told(self):
        report = check_queue()
        assert not report["ok"] and not report["broker"]
        assert "broker" in report["problems"][0]

    def test_effects_that_nobody_delivers_are_told(self):
        outbox.add("tests.nobody", key="a")
        report = check_queue()
        assert report["waiting"] == 1 and report["oldest_seconds"] < 60
        Outbox.objects.update(due="2000-01-01T00:00Z")
        assert "is a worker running" in check_queue()["problems"][-1]
