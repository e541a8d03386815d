import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.content.canonical import MAX_DOCUMENT, canonical, put_json
from marketplace.content.cid import RAW, Cid, digest_uri
from marketplace.content.errors import NotCanonical
from tests.content.test_store import read

documents = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=3)
    ),
    max_leaves=10,
)


def test_the_example_of_rfc_8785():
    document = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": '\u20ac$\u000f\nA\'B"\\\\"/',
        "literals": [None, True, False],
    }
    assert canonical(document).data == (
        b'{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        b'"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_ordered_by_utf_16_as_the_rfc_says():
    document = {"\u20ac": 5, "\r": 1, "\ufb33": 7, "1": 2, "\U0001f600": 6, "\u0080": 3, "\u00f6": 4}
    assert [int(part[-1:]) for part in canonical(document).data[:-1].split(b",")] == [1, 2, 3, 4, 5, 6, 7]


@given(documents)
def test_one_document_has_one_digest_one_cid_and_one_uri(document):
    form = canonical(document)
    assert form.digest == "0x" + hashlib.sha256(form.data).hexdigest()
    assert form.cid == Cid.of_block(RAW, form.data)
    assert digest_uri(form.digest) == f"ipfs://{form.cid.base16}"


def test_a_stored_document_is_under_the_cid_that_a_contract_builds(store):
    document = {"title": "Fishing boats", "price": "1500000", "texts": ["é" * 130_000]}
    stored, digest = put_json(document, store)
    assert stored.cid == Cid.of_digest(digest)
    assert read(store, Cid.parse(digest_uri(digest).removeprefix("ipfs://"))) == canonical(document).data


@pytest.mark.parametrize(
    "document",
    [
        {"amount": 2**53},
        {"number": float("nan")},
        {"number": float("inf")},
        {1: "a key that is no text"},
        {"bytes": b"x"},
        {"half a character": "\ud800"},
        {"object": object()},
    ],
)
def test_a_document_without_a_canonical_form_is_refused(document):
    with pytest.raises(NotCanonical, match="no canonical JSON form"):
        canonical(document)


def test_a_document_nested_without_end_is_refused():
    document: list = []
    document.append(document)
    with pytest.raises(NotCanonical):
        canonical(document)


def test_a_document_of_more_than_one_block_is_refused():
    assert len(canonical("x" * (MAX_DOCUMENT - 2)).data) == MAX_DOCUMENT
    with pytest.raises(NotCanonical, match=r"262,145 bytes; 262,144 is the most"):
        canonical("x" * (MAX_DOCUMENT - 1))
