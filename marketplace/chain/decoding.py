"""Events from logs, by decoders that are made once from the ABIs.

Static types are cut straight out of the hex that the node sent; an event with a dynamic or nested member goes through
eth_abi, which also defines what is right: both refuse the same logs (https://docs.soliditylang.org/en/latest/abi-spec.html).
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple, Protocol

import eth_abi
from eth_abi.exceptions import DecodingError
from eth_utils.hexadecimal import decode_hex

from marketplace.chain import abis, values
from marketplace.chain.deployments import Deployment, deployment

ADDRESS_PAD = "0" * 24
Word = Callable[[str], Any]  # from 64 hex digits


class MalformedLog(ValueError):
    """A log that does not say what its event's ABI promises."""


class RawLog(Protocol):
    """What decoding needs of a log; `LogEntry` is one."""

    address: str
    topics: Sequence[str]
    data: str


class Event:
    """A decoded log: its full name, and its arguments as attributes in snake_case (see `values.attribute`)."""

    __slots__ = ("_arguments", "name")

    def __init__(self, name: str, arguments: dict[str, Any]) -> None:
        self.name = name
        self._arguments = arguments

    def __getattr__(self, name: str) -> Any:
        try:
            return self._arguments[name]
        except KeyError:
            raise AttributeError(f"{self.name} has no {name}; it has {', '.join(self._arguments)}") from None

    def __repr__(self) -> str:
        return f"{self.name}({', '.join(f'{k}={v!r}' for k, v in self._arguments.items())})"


class Decoder(NamedTuple):
    """How to read one event."""

    name: str
    indexed: list[tuple[str, Word]]
    data: Callable[[str], dict[str, Any]]

    def decode(self, topics: Sequence[str], data: str) -> Event:
        """Raises MalformedLog."""
        if len(topics) != len(self.indexed) + 1:
            raise MalformedLog(f"{self.name} has {len(self.indexed) + 1} topics, not {len(topics)}.")
        try:
            arguments = {name: word(_word(topic)) for (name, word), topic in zip(self.indexed, topics[1:], strict=True)}
            arguments.update(self.data(data))
        except (ValueError, OverflowError, DecodingError) as error:
            raise MalformedLog(f"{self.name} does not decode: {error}") from error
        return Event(self.name, arguments)


def decode(log: RawLog, at: Deployment | None = None) -> Event | None:
    """The event that a log of our contracts is; None for one that their ABIs do not know.

    Raises MalformedLog, NotDeployed.
    """
    decoder = decoder_of(log, at or deployment())
    return decoder.decode(log.topics, log.data) if decoder else None


def decoder_of(log: RawLog, at: Deployment) -> Decoder | None:
    """The decoder of a log's event, if it is one of a contract of ours."""
    contract = at.watched.get(log.address)
    return decoders(contract).get(log.topics[0]) if contract and log.topics else None


def event_topic(name: str) -> str:
    """`topics[0]` of an event by its full name, e.g. "Rights.WorkCreated". Raises UnknownContract."""
    return abis.topic(abis.event(name))


@cache
def decoders(contract: str) -> dict[str, Decoder]:
    """{topic: decoder} of all events of a contract."""
    return {
        abis.topic(item): compile_event(f"{contract}.{item['name']}", item) for item in abis.items(contract, "event")
    }


def compile_event(name: str, item: abis.Item) -> Decoder:
    """The decoder of one event of an ABI."""
    indexed = [(values.attribute(part["name"]), _indexed(part)) for part in item["inputs"] if part["indexed"]]
    rest = [part for part in item["inputs"] if not part["indexed"]]
    words = [(values.attribute(part["name"]), _static(part["type"])) for part in rest]
    fields = [(field, word) for field, word in words if word is not None]
    return Decoder(name, indexed, _by_slices(fields) if len(fields) == len(rest) else _by_eth_abi(rest))


def _by_slices(fields: list[tuple[str, Word]]) -> Callable[[str], dict[str, Any]]:
    size = 2 + 64 * len(fields)
    slices = [(name, 2 + 64 * i, 66 + 64 * i, word) for i, (name, word) in enumerate(fields)]

    def read(data: str) -> dict[str, Any]:
        if len(data) < size or len(data) % 2:
            raise MalformedLog(f"{len(data) // 2 - 1} bytes of data where {size // 2 - 1} belong.")
        return {name: word(data[start:end]) for name, start, end, word in slices}

    return read


def _by_eth_abi(parts: list[abis.Item]) -> Callable[[str], dict[str, Any]]:
    types = [abis.type_of(part) for part in parts]
    names = [values.attribute(part["name"]) for part in parts]

    def read(data: str) -> dict[str, Any]:
        decoded = eth_abi.decode(types, decode_hex(data))
        each = zip(names, parts, decoded, strict=True)
        return {name: values.from_abi(part, value) for name, part, value in each}

    return read


def _word(topic: str) -> str:
    if len(topic) != 66:
        raise MalformedLog(f"a topic of {len(topic) // 2 - 1} bytes, not 32.")
    return topic[2:]


def _indexed(part: abis.Item) -> Word:
    """An indexed dynamic or nested value is there as its hash only."""
    return _static(part["type"]) or _bytes32


def _static(kind: str) -> Word | None:
    """The reader of an elementary type that fills one word; None for every other type."""
    if kind == "address":
        return _address
    if kind == "bool":
        return _bool
    if match := re.fullmatch(r"uint(\d+)", kind):
        return _uint(int(match[1]))
    if match := re.fullmatch(r"int(\d+)", kind):
        return _int(int(match[1]))
    if match := re.fullmatch(r"bytes(\d+)", kind):
        return _fixed_bytes(int(match[1]))
    return None


def _bytes32(word: str) -> str:
    int(word, 16)  # hex digits, or ValueError
    return f"0x{word}"


def _address(word: str) -> str:
    if word[:24] != ADDRESS_PAD:
        raise MalformedLog(f"0x{word} is no address.")
    int(word, 16)
    return f"0x{word[24:]}"


def _bool(word: str) -> bool:
    number = int(word, 16)
    if number > 1:
        raise MalformedLog(f"0x{word} is no bool.")
    return number == 1


def _uint(bits: int) -> Word:
    limit = 1 << bits

    def read(word: str) -> int:
        number = int(word, 16)
        if number >= limit:
            raise MalformedLog(f"{number} does not fit uint{bits}.")
        return number

    return read


def _int(bits: int) -> Word:
    limit = 1 << (bits - 1)

    def read(word: str) -> int:
        number = int(word, 16)
        number -= (number >> 255) << 256  # two's complement
        if not -limit <= number < limit:
            raise MalformedLog(f"{number} does not fit int{bits}.")
        return number

    return read


def _fixed_bytes(size: int) -> Word:
    def read(word: str) -> str:
        if int(word[2 * size :] or "0", 16):
            raise MalformedLog(f"0x{word} is longer than bytes{size}.")
        return f"0x{word[: 2 * size]}"

    return read
