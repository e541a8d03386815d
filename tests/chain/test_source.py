"""A node that lies, is behind, or is broken: nothing it says is taken in unchecked, and the truth is in the end."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from eth_utils.crypto import keccak

from marketplace.chain.models import LogEntry
from marketplace.chain.rpc import Rpc, RpcError, RpcUnavailable
from marketplace.chain.watcher.errors import BadAnswer
from marketplace.chain.watcher.loop import Watcher
from marketplace.chain.watcher.source import Header, Source
from tests.chain.state import everything, forget

pytestmark = pytest.mark.django_db


class LyingRpc(Rpc):
    """Asks the real node, and changes its first `times` answers to one method that the lie makes a difference to."""

    def __init__(self, url: str, method: str, lie: Callable[[Any], Any], times: int = 1) -> None:
        super().__init__(url)
        self.method, self.lie, self.left = method, lie, times
        self.asked: list[str] = []

    def try_batch(self, calls):
        answers = super().try_batch(calls)
        self.asked += [method for method, _ in calls]
        for i, (method, _) in enumerate(calls):
            if method == self.method and self.left and answers[i]:
                try:
                    told = self.lie(copy.deepcopy(answers[i]))
                except RpcUnavailable:
                    self.left -= 1
                    raise
                self.left -= told != answers[i]
                answers[i] = told
        return answers


def change(**fields: Any) -> Callable[[Any], Any]:
    """Changes the first of a list of logs, or a block."""

    def lie(answer):
        (answer[0] if isinstance(answer, list) else answer).update(fields)
        return answer

    return lie


def without(field: str) -> Callable[[Any], Any]:
    def lie(answer):
        del (answer[0] if isinstance(answer, list) else answer)[field]
        return answer

    return lie


def fail(error: Exception) -> Callable[[Any], Any]:
    def lie(answer):
        if isinstance(error, RpcUnavailable):
            raise error
        return error

    return lie


OTHER = "0x" + "ab" * 32

LOG_LIES = {
    "removed": change(removed=True),
    "of a contract that was not asked for": change(address="0x" + "11" * 20),
    "of another block": change(blockHash=OTHER),
    "of a block outside the range": change(blockNumber="0xffff"),
    "out of order": lambda logs: logs[::-1],
    "twice": lambda logs: [logs[0], *logs],
    "without an index": without("logIndex"),
    "without data": without("data"),
    "whose data is not hex": change(data="0xnothex"),
    "with half a byte of data": change(data="0x123"),
    "with a number that is none": change(logIndex="seven"),
    "with a topic that is too short": change(topics=["0x12"]),
    "that is no log": lambda logs: ["what"],
    "that are no list": lambda logs: {"what": "ever"},
    "as an error": fail(RpcError(-32005, "query returned more than 10000 results")),
    "as a time-out": fail(RpcUnavailable("timed out")),
}
BLOCK_LIES = {
    "without a hash": without("hash"),
    "without a parent": without("parentHash"),
    "with a hash that is none": change(hash="0x12"),
    "of another height": change(number="0xffffff"),
    "as an error": fail(RpcError(-32000, "header not found")),
}


@pytest.mark.parametrize("depth", [0, 100], ids=["by range", "by block"])
@pytest.mark.parametrize("lie", LOG_LIES)
def test_a_lie_about_logs_is_not_believed(anvil, traffic, settles_at, lie, depth):
    settles_at(safe=0, final=depth)
    traffic.a_day()
    Watcher(Rpc(anvil.url))._begin(traffic.deployed)
    assert_refused_then_right(LyingRpc(anvil.url, "eth_getLogs", LOG_LIES[lie]))


@pytest.mark.parametrize("depth", [0, 100], ids=["by range", "by block"])
@pytest.mark.parametrize("lie", BLOCK_LIES)
def test_a_lie_about_blocks_is_not_believed(anvil, traffic, settles_at, lie, depth):
    settles_at(safe=0, final=depth)
    traffic.a_day()
    Watcher(Rpc(anvil.url))._begin(traffic.deployed)
    assert_refused_then_right(LyingRpc(anvil.url, "eth_getBlockByNumber", BLOCK_LIES[lie]))


def assert_refused_then_right(rpc: LyingRpc) -> None:
    """When it lies, nothing is written; after that, all is."""
    watcher = Watcher(rpc)
    watcher._known = True  # so that the lie is told to a step
    assert watcher.turn() > 0  # it rests, and tries again
    assert rpc.left == 0
    assert not LogEntry.objects.exists()
    watcher.catch_up()
    watcher.release()
    after = everything()
    forget()
    Watcher(Rpc(rpc.url)).catch_up()
    assert everything() == after
    assert LogEntry.objects.exists()


def test_a_block_that_does_not_follow_from_the_last_is_not_taken_in(anvil, traffic, settles_at):
    """The node's next block names another parent, though it still has our last block: it contradicts itself."""
    settles_at(safe=0, final=100)
    watcher = Watcher(Rpc(anvil.url))
    watcher.catch_up()
    watcher.release()
    traffic.mint()
    before = everything()
    rpc = LyingRpc(anvil.url, "eth_getBlockByNumber", change(parentHash=OTHER), times=1)
    liar = Watcher(rpc)
    liar._known = True
    with pytest.raises(BadAnswer, match="does not follow"):
        liar._next()
    assert everything() == before


def test_blocks_that_are_no_chain_are_not_taken_in(anvil, traffic, settles_at):
    settles_at(safe=0, final=100)
    traffic.a_day()

    def third_block_is_another(block):
        if block["number"] == "0x3":
            block["parentHash"] = OTHER
        return block

    source = Source(LyingRpc(anvil.url, "eth_getBlockByNumber", third_block_is_another, times=99), [])
    with pytest.raises(BadAnswer, match="changed at block 3"):
        source.chain(1, 5)


def test_an_empty_answer_where_the_bloom_says_otherwise_gets_a_second_look(anvil, traffic, settles_at):
    settles_at(safe=0, final=100)
    rpc = LyingRpc(anvil.url, "eth_getLogs", lambda logs: [], times=1)
    watcher = Watcher(rpc)
    watcher.catch_up()
    watcher.release()
    assert rpc.left == 0
    after = everything()
    forget()
    Watcher(Rpc(anvil.url)).catch_up()
    assert everything() == after


def test_a_bloom_without_us_spares_the_second_look(anvil, traffic, settles_at):
    settles_at(safe=0, final=100)
    watcher = Watcher(Rpc(anvil.url))
    watcher.catch_up()
    rpc = LyingRpc(anvil.url, "none", lambda answer: answer)
    anvil.mine(5)
    watcher.rpc = rpc
    watcher.catch_up()
    assert rpc.asked.count("eth_getLogs") == 5


def test_the_bloom_filter_knows_its_own():
    """Yellow paper 4.3.1: three bits of 2048, from the first six bytes of the hash."""
    address = "0x" + "22" * 20
    digest = keccak(hexstr=address)
    bloom = 0
    for i in (0, 2, 4):
        bloom |= 1 << ((digest[i] * 256 + digest[i + 1]) % 2048)
    from datetime import UTC, datetime

    header = Header(1, OTHER, OTHER, datetime.now(UTC), bloom)
    assert header.may_have_logs_of([address])
    assert not header.may_have_logs_of(["0x" + "33" * 20])
    assert not Header(1, OTHER, OTHER, datetime.now(UTC), 0).may_have_logs_of([address])


def test_a_refused_range_is_asked_for_in_smaller_pieces(anvil, traffic):
    """A provider that gives at most four blocks at once: the size is learnt, and kept."""
    from marketplace.chain.models import Cursor

    anvil.mine(40)
    traffic.a_day()

    class Small(Rpc):
        def try_batch(self, calls):
            for method, params in calls:
                if method == "eth_getLogs" and int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) >= 4:
                    return [RpcError(-32602, "block range too large")] * len(calls)
            return super().try_batch(calls)

    watcher = Watcher(Small(anvil.url))
    for _ in range(200):
        if watcher.turn() and Cursor.objects.get().next_block > anvil.head():
            break
    assert Cursor.objects.get().next_block == anvil.head() + 1
    assert Cursor.objects.get().range <= 6
    after = everything()
    watcher.release()
    forget()
    Watcher(Rpc(anvil.url)).catch_up()
    assert everything() == after


def test_a_node_that_is_behind_is_waited_for(anvil, traffic):
    """A balanced node that has not seen the last blocks: nothing is torn down."""
    traffic.a_day()
    watcher = Watcher(Rpc(anvil.url))
    watcher.catch_up()
    before = everything()
    behind = anvil.call("eth_getBlockByNumber", hex(anvil.head() - 2), False)

    class Behind(Rpc):
        def try_batch(self, calls):
            answers = super().try_batch(calls)
            return [
                behind if method == "eth_getBlockByNumber" and params[0] == "latest" else answer
                for (method, params), answer in zip(calls, answers, strict=True)
            ]

    watcher.rpc = Behind(anvil.url)
    with pytest.raises(BadAnswer, match="behind"):
        watcher.catch_up()
    assert everything() == before


def test_safe_and_final_come_from_the_nodes_tags_where_no_depth_is_set(anvil, traffic, settings):
    settings.CHAIN_SAFE_DEPTH = settings.CHAIN_FINAL_DEPTH = None
    anvil.mine(100)
    tip = Source(Rpc(anvil.url), []).tip()
    assert (tip.head.number, tip.safe, tip.final) == (anvil.head(), anvil.head() - 32, anvil.head() - 64)


def test_a_young_chain_without_a_final_block_has_nothing_final(anvil, traffic, settings):
    settings.CHAIN_SAFE_DEPTH, settings.CHAIN_FINAL_DEPTH = 1, None

    class Young(Rpc):
        def try_batch(self, calls):
            return [
                RpcError(-39001, "finalized block not found") if params[0] == "finalized" else answer
                for (_, params), answer in zip(calls, super().try_batch(calls), strict=True)
            ]

    tip = Source(Young(anvil.url), []).tip()
    assert (tip.safe, tip.final) == (anvil.head() - 1, 0)


def test_times_come_from_the_block_where_logs_do_not_say_them(anvil, traffic):
    def untimed(logs):
        for log in logs:
            log.pop("blockTimestamp", None)
        return logs

    traffic.a_day()
    Watcher(LyingRpc(anvil.url, "eth_getLogs", untimed, times=99)).catch_up()
    log = LogEntry.objects.canonical().last()
    block = anvil.call("eth_getBlockByNumber", hex(log.block_number), False)
    assert int(log.block_time.timestamp()) == int(block["timestamp"], 16)
