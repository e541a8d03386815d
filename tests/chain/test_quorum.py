"""The watcher and several nodes: it goes on while one works, and believes none of them alone when it matters."""

import pytest

from marketplace.catalog.models import Work
from marketplace.chain import nodes as pool
from marketplace.chain.models import Chain, LogEntry
from marketplace.chain.nodes import Nodes
from marketplace.chain.rpc import Rpc
from marketplace.chain.watcher.errors import Halt
from marketplace.chain.watcher.loop import REFUSALS, Watcher
from tests.chain.several import NOBODY, problems
from tests.chain.state import everything, forget
from tests.fixtures.chain import Anvil

pytestmark = pytest.mark.django_db


@pytest.fixture
def anvil(fresh_anvil: Anvil) -> Anvil:
    return fresh_anvil


@pytest.fixture(autouse=True)
def finality(settles_at):
    settles_at(safe=2, final=12)


@pytest.fixture
def at_once(monkeypatch):
    """A node is looked at, and tried again, each time that there is a reason to."""
    monkeypatch.setattr(pool, "LOOK", 0.0)
    monkeypatch.setattr(pool, "FIRST_ASIDE", 0.0)


def read_all(watcher: Watcher, turns: int = 40) -> None:
    """Turn after turn, as a process would, without the rests."""
    for _ in range(turns):
        progress = watcher.turn()
        if progress and watcher._failures == 0:
            return
    raise AssertionError(f"It did not come to rest: {watcher._said[0]}")


def assert_as_if_undisturbed(node: Anvil, watcher: Watcher) -> None:
    watcher.release()
    after = everything()
    forget()
    Watcher(Rpc(node.url)).catch_up()
    assert after == everything()


class TestWatcher:
    def test_a_node_that_is_killed(self, anvil, traffic, node):
        traffic.a_day()
        other = node(of=anvil)
        rpc = Nodes([other.url, anvil.url])
        watcher = Watcher(rpc)
        read_all(watcher)
        other.stop()
        traffic.a_day()
        assert watcher.turn() == 0  # no rest: there is another
        read_all(watcher)
        assert "does not answer" in problems(rpc)[0]
        assert_as_if_undisturbed(anvil, watcher)

    def test_a_node_that_contradicts_itself(self, anvil, traffic, proxy):
        liar = proxy()
        traffic.a_day()

        def removed(asked, answer):
            if asked.startswith("eth_getLogs") and answer["result"]:
                answer["result"][0]["removed"] = True

        liar.change = removed
        rpc = Nodes([liar.url, anvil.url])
        watcher = Watcher(rpc)
        read_all(watcher)
        assert "removed" in problems(rpc)[0]
        assert LogEntry.objects.exists()
        assert_as_if_undisturbed(anvil, watcher)

    def test_a_node_that_only_answers_errors(self, anvil, traffic, proxy):
        poor = proxy()
        traffic.a_day()

        def no_quota(asked, answer):
            if asked.startswith("eth_getLogs"):
                del answer["result"]
                answer["error"] = {"code": -32005, "message": "daily limit reached"}

        poor.change = no_quota
        watcher = Watcher(Nodes([poor.url, anvil.url]))
        assert [watcher.turn() > 0 for _ in range(REFUSALS)] == [True] * REFUSALS
        assert watcher.turn() == 0
        read_all(watcher)
        assert_as_if_undisturbed(anvil, watcher)

    def test_a_node_that_stays_behind_while_another_moves_on(self, anvil, traffic, node, at_once):
        old = node(of=anvil)
        rpc = Nodes([old.url, anvil.url])
        watcher = Watcher(rpc)
        read_all(watcher)
        anvil.mine(pool.BEHIND + 1)
        watcher.turn()
        assert problems(rpc) == ["", ""]  # once is nothing
        watcher.turn()
        assert problems(rpc) == ["", ""]  # nor is it behind for good while the other stands, too
        traffic.mint()
        read_all(watcher)
        assert "is at block" in problems(rpc)[0] and problems(rpc)[1] == ""
        assert Work.objects.exists()
        assert_as_if_undisturbed(anvil, watcher)

    def test_one_that_is_a_little_behind_is_left_in_peace(self, anvil, node, at_once):
        old = node(of=anvil)
        rpc = Nodes([old.url, anvil.url])
        watcher = Watcher(rpc)
        for _ in range(pool.BEHIND):
            anvil.mine()
            watcher.turn()
        assert problems(rpc) == ["", ""]

    def test_a_node_that_begins_from_nothing_again(self, anvil, traffic, proxy, settles_at):
        """It has the right first block, and few others: that is not a chain that lost its history."""
        empty = proxy()
        traffic.a_day()
        rpc = Nodes([empty.url, anvil.url])
        watcher = Watcher(rpc)
        read_all(watcher)
        before = everything()
        start = anvil.call("eth_getBlockByNumber", "0x1", False)

        def young(asked, answer):
            if asked == "eth_getBlockByNumber latest":
                answer["result"] = start
            elif asked.startswith("eth_getBlockByNumber") and int(answer["result"]["number"], 16) > 1:
                answer["result"] = None

        empty.change = young
        assert watcher.turn() == 0
        assert "none of the blocks" in problems(rpc)[0]
        watcher.turn()
        assert everything() == before and Chain.objects.get().halted == ""

    def test_one_on_another_chain(self, anvil, traffic, node, caplog):
        traffic.a_day()
        stray = node()
        stray.call("anvil_setChainId", 5)
        another = node("--timestamp", "1700000000")  # the same id, and another first block
        rpc = Nodes([stray.url, anvil.url, another.url])
        watcher = Watcher(rpc)
        read_all(watcher)
        assert "is on chain 5" in problems(rpc)[0] and "is on chain 5" in caplog.text
        assert "another chain 31337" in problems(rpc)[2]
        assert_as_if_undisturbed(anvil, watcher)

    def test_all_on_another_chain_halts(self, anvil, traffic, node):
        traffic.a_day()
        watcher = Watcher(Rpc(anvil.url))
        watcher.catch_up()
        watcher.release()
        before = everything()
        strays = [node(), node()]
        for stray in strays:
            stray.call("anvil_setChainId", 5)
        watcher = Watcher(Nodes([stray.url for stray in strays]))
        assert watcher.turn() > 0
        assert "is on chain 5" in Chain.objects.get().halted
        assert everything() == before

    def test_one_on_another_chain_and_one_that_is_down_is_waited_for(self, anvil, traffic, node):
        Watcher(Rpc(anvil.url)).catch_up()
        stray = node()
        stray.call("anvil_setChainId", 5)
        watcher = Watcher(Nodes([stray.url, NOBODY]))
        for _ in range(4):
            watcher.turn()
        assert Chain.objects.get().halted == ""


class TestQuorum:
    """`forked` and its kind turned away from the chain that was read; `loyal` and its kind did not."""

    @pytest.fixture
    def loyal(self, anvil, traffic, node):
        traffic.mint()
        anvil.mine(20)
        traffic.mint()
        watcher = Watcher(Rpc(anvil.url))
        watcher.catch_up()
        watcher.release()
        return node(of=anvil)

    @pytest.fixture
    def forked(self, loyal, anvil):
        anvil.reorg(4)
        anvil.mine()
        return anvil

    def test_a_reorg_that_another_node_has_seen_too_is_repaired(self, forked, loyal, node):
        watcher = Watcher(Nodes([forked.url, node(of=forked).url]))
        read_all(watcher)
        assert Work.objects.count() == 1
        assert_as_if_undisturbed(forked, watcher)

    def test_two_that_disagree_change_nothing_and_it_is_said(self, forked, loyal, caplog):
        before, chain = everything(), Chain.objects.get()
        rpc = Nodes([forked.url, loyal.url])
        watcher = Watcher(rpc)
        assert watcher.turn() > 0
        assert watcher.turn() > 0
        assert caplog.text.count("nodes disagree about block") == 1
        assert everything() == before
        assert (Chain.objects.get().final, Chain.objects.get().halted) == (chain.final, "")
        assert problems(rpc) == ["", ""]  # nobody knows which is wrong

        forked.stop()
        read_all(watcher)
        assert everything() == before

    def test_most_of_three_are_believed_against_the_one_that_is_read(self, forked, loyal, node):
        before = everything()
        rpc = Nodes([forked.url, loyal.url, node(of=loyal).url])
        watcher = Watcher(rpc)
        assert watcher.turn() == 0
        assert "than most of the nodes" in problems(rpc)[0]
        read_all(watcher)
        assert everything() == before

    def test_most_of_three_are_believed_against_another(self, forked, loyal, node):
        rpc = Nodes([forked.url, loyal.url, node(of=forked).url])
        watcher = Watcher(rpc)
        read_all(watcher)
        assert Work.objects.count() == 1
        assert "than most of the nodes" in problems(rpc)[1] and problems(rpc)[2] == ""
        assert_as_if_undisturbed(forked, watcher)

    def test_a_lone_node_cannot_halt_the_site(self, loyal, anvil, node, settles_at):
        settles_at(safe=0, final=2)
        watcher = Watcher(Rpc(loyal.url))
        watcher.catch_up()
        watcher.release()
        anvil.reorg(8)
        anvil.mine()
        watcher = Watcher(Nodes([anvil.url, loyal.url]))
        assert watcher.turn() > 0
        assert Chain.objects.get().halted == ""
        watcher.release()
        with pytest.raises(Halt, match="was final"):  # but what is so, is so
            Watcher(Nodes([anvil.url, node(of=anvil).url])).catch_up()

    def test_nothing_becomes_final_by_one_node(self, loyal, forked):
        """It is read from the first, which is wrong; nobody has noticed while it was not final."""
        forget()
        watcher = Watcher(Nodes([forked.url, loyal.url]))
        read_all(watcher)
        final = Chain.objects.get().final
        assert final == forked.head() - 12  # both have that block
        forked.mine(10)
        assert watcher.turn() > 0
        assert "nodes disagree" in watcher._said[0]
        assert Chain.objects.get().final == final

        watcher.rpc, watcher._node = Rpc(forked.url), None
        read_all(watcher)
        assert Chain.objects.get().final == forked.head() - 12

    def test_blocks_that_another_node_does_not_have_are_not_final(self, loyal, anvil):
        """A node that runs ahead of all others with blocks of its own making."""
        watcher = Watcher(Nodes([anvil.url, loyal.url]))
        before = everything()
        anvil.mine(60)
        for _ in range(3):
            assert watcher.turn() > 0
            assert "waits for another node" in watcher._said[0]
        assert everything() == before
        assert Chain.objects.get().final <= loyal.head()

    def test_one_that_is_stuck_is_not_waited_for(self, loyal, anvil, monkeypatch):
        monkeypatch.setattr(pool, "STUCK", -1.0)
        anvil.mine(30)
        watcher = Watcher(Nodes([anvil.url, loyal.url]))
        read_all(watcher)
        assert Chain.objects.get().final == anvil.head() - 12 > loyal.head()

    def test_without_a_second_word_to_be_had_the_first_is_enough(self, forked):
        watcher = Watcher(Nodes([forked.url, NOBODY]))
        read_all(watcher)
        assert_as_if_undisturbed(forked, watcher)

    def test_one_that_will_have_the_block_soon_is_waited_for(self, loyal, forked, proxy):
        late = proxy(forked)
        has = loyal.head() - 5

        def not_yet(asked, answer):
            if asked == "eth_blockNumber":
                answer["result"] = hex(has)
            elif asked.startswith("eth_getBlockByNumber") and int(answer["result"]["number"], 16) > has:
                answer["result"] = None

        late.change = not_yet
        rpc = Nodes([forked.url, late.url])
        watcher = Watcher(rpc)
        before = everything()
        assert watcher.turn() > 0
        assert "waits for another node" in watcher._said[0]
        assert everything() == before and problems(rpc) == ["", ""]
        late.change = None
        read_all(watcher)
        assert_as_if_undisturbed(forked, watcher)
