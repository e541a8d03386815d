import base64
import contextlib
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.content.cid import DAG_PB, RAW, Cid, digest_uri
from marketplace.content.errors import BadCid

HELLO = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq"
HELLO_V0 = "QmWfVY9y3xjsixTgbd9AorQxH7VtMpzfx2HaWtsoUYecaX"
cids = st.builds(Cid, st.sampled_from([RAW, DAG_PB]), st.binary(min_size=32, max_size=32))


def test_a_raw_block_is_named_by_its_sha256():
    cid = Cid.of_block(RAW, b"hello")
    assert str(cid) == HELLO
    assert cid == Cid.of_digest(hashlib.sha256(b"hello").digest())


def test_the_uri_is_what_a_contract_builds_from_the_digest():
    digest = hashlib.sha256(b"hello").hexdigest()
    assert digest_uri("0x" + digest) == digest_uri(bytes.fromhex(digest)) == "ipfs://f01551220" + digest
    assert str(Cid.parse(digest_uri(digest).removeprefix("ipfs://"))) == HELLO


@given(cids)
def test_every_spelling_of_a_cid_is_equal(cid):
    spellings = [str(cid), str(cid).upper(), cid.base16, cid.base16.upper()]
    assert {Cid.parse(text) for text in spellings} == {cid}
    assert Cid.from_bytes(bytes(cid)) == cid


def test_version_0_is_a_spelling_of_a_dag_pb_cid():
    cid = Cid.parse(HELLO_V0)
    assert cid.codec == DAG_PB
    assert Cid.parse(str(cid)) == Cid.from_bytes(b"\x12\x20" + cid.digest) == cid
    assert str(cid).startswith("bafybei")


def _blake(text: str) -> str:
    data = bytearray(base64.b32decode(text[1:].upper() + "=" * (-len(text[1:]) % 8)))
    data[2:4] = b"\x1e\x20"
    return "f" + data.hex()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is not a CID in base32"),
        ("hello", "is not a CID in base32"),
        ("ipfs://" + HELLO, "is not a CID in base32"),
        (" " + HELLO, "is not a CID in base32"),
        ("z" + HELLO[1:], "is not a CID in base32"),
        (HELLO + "\n", "is not a CID"),
        (HELLO[:-1], "is not"),
        (HELLO + "a", "is not"),
        (HELLO + "=", "padded"),
        ("b" + HELLO[1:].upper(), "mixes cases"),
        (HELLO[:-1] + "r", "is not the one way"),  # same bytes, other unused bits
        ("f0155122g" + "00" * 32, "is not a CID"),
        ("f015512209" + "0" * 62, "is not a CID"),
        ("F01551220" + "aa" * 32, "is not a CID in base32"),
        ("f1220" + "00" * 32, "is not a version 1 CID"),
        ("f01711220" + "00" * 32, "raw or dag-pb"),  # dag-cbor
        (_blake(HELLO), "sha2-256"),
        ("Qm0" + HELLO_V0[3:], "base58 does not use: '0'"),
        ("Qmz" + "z" * 43, "is not a CID"),
        (HELLO_V0[:-1], "is not a CID in base32"),
        ("b" + "a" * 200, "too long"),
    ],
)
def test_what_is_no_cid_of_ours_is_refused_with_the_reason(text, why):
    with pytest.raises(BadCid, match=why):
        Cid.parse(text)


@given(st.text(max_size=140))
def test_any_text_is_a_cid_or_refused(text):
    try:
        cid = Cid.parse(text)
    except BadCid:
        return
    assert Cid.parse(str(cid)) == cid


@given(st.binary(max_size=40))
def test_any_bytes_are_a_cid_or_refused(data):
    with contextlib.suppress(BadCid):
        assert bytes(Cid.from_bytes(data))[-32:] == data[-32:]


@pytest.mark.parametrize("digest", [b"short", "0x12", "0xzz" + "0" * 62, ""])
def test_a_digest_of_another_length_is_refused(digest):
    with pytest.raises(BadCid, match="digest"):
        Cid.of_digest(digest)
