"""Several nodes of one chain, used as if they were one: whichever does not do its work is put aside for a while."""

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.conf import settings
from eth_utils.crypto import keccak

from marketplace.chain.rpc import Call, Rpc, RpcError, RpcUnavailable, to_int, urls
from marketplace.chain.watcher.errors import BadAnswer, Behind, WrongChain

logger = logging.getLogger(__name__)
T = TypeVar("T")

BEHIND = 8  # blocks that a node may lag behind another
PATIENCE = 2.0  # seconds for a node to say how it is
STUCK = 60.0  # seconds without a new block until others stop waiting for a node
LOOK = 5.0  # seconds between two looks at how far the nodes are
FIRST_ASIDE = 5.0  # seconds; doubles with each time in a row
LONGEST_ASIDE = 300.0


class Node:
    """One of several."""

    def __init__(self, url: str, timeout: float) -> None:
        self.rpc = Rpc(url, timeout)
        self.probe = Rpc(url, PATIENCE)
        self.problem: Exception | None = None  # why it is put aside
        self.again = 0.0  # when it is tried again (monotonic seconds)
        self.failures = 0  # in a row
        self.known = False  # that its chain has our chain's id
        self.is_ours = False  # that it also begins as ours
        self.head = 0  # when it last said so
        self.grown = 0.0  # when it last had a new one (monotonic seconds)
        self.lagged = False  # at the last look

    @property
    def is_silent(self) -> bool:
        """Put aside for giving no answer, or those of another chain: it has nothing to say of ours."""
        return isinstance(self.problem, RpcUnavailable | RpcError)

    def ask_head(self) -> int:
        """How far it is. Raises WrongChain, RpcUnavailable."""
        try:
            chain_id, head = map(to_int, self.probe.batch([("eth_chainId", []), ("eth_blockNumber", [])]))
        except RpcError as error:
            raise RpcUnavailable(f"{self.rpc.place} does not say how far it is: {error}") from error
        self._check(chain_id)
        if head > self.head:
            self.grown = time.monotonic()
        self.head = head
        return head

    @property
    def is_stuck(self) -> bool:
        return time.monotonic() - self.grown > STUCK

    def identify(self) -> None:
        """Once, and again after it was put aside. Raises WrongChain, RpcUnavailable."""
        if not self.known:
            self._check(to_int(self.rpc.call("eth_chainId")))

    def close(self) -> None:
        self.rpc.close()
        self.probe.close()

    def _check(self, chain_id: int) -> None:
        self.known = chain_id == settings.CHAIN_ID
        if not self.known:
            raise WrongChain(f"{self.rpc.place} is on chain {chain_id}; this site is for chain {settings.CHAIN_ID}.")


class Nodes(Rpc):
    """Asks the first that works, and the next when it does not answer. Safe to share as `Rpc` is.

    Only for calls that may be made twice. Sending a signed transaction is one: it has one nonce.
    """

    def __init__(self, places: Sequence[str], timeout: float = 10.0) -> None:
        """`places`: URLs, the one to be preferred first. `timeout`: seconds for each request to each of them."""
        # Not Rpc's own: this has no connection, those of its nodes are enough.
        self.nodes = [Node(url, timeout) for url in places]
        self._looked = -LOOK  # never
        self._furthest = 0  # at the last look

    @property
    def url(self) -> str:  # type: ignore[override]  # of the first that works
        return min(self.nodes, key=lambda node: node.problem is not None).rpc.url

    def call(self, method: str, *params: Any) -> Any:
        if method == "eth_sendRawTransaction":
            return self._send(*params)
        return self._ask(lambda rpc: rpc.call(method, *params))

    def try_batch(self, calls: Sequence[Call]) -> list[Any]:
        return self._ask(lambda rpc: rpc.try_batch(calls))

    def close(self) -> None:
        for node in self.nodes:
            node.close()

    def in_order(self) -> list[Node]:
        """All of them: those that work first, in the order of the setting; then the rest, as they are tried again."""
        for node in self.nodes:
            if node.problem is not None and node.again <= time.monotonic():
                self._try_again(node)
        return sorted(self.nodes, key=lambda node: node.again if node.problem else 0.0)

    def others(self, rpc: Rpc) -> list[Node]:
        """Those that can say whether another's word is true."""
        return [node for node in self.in_order() if node.rpc is not rpc and not node.is_silent]

    def put_aside(self, node: Node, problem: Exception) -> None:
        """Asks others instead, for a time that doubles until it works again."""
        now = time.monotonic()
        if node.problem is None or node.again <= now:  # several threads may find the same
            pause = min(FIRST_ASIDE * 2 ** min(node.failures, 10), LONGEST_ASIDE)
            node.failures += 1
            node.again = now + pause
            logger.warning("%s is put aside for %.0f s: %s", node.rpc.place, pause, problem)
        node.problem = problem
        node.known = node.is_ours = False

    def works(self, node: Node) -> None:
        """It has just done what it was asked."""
        node.problem, node.failures = None, 0

    def look(self) -> None:
        """Puts aside, from time to time, whichever is far behind twice in a row while another moves on."""
        if time.monotonic() - self._looked < LOOK:
            return
        working = [node for node in self.in_order() if node.problem is None]
        for node in working:
            try:
                node.ask_head()
            except RpcUnavailable as error:
                self.put_aside(node, error)
        self._looked = time.monotonic()
        furthest = max((node.head for node in working if node.problem is None), default=0)
        for node in working:
            lags = furthest - node.head > BEHIND
            if node.problem is None and lags and node.lagged and furthest > self._furthest:
                self.put_aside(node, _behind(node, furthest))
            node.lagged = lags
        self._furthest = furthest

    def _try_again(self, node: Node) -> None:
        furthest = max((other.head for other in self.nodes if other.problem is None), default=0)
        try:
            if furthest - node.ask_head() > BEHIND:
                raise _behind(node, furthest)
        except (RpcUnavailable, BadAnswer) as error:
            self.put_aside(node, error)
        else:
            logger.info("%s is asked again.", node.rpc.place)
            node.problem, node.lagged = None, False

    def _ask(self, question: Callable[[Rpc], T]) -> T:
        failed: RpcUnavailable | None = None
        for node in self.in_order():
            try:
                node.identify()
                answer = question(node.rpc)
            except RpcUnavailable as error:
                self.put_aside(node, error)
                failed = error
            else:
                self.works(node)
                return answer
        assert failed is not None
        raise failed

    def _send(self, raw: str) -> str:
        """To the next node, too, where the answer got lost: it may then be known, or mined, already."""
        try:
            return self._ask(lambda rpc: rpc.call("eth_sendRawTransaction", raw))
        except RpcError:
            tx_hash = f"0x{keccak(hexstr=raw).hex()}"
            if self.call("eth_getTransactionByHash", tx_hash) is None:
                raise
            return tx_hash


def _behind(node: Node, furthest: int) -> Behind:
    return Behind(f"{node.rpc.place} is at block {node.head}, while another is at {furthest}.")


def describe() -> list[dict[str, Any]]:
    """How each node of the site is now: {node, ok, head, problem}. By host: a URL may hold a key."""
    each = [Node(url, PATIENCE) for url in urls()]
    for node in each:
        try:
            node.ask_head()
        except RpcUnavailable as error:
            node.problem = error
        finally:
            node.close()
    furthest = max(node.head for node in each)
    for node in each:
        if node.problem is None and furthest - node.head > BEHIND:
            node.problem = _behind(node, furthest)
    return [
        {
            "node": node.rpc.host,
            "ok": node.problem is None,
            "head": node.head if node.known else None,
            "problem": str(node.problem or ""),
        }
        for node in each
    ]
