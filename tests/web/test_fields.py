"""What people type becomes exact integers, or a sentence that helps."""

import pytest
from django.core.exceptions import ValidationError
from eth_utils import to_checksum_address
from hypothesis import given
from hypothesis import strategies as st

from marketplace.web.fields import AmountField, PercentField, WalletField, format_decimal, parse_decimal
from tests.factories import address

USDC = AmountField(symbol="USDC", decimals=6)


@pytest.mark.parametrize(
    ("typed", "units"),
    [
        ("120", 120_000_000),
        ("120.00", 120_000_000),
        (" $1,200.50 ", 1_200_500_000),
        ("0.000001", 1),
        ("120 USDC", 120_000_000),
        (".5", 500_000),
        ("5.", 5_000_000),
        ("0.10000000000", 100_000),
    ],
)
def test_amounts_are_read_as_people_write_them(typed, units):
    assert USDC.clean(typed) == units


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "required"),
        ("1,5", "point before the decimals"),
        ("12,00", "point before the decimals"),
        ("many", "such as 120"),
        ("-5", "such as 120"),
        ("1e3", "such as 120"),
        ("∞", "such as 120"),
        (".", "such as 120"),
        ("0.0000001", "at most 6 decimals"),
        ("0", "more than zero"),
        ("9" * 40, "larger than the contract"),
        ("1" * 200, "too large"),
    ],
)
def test_amounts_that_cannot_be_read_get_a_sentence(typed, words):
    with pytest.raises(ValidationError) as refused:
        USDC.clean(typed)
    assert words in " ".join(refused.value.messages)


def test_a_field_may_take_nothing_as_a_price():
    assert AmountField(symbol="USDC", decimals=6, zero=True).clean("0") == 0


@given(units=st.integers(min_value=0, max_value=2**128 - 1), places=st.integers(min_value=0, max_value=18))
def test_what_is_written_is_read_back_exactly(units, places):
    assert parse_decimal(format_decimal(units, places=places), places=places, example="1") == units


@pytest.mark.parametrize(("typed", "shares"), [("10", 100_000), ("12.5 %", 125_000), ("0.0001", 1), ("100", 1_000_000)])
def test_percent_becomes_shares(typed, shares):
    assert PercentField().clean(typed) == shares


@pytest.mark.parametrize("typed", ["100.0001", "1000", "0.00001", "ten"])
def test_percent_that_no_work_has_is_refused(typed):
    with pytest.raises(ValidationError):
        PercentField().clean(typed)


def test_wallets_are_stored_in_lower_case():
    wallet = address("somebody")
    assert WalletField().clean(to_checksum_address(wallet)) == wallet
    assert WalletField().clean("0x" + wallet[2:].upper()) == wallet


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("vitalik.eth", "not a wallet address"),
        ("0x12", "not a wallet address"),
        ("0x" + "0" * 40, "Nobody has this address"),
        ("0xAbcdef" + "0" * 34, "typing error"),
    ],
)
def test_what_is_no_wallet_is_refused(typed, words):
    with pytest.raises(ValidationError) as refused:
        WalletField().clean(typed)
    assert words in " ".join(refused.value.messages)
