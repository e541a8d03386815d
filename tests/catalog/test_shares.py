"""Splitting a work's shares: exact, and to nobody who could not use them."""

from fractions import Fraction

import pytest
from eth_utils import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalog.errors import InvalidDraft
from marketplace.catalog.shares import MAX_HOLDERS, SHARES, in_percent, split

ADA = "0x" + "a1" * 20
BEN = "0x" + "b2" * 20
MARKET = "0x" + "cc" * 20


def errors_of(rows) -> dict[str, str]:
    with pytest.raises(InvalidDraft) as caught:
        split(rows, creator=ADA, contracts=[MARKET])
    return caught.value.errors


def test_a_good_split_is_kept_in_its_order():
    rows = [(to_checksum_address(BEN), 100_000), (ADA, 900_000)]
    assert split(rows, creator=ADA, contracts=[MARKET]) == [(BEN, 100_000), (ADA, 900_000)]


def test_an_artist_may_keep_everything_or_nothing():
    assert split([(ADA, SHARES)], creator=ADA, contracts=[]) == [(ADA, SHARES)]
    assert split([(ADA, 0), (BEN, SHARES)], creator=ADA, contracts=[]) == [(ADA, 0), (BEN, SHARES)]


def test_nobody_else_has_a_row_for_nothing():
    assert "0 %" in errors_of([(ADA, SHARES), (BEN, 0)])["shares-1-amount"]


@pytest.mark.parametrize(("amounts", "words"), [
    ([900_000, 90_000], "add up to 99 %; they must make 100 % exactly: 1 % is missing"),
    ([333_333, 333_333, 333_333], "add up to 99.9999 %; they must make 100 % exactly: 0.0001 % is missing"),
    ([900_000, 100_001], "add up to 100.0001 %; they must make 100 % exactly: that is 0.0001 % too much"),
])  # fmt: skip
def test_parts_that_do_not_add_up_are_told_by_how_much(amounts, words):
    rows = [(f"0x{n + 1:02x}{'ee' * 19}", amount) for n, amount in enumerate(amounts)]
    assert words in errors_of(rows)["shares"]


@pytest.mark.parametrize("amount", [-1, SHARES + 1])
def test_a_part_below_nothing_or_above_all_is_refused(amount):
    assert "between 0.0001 % and 100 %" in errors_of([(ADA, amount), (BEN, SHARES - amount)])["shares-0-amount"]


@pytest.mark.parametrize(("address", "words"), [
    ("", "0x and 40 hexadecimal digits"),
    ("0x12", "0x and 40 hexadecimal digits"),
    ("ada.eth", "0x and 40 hexadecimal digits"),
    ("0x" + "g" * 40, "0x and 40 hexadecimal digits"),
    ("0x5AAEb6053F3E94C9b9A09f33669435E7Ef1BeAed", "typing error"),  # the first of EIP-55, its second A changed
    ("0x" + "0" * 40, "Nobody has this address"),
    ("0x" + "0" * 39 + "1", "Nobody has this address"),
    (MARKET, "a contract of this site"),
    (ADA, "twice"),
])  # fmt: skip
def test_an_address_that_cannot_hold_shares_is_refused_in_its_row(address, words):
    errors = errors_of([(ADA, 900_000), (address, 100_000)])
    assert words in errors["shares-1-holder"]


@pytest.mark.parametrize("address", [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED",
])  # fmt: skip
def test_an_address_is_taken_with_a_right_checksum_or_without_one(address):
    assert split([(address, SHARES)], creator=ADA, contracts=[]) == [(address.lower(), SHARES)]


def test_every_wrong_row_is_told_at_once():
    assert set(errors_of([(ADA, 1), ("x", 2), (BEN, 0)])) == {"shares-1-holder", "shares-2-amount", "shares"}


def test_nobody_at_all_is_too_few_and_a_crowd_too_many():
    assert "at least one holder" in errors_of([])["shares"]
    crowd = [(f"0x{n + 1:02x}{'ee' * 19}", SHARES // 100) for n in range(100)]
    assert f"the most is {MAX_HOLDERS}" in errors_of(crowd)["shares"]


@st.composite
def whole_splits(draw):
    cuts = sorted(draw(st.sets(st.integers(1, SHARES - 1), max_size=MAX_HOLDERS - 1)))
    return [b - a for a, b in zip([0, *cuts], [*cuts, SHARES], strict=True)]


@given(whole_splits())
def test_whatever_adds_up_is_kept_to_the_last_share(amounts):
    rows = [(f"0x{n + 1:02x}{'ee' * 19}", amount) for n, amount in enumerate(amounts)]
    kept = split(rows, creator=ADA, contracts=[MARKET])
    assert kept == rows
    assert sum(amount for _, amount in kept) == SHARES


@given(whole_splits(), st.integers(-SHARES, SHARES).filter(bool))
def test_whatever_does_not_add_up_is_refused(amounts, wrong):
    amounts[0] += wrong
    assert "shares" in errors_of([(f"0x{n + 1:02x}{'ee' * 19}", amount) for n, amount in enumerate(amounts)])


@given(st.integers(0, SHARES))
def test_percent_are_exact(amount):
    shown = in_percent(amount).removesuffix(" %")
    assert Fraction(shown) == Fraction(amount, SHARES // 100)
    assert "E" not in shown
