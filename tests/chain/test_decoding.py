"""Our decoders against eth_abi, on what contracts send and on what they never would."""

from types import SimpleNamespace
from typing import Any

import eth_abi
import pytest
from eth_abi.exceptions import DecodingError
from hypothesis import given
from hypothesis import strategies as st

from marketplace.chain import abis
from marketplace.chain.decoding import MalformedLog, compile_event, decode, event_topic
from marketplace.chain.values import attribute, from_abi, to_abi

EVENTS = [
    (f"{contract}.{item['name']}", item)
    for contract in ("Rights", "Market", "TestUSDC")
    for item in abis.items(contract, "event")
]

# Types that none of our events has yet.
STRANGE = {
    "type": "event",
    "name": "Strange",
    "inputs": [
        {"name": "who", "type": "address", "indexed": True},
        {"name": "small", "type": "int24", "indexed": True},
        {"name": "flags", "type": "bytes4", "indexed": False},
        {"name": "yes", "type": "bool", "indexed": False},
        {"name": "debt", "type": "int256", "indexed": False},
        {"name": "tiny", "type": "uint8", "indexed": False},
    ],
}
EVENTS.append(("Tests.Strange", STRANGE))


def values(parameter: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values of an ABI type, as eth_abi takes them."""
    kind = parameter["type"]
    if kind.endswith("[]"):
        return st.lists(values({**parameter, "type": kind[:-2]}), max_size=5)
    if kind == "tuple":
        return st.tuples(*map(values, parameter["components"]))
    if kind == "address":
        return st.binary(min_size=20, max_size=20).map(lambda raw: f"0x{raw.hex()}")
    if kind == "bool":
        return st.booleans()
    if kind == "string":
        return st.text(max_size=40)
    if kind == "bytes":
        return st.binary(max_size=80)
    if kind.startswith("bytes"):
        return st.binary(min_size=int(kind[5:]), max_size=int(kind[5:]))
    bits = int(kind.removeprefix("u").removeprefix("int"))
    if kind.startswith("uint"):
        return st.integers(0, 2**bits - 1) | st.sampled_from([0, 1, 2**bits - 1])
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def is_hashed(parameter: dict[str, Any]) -> bool:
    """Whether an indexed value is there as its hash only."""
    kind = parameter["type"]
    return kind in ("string", "bytes") or kind.endswith("]") or kind == "tuple"


@st.composite
def logs(draw: st.DrawFn) -> tuple[str, dict[str, Any], list[str], str, dict[str, Any]]:
    """(event's name, its ABI, topics, data, expected arguments) of a well-formed log."""
    name, item = draw(st.sampled_from(EVENTS))
    topics, expected, rest = [abis.topic(item)], {}, []
    for part in item["inputs"]:
        if part["indexed"] and is_hashed(part):
            word = draw(st.binary(min_size=32, max_size=32))
            topics.append(f"0x{word.hex()}")
            expected[attribute(part["name"])] = topics[-1]
            continue
        value = draw(values(part))
        expected[attribute(part["name"])] = from_abi(part, value)
        if part["indexed"]:
            topics.append(f"0x{eth_abi.encode([part['type']], [value]).hex()}")
        else:
            rest.append((part, value))
    data = eth_abi.encode([abis.type_of(part) for part, _ in rest], [value for _, value in rest])
    return name, item, topics, f"0x{data.hex()}", expected


@given(logs())
def test_what_is_sent_is_what_is_read(log):
    name, item, topics, data, expected = log
    event = compile_event(name, item).decode(topics, data)
    assert event.name == name
    assert {key: getattr(event, key) for key in expected} == expected


@given(logs(), st.data())
def test_malformed_logs_are_refused_where_eth_abi_refuses_them(log, data):
    """One byte changed, or bytes cut off or added: both read the same, or both refuse."""
    name, item, topics, body, _ = log
    raw = bytearray.fromhex(body[2:])
    if raw and data.draw(st.booleans(), label="change a byte"):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    if raw and data.draw(st.booleans(), label="cut"):
        raw = raw[: data.draw(st.integers(0, len(raw)))]
    if data.draw(st.booleans(), label="add"):
        raw += data.draw(st.binary(max_size=40))
    topic = data.draw(st.integers(0, len(topics) - 1))
    words = [*topics]
    if topic:
        word = bytearray.fromhex(words[topic][2:])
        word[data.draw(st.integers(0, 31))] = data.draw(st.integers(0, 255))
        words[topic] = f"0x{word.hex()}"

    try:
        expected = by_eth_abi(item, words, bytes(raw))
    except (DecodingError, UnicodeDecodeError, OverflowError):
        with pytest.raises(MalformedLog):
            compile_event(name, item).decode(words, f"0x{raw.hex()}")
    else:
        event = compile_event(name, item).decode(words, f"0x{raw.hex()}")
        assert {key: getattr(event, key) for key in expected} == expected


def by_eth_abi(item: dict[str, Any], topics: list[str], data: bytes) -> dict[str, Any]:
    """The slow and certain way."""
    expected, words, rest = {}, iter(topics[1:]), []
    for part in item["inputs"]:
        if not part["indexed"]:
            rest.append(part)
            continue
        word = next(words)
        expected[attribute(part["name"])] = (
            word if is_hashed(part) else from_abi(part, eth_abi.decode([part["type"]], bytes.fromhex(word[2:]))[0])
        )
    decoded = eth_abi.decode([abis.type_of(part) for part in rest], data)
    return expected | {attribute(p["name"]): from_abi(p, v) for p, v in zip(rest, decoded, strict=True)}


@pytest.mark.parametrize("topics", [[], ["0x" + "00" * 32], ["0x" + "00" * 32] * 3])
def test_a_log_with_too_few_or_too_many_topics_is_malformed(topics):
    item = abis.event("Rights.Distributed")
    with pytest.raises(MalformedLog, match="topics"):
        compile_event("Rights.Distributed", item).decode([abis.topic(item), *topics], "0x" + "00" * 64)


def test_a_short_topic_is_malformed():
    item = abis.event("Rights.Distributed")
    with pytest.raises(MalformedLog):
        compile_event("Rights.Distributed", item).decode([abis.topic(item), "0x01", "0x02"], "0x" + "00" * 64)


def test_the_topic_of_an_event_is_the_hash_of_its_signature():
    """Golden value: every ERC-20 and ERC-1155 on every chain has these."""
    assert event_topic("TestUSDC.Transfer") == "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
    assert event_topic("Rights.TransferSingle") == "0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62"


def test_only_logs_of_our_contracts_are_ours(deployed):
    topic = event_topic("Rights.TransferSingle")
    strangers = SimpleNamespace(address="0x" + "11" * 20, topics=[topic], data="0x")
    assert decode(strangers) is None
    unknown = SimpleNamespace(address=deployed.rights, topics=["0x" + "22" * 32], data="0x")
    assert decode(unknown) is None
    anonymous = SimpleNamespace(address=deployed.rights, topics=[], data="0x")
    assert decode(anonymous) is None
    bad = SimpleNamespace(address=deployed.rights, topics=[topic], data="0x")
    with pytest.raises(MalformedLog):
        decode(bad)


def test_an_event_says_what_it_has_when_asked_for_what_it_has_not():
    item = abis.event("Rights.Distributed")
    event = compile_event("Rights.Distributed", item).decode(
        [abis.topic(item), f"0x{1:064x}", f"0x{2:064x}"], f"0x{3:064x}{4:064x}"
    )
    assert (event.work_id, event.amount, event.revenue) == (1, 3, 4)
    with pytest.raises(AttributeError, match="work_id"):
        _ = event.work


@given(st.data())
def test_values_survive_the_way_into_the_abi_and_back(data):
    item = data.draw(st.sampled_from([abis.function("Rights", "create", 1), abis.function("Market", "buyLicence", 7)]))
    types = [abis.type_of(part) for part in item["inputs"]]
    given_values = [from_abi(part, data.draw(values(part))) for part in item["inputs"]]
    encoded = eth_abi.encode(types, [to_abi(p, v) for p, v in zip(item["inputs"], given_values, strict=True)])
    back = [from_abi(p, v) for p, v in zip(item["inputs"], eth_abi.decode(types, encoded), strict=True)]
    assert back == given_values
