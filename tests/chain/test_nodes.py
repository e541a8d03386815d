"""Several nodes of one chain: whoever asks is answered while one of them works."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from marketplace.chain import nodes as pool
from marketplace.chain import transactions
from marketplace.chain.health import check_chain
from marketplace.chain.nodes import Nodes
from marketplace.chain.rpc import Rpc, RpcError, RpcUnavailable, get_rpc, urls
from marketplace.chain.watcher.errors import WrongChain
from marketplace.chain.watcher.loop import Watcher
from tests.chain.several import NOBODY, problems
from tests.fixtures.chain import Anvil

pytestmark = pytest.mark.django_db


@pytest.fixture
def anvil(fresh_anvil: Anvil) -> Anvil:
    return fresh_anvil


class TestSetting:
    @pytest.mark.parametrize("between", [",", " ", ", ", "\n"])
    def test_several_places(self, settings, between):
        settings.CHAIN_RPC_URL = f"http://127.0.0.1:1{between}http://127.0.0.1:2"
        assert urls() == ["http://127.0.0.1:1", "http://127.0.0.1:2"]
        rpc = get_rpc()
        assert isinstance(rpc, Nodes) and rpc is get_rpc()

    def test_one_place_is_asked_as_ever(self, settings, proxy, traffic):
        only = proxy()
        settings.CHAIN_RPC_URL = only.url
        assert type(get_rpc()) is Rpc
        watcher = Watcher(get_rpc())
        watcher.catch_up()
        only.asked.clear()
        watcher.turn()
        assert only.asked == [["eth_getBlockByNumber"]]


class TestReads:
    def test_the_next_answers_for_one_that_does_not(self, anvil, proxy):
        backup = proxy()
        rpc = Nodes([NOBODY, backup.url])
        assert int(rpc.call("eth_blockNumber"), 16) == anvil.head()
        assert rpc.batch([("eth_chainId", []), ("eth_blockNumber", [])]) == ["0x7a69", hex(anvil.head())]
        assert "does not answer" in problems(rpc)[0] and problems(rpc)[1] == ""
        assert rpc.url == backup.url

    def test_one_that_was_put_aside_is_tried_again_later(self, proxy, monkeypatch):
        first, second = proxy(), proxy()
        rpc = Nodes([first.url, second.url])
        first.loses = True
        rpc.call("eth_blockNumber")
        first.loses = False
        first.asked.clear()
        rpc.call("eth_blockNumber")
        assert first.asked == []  # not before its time
        later = rpc.nodes[0].again
        monkeypatch.setattr(pool.time, "monotonic", lambda: later)
        rpc.call("eth_blockNumber")
        assert first.asked[-1] == ["eth_blockNumber"]
        assert problems(rpc) == ["", ""]

    def test_it_is_left_alone_for_longer_each_time(self, proxy, monkeypatch):
        rpc = Nodes([NOBODY, proxy().url])
        now = 1000.0
        monkeypatch.setattr(pool.time, "monotonic", lambda: now)
        pauses = []
        for _ in range(9):
            rpc.call("eth_blockNumber")
            pauses.append(rpc.nodes[0].again - now)
            now = rpc.nodes[0].again
        assert pauses[:3] == [5, 10, 20] and pauses[-1] == pool.LONGEST_ASIDE

    def test_what_several_find_at_once_counts_once(self, monkeypatch):
        rpc = Nodes([NOBODY])
        monkeypatch.setattr(pool.time, "monotonic", lambda: 1000.0)
        for _ in range(5):
            rpc.put_aside(rpc.nodes[0], RpcUnavailable("it does not answer"))
        assert (rpc.nodes[0].again, rpc.nodes[0].failures) == (1000.0 + pool.FIRST_ASIDE, 1)

    def test_an_error_is_an_answer(self, proxy):
        first, second = proxy(), proxy()
        rpc = Nodes([first.url, second.url])
        with pytest.raises(RpcError):
            rpc.call("eth_noSuchThing")
        assert second.asked == [] and problems(rpc) == ["", ""]

    def test_one_on_another_chain_is_not_asked(self, anvil, proxy, node, caplog):
        stray = node()
        stray.call("anvil_setChainId", 5)
        rpc = Nodes([stray.url, proxy().url])
        assert int(rpc.call("eth_blockNumber"), 16) == anvil.head() != stray.head()
        assert "is on chain 5; this site is for chain 31337" in caplog.text
        with pytest.raises(WrongChain, match="is on chain 5"):
            Nodes([stray.url, stray.url]).call("eth_blockNumber")

    def test_when_nobody_answers_it_is_told_without_a_key(self, caplog):
        with pytest.raises(RpcUnavailable, match="does not answer") as raised:
            Nodes([NOBODY, NOBODY]).call("eth_blockNumber")
        assert "secret" not in str(raised.value) + caplog.text

    def test_all_that_were_down_are_found_again(self, proxy):
        first, second = proxy(), proxy()
        rpc = Nodes([first.url, second.url])
        first.loses = second.loses = True
        with pytest.raises(RpcUnavailable):
            rpc.call("eth_blockNumber")
        second.loses = False
        assert rpc.call("eth_chainId") == "0x7a69"  # at once, though both are put aside
        assert problems(rpc)[1] == ""


class TestSending:
    def test_a_transaction_whose_answer_got_lost_is_sent_once(self, anvil, proxy, accounts):
        first, second = proxy(), proxy()
        before = anvil.call("eth_getTransactionCount", accounts.ada.address, "latest")

        def lose(asked, answer):
            if asked == "eth_maxPriorityFeePerGas":  # the last question before it is sent
                first.loses = True

        first.change = lose
        rpc = Nodes([first.url, second.url])
        tx = transactions.send(rpc, accounts.ada, to=accounts.ben.address, data="0x", value=1)
        assert ["eth_sendRawTransaction"] in first.asked and ["eth_sendRawTransaction"] in second.asked
        assert transactions.wait(rpc, tx)["status"] == "0x1"
        count = anvil.call("eth_getTransactionCount", accounts.ada.address, "latest")
        assert int(count, 16) == int(before, 16) + 1

    def test_one_that_is_refused_is_refused(self, proxy, accounts):
        rpc = Nodes([proxy().url, proxy().url])
        with pytest.raises(RpcError, match="nonce"):
            transactions.send(rpc, accounts.deployer, to=accounts.ben.address, data="0x", nonce=0)


class TestHealth:
    def test_each_node_is_told_of_without_its_key(self, settings, anvil, traffic, proxy, node, catch_up):
        catch_up()
        stray = node()
        stray.call("anvil_setChainId", 5)
        good = proxy()
        settings.CHAIN_RPC_URL = f"{good.url}, {NOBODY} {stray.url}"
        report = check_chain()
        assert report["ok"] and report["problems"] == []  # one of them is enough
        assert [each["ok"] for each in report["nodes"]] == [True, False, False]
        assert report["nodes"][0]["head"] == report["head"] == anvil.head()
        assert "does not answer" in report["nodes"][1]["problem"]
        assert "is on chain 5" in report["nodes"][2]["problem"]
        out = StringIO()
        call_command("chain", "status", stdout=out)
        assert f"at block {anvil.head()}" in out.getvalue() and "is on chain 5" in out.getvalue()
        assert "secret" not in json.dumps(report) + out.getvalue()

    def test_one_that_is_behind(self, settings, anvil, node):
        old = node(of=anvil)
        anvil.mine(pool.BEHIND + 1)
        settings.CHAIN_RPC_URL = f"{old.url},{anvil.url}"
        report = check_chain()
        assert [each["ok"] for each in report["nodes"]] == [False, True]
        assert report["head"] == anvil.head()

    def test_none_that_works(self, settings):
        settings.CHAIN_RPC_URL = f"{NOBODY},{NOBODY}"
        report = check_chain()
        assert not report["ok"] and report["head"] is None
        assert sum("does not answer" in problem for problem in report["problems"]) == 2
