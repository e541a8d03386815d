"""What a node says of its chain, checked before it is believed."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from django.conf import settings
from eth_utils.crypto import keccak

from marketplace.chain.nodes import Nodes
from marketplace.chain.rpc import Call, Rpc, RpcError, RpcUnavailable, to_int, unwrap
from marketplace.chain.watcher.errors import BadAnswer

HEX = re.compile(r"0x(?:[0-9a-f]{2})*")
WORD = re.compile(r"0x[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Header:
    """A block, without what is in it."""

    number: int
    hash: str
    parent: str
    time: datetime
    bloom: int  # of the addresses and topics of its logs

    def may_have_logs_of(self, addresses: Collection[str]) -> bool:
        """False only if no log of these contracts can be in it (yellow paper, 4.3.1)."""
        return any(self.bloom & (bits := _bloom_bits(address)) == bits for address in addresses)


@dataclass(frozen=True, slots=True)
class Tip:
    """The end of the chain, as a node sees it."""

    head: Header
    safe: int
    final: int


@dataclass(frozen=True, slots=True)
class RawLog:
    """A log as the node gave it: hex in lower case, numbers as numbers."""

    block_number: int
    block_hash: str
    time: datetime | None  # not every node says it
    tx_hash: str
    tx_index: int
    log_index: int
    address: str
    topics: tuple[str, ...]
    data: str


class Source:
    """One node, asked for the logs of `addresses` only. `nodes`: it and others, who are asked whether it is right."""

    def __init__(self, rpc: Rpc, addresses: Collection[str], nodes: Nodes | None = None) -> None:
        self.rpc = rpc
        self.nodes = nodes
        self.addresses = sorted(addresses)

    def tip(self) -> Tip:
        """The head, and what of it is safe and final: by depth where the settings have one, by the node's tags else."""
        depths = (settings.CHAIN_SAFE_DEPTH, settings.CHAIN_FINAL_DEPTH)
        calls: list[Call] = [_block_call("latest")]
        calls += [_block_call(tag) for tag, depth in zip(("safe", "finalized"), depths, strict=True) if depth is None]
        head, *tagged = self.rpc.try_batch(calls)
        header = _header(unwrap(head))
        if header is None:
            raise BadAnswer("The node has no latest block.")
        # A young chain has no such block yet, and its node says so with an error or with null: nothing is final then.
        numbers = iter([0 if isinstance(b, RpcError) or b is None else to_int(b["number"]) for b in tagged])
        safe, final = (next(numbers) if depth is None else max(0, header.number - depth) for depth in depths)
        return Tip(header, safe=max(safe, final), final=final)

    def headers(self, numbers: Sequence[int]) -> list[Header | None]:
        """The blocks at these heights; None where the node has none."""
        found = [_header(answer) for answer in self.rpc.batch([_block_call(hex(n)) for n in numbers])]
        for number, header in zip(numbers, found, strict=True):
            if header is not None and header.number != number:
                raise BadAnswer(f"The node gave block {header.number} when asked for {number}.")
        return found

    def chain(self, first: int, last: int) -> list[Header]:
        """The blocks from `first` to `last`, each the parent of the next. Raises BadAnswer."""
        headers = [header for header in self.headers(range(first, last + 1)) if header is not None]
        if len(headers) != last - first + 1:
            raise BadAnswer(f"The node said its chain reaches {last}, and does not have all blocks from {first}.")
        for before, after in pairwise(headers):
            if after.parent != before.hash:
                raise BadAnswer(f"The chain changed at block {after.number} while it was read.")
        return headers

    def logs_of(self, headers: Sequence[Header]) -> list[RawLog]:
        """The logs of these blocks, each asked for by its hash: a block that is gone is an error then (EIP-234)."""
        per_block = self._by_hash(headers)
        suspects = [h for h in headers if not per_block[h.hash] and h.may_have_logs_of(self.addresses)]
        if suspects:
            # The bloom filter only says "perhaps". But nodes are known to have a block before they have its logs.
            per_block.update(self._by_hash(suspects))
        return [log for header in headers for log in per_block[header.hash]]

    def logs_between(self, first: int, last: int) -> tuple[list[RawLog], Header, Header]:
        """The logs from block `first` to block `last`, and these two blocks. For blocks that are final."""
        calls = [
            _block_call(hex(first)),
            _block_call(hex(last)),
            self._logs_call({"fromBlock": hex(first), "toBlock": hex(last)}),
        ]
        one, other, answer = self.rpc.batch(calls)
        start, end = _header(one), _header(other)
        if start is None or end is None or (start.number, end.number) != (first, last):
            raise BadAnswer(f"The node does not have the blocks {first} and {last} that it said it has.")
        logs = self._checked(answer)
        hashes = {start.number: start.hash, end.number: end.hash}
        for log in logs:
            if not first <= log.block_number <= last:
                raise BadAnswer(f"The node gave a log of block {log.block_number}, outside {first} to {last}.")
            if log.block_hash != hashes.setdefault(log.block_number, log.block_hash):
                raise BadAnswer(f"The node gave logs of two different blocks {log.block_number}.")
        return logs, start, end

    def _by_hash(self, headers: Sequence[Header]) -> dict[str, list[RawLog]]:
        answers = self.rpc.batch([self._logs_call({"blockHash": header.hash}) for header in headers])
        found = {}
        for header, answer in zip(headers, answers, strict=True):
            found[header.hash] = logs = self._checked(answer)
            if any((log.block_number, log.block_hash) != (header.number, header.hash) for log in logs):
                raise BadAnswer(f"The node gave logs of another block when asked for {header.hash}.")
        return found

    def _logs_call(self, query: dict[str, Any]) -> Call:
        return "eth_getLogs", [{**query, "address": self.addresses}]

    def _checked(self, answer: Any) -> list[RawLog]:
        """What was asked for, on the chain, in its order, each once; or BadAnswer."""
        if not isinstance(answer, list):
            raise BadAnswer("The node did not answer with a list of logs.")
        logs = [_log(each) for each in answer]
        asked = set(self.addresses)
        last = (-1, -1)
        for log in logs:
            if log.address not in asked:
                raise BadAnswer(f"The node gave a log of {log.address}, which was not asked for.")
            place = (log.block_number, log.log_index)
            if place <= last:
                raise BadAnswer(f"The node gave logs out of order, or twice, in block {log.block_number}.")
            last = place
        return logs


def _block_call(which: str) -> Call:
    return "eth_getBlockByNumber", [which, False]


def _header(answer: Any) -> Header | None:
    if answer is None:
        return None
    try:
        return Header(
            number=to_int(answer["number"]),
            hash=_word(answer["hash"]),
            parent=_word(answer["parentHash"]),
            time=_time(answer["timestamp"]),
            bloom=to_int(answer.get("logsBloom") or "0x0"),
        )
    except (KeyError, TypeError, AttributeError, RpcUnavailable) as error:
        raise BadAnswer(f"The node gave a block without {error}.") from error


def _log(answer: Any) -> RawLog:
    try:
        if answer.get("removed"):
            raise BadAnswer("The node gave a log that it says was removed from the chain.")
        stamp = answer.get("blockTimestamp")
        data = answer["data"].lower()
        if not HEX.fullmatch(data):
            raise BadAnswer("The node gave a log whose data is not hex.")
        address = answer["address"].lower()
        return RawLog(
            block_number=to_int(answer["blockNumber"]),
            block_hash=_word(answer["blockHash"]),
            time=None if stamp is None else _time(stamp),
            tx_hash=_word(answer["transactionHash"]),
            tx_index=to_int(answer["transactionIndex"]),
            log_index=to_int(answer["logIndex"]),
            address=address,
            topics=tuple(_word(topic) for topic in answer["topics"]),
            data=data,
        )
    except (KeyError, TypeError, AttributeError, RpcUnavailable) as error:
        raise BadAnswer(f"The node gave a log without {error}.") from error


def _word(value: Any) -> str:
    word = value.lower()
    if not WORD.fullmatch(word):
        raise BadAnswer(f"The node gave {value!r} where 32 bytes belong.")
    return word


def _time(quantity: str) -> datetime:
    return datetime.fromtimestamp(to_int(quantity), tz=UTC)


def _bloom_bits(address: str) -> int:
    hashed = keccak(hexstr=address)
    bits = 0
    for i in (0, 2, 4):
        bits |= 1 << (int.from_bytes(hashed[i : i + 2], "big") & 2047)
    return bits
