import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.content.cid import DAG_PB, RAW, Cid
from marketplace.content.dagpb import MAX_BLOCK, MAX_LINKS, Kind, Link, Node
from marketplace.content.errors import BadBlock

sizes = st.integers(min_value=0, max_value=2**40)
cids = st.builds(Cid, st.sampled_from([RAW, DAG_PB]), st.binary(min_size=32, max_size=32))
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@st.composite
def nodes(draw):
    links = tuple(draw(st.lists(st.builds(Link, cids, names, sizes), max_size=5)))
    if draw(st.booleans()):
        return Node(Kind.DIRECTORY, links)
    blocksizes = tuple(draw(st.lists(sizes, min_size=len(links), max_size=len(links))))
    return Node(Kind.FILE, links, draw(st.binary(max_size=50)), blocksizes)


@given(nodes())
def test_a_node_reads_back_as_it_was_written(node):
    assert Node.decode(node.encode()) == node


@given(st.binary(max_size=200))
def test_any_bytes_are_a_node_or_refused(data):
    with contextlib.suppress(BadBlock):
        Node.decode(data)


@given(nodes(), st.data())
def test_a_damaged_node_is_a_node_or_refused(node, data):
    block = bytearray(node.encode())
    block[data.draw(st.integers(0, len(block) - 1))] ^= data.draw(st.integers(1, 255))
    with contextlib.suppress(BadBlock):
        Node.decode(bytes(block))


def test_kubos_empty_file_and_empty_directory():
    assert Node.decode(bytes.fromhex("0a0408021800")) == Node(Kind.FILE)
    assert Node(Kind.FILE).encode().hex() == "0a0408021800"
    assert Node(Kind.DIRECTORY).encode().hex() == "0a020801"


def _record(fields: str) -> bytes:
    record = bytes.fromhex(fields)
    return b"\x0a" + bytes([len(record)]) + record


@pytest.mark.parametrize(
    ("block", "why"),
    [
        (b"", "without a UnixFS record"),
        (b"\x0a\x05\x08\x02", "past the end"),
        (b"\x0a", "cut off"),
        (b"\x0a" + b"\xff" * 10, "64 bits"),
        (b"\x0d\x00\x00\x00\x00", "Wire type 5"),
        (_record("0802") * 2, "not twice"),
        (_record("0804"), "type 4 is not supported"),
        (_record("0805"), "type 5 is not supported"),
        (_record("08052800"), "field 5 is not"),
        (_record("08021805"), "says 5 bytes, its parts add up to 0"),
        (_record("080218052005"), "0 links but 1 sizes"),
        (_record("080112026869"), "A directory holds bytes"),
        (b"\x12\x02\x12\x00" + _record("0801"), "no CID"),
        (b"\x12\x03\x0a\x01\x00" + _record("0801"), "cannot be read"),
        (b"\x12\x04\x18\x01\x18\x01" + _record("0801"), "field 3 twice"),
    ],
)
def test_a_malformed_node_is_refused_with_the_reason(block, why):
    with pytest.raises(BadBlock, match=why):
        Node.decode(block)


def test_a_block_over_the_limit_is_refused_before_it_is_read():
    with pytest.raises(BadBlock, match="over the limit"):
        Node.decode(b"\x00" * (MAX_BLOCK + 1))


def test_a_node_with_too_many_links_is_refused():
    link = Link(Cid(RAW, bytes(32)), "", 0)
    with pytest.raises(BadBlock, match="links is over the limit"):
        Node.decode(Node(Kind.DIRECTORY, (link,) * (MAX_LINKS + 1)).encode())
