import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.chain.deployments import Asset
from marketplace.licensing.money import in_words
from marketplace.royalties.signed import part_price

USDC = Asset("0x" + "3" * 40, "USDC", 6, "USD Coin", "2")


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "0 USDC"),
        (1, "0.000001 USDC"),
        (1_250_000, "1.25 USDC"),
        (1_500_000, "1.50 USDC"),
        (120_000_000, "120 USDC"),
        (1_234_567_890_123, "1,234,567.890123 USDC"),
    ],
)
def test_amounts_are_written_exactly(amount, words):
    assert in_words(amount, USDC) == words


@given(st.integers(0, 2**256 - 1))
def test_no_digit_of_an_amount_is_lost(amount):
    whole, _, part = in_words(amount, USDC).removesuffix(" USDC").replace(",", "").partition(".")
    assert int(whole) * 10**6 + int(part.ljust(6, "0")) == amount


@given(st.integers(0, 2**128 - 1), st.integers(1, 10**6), st.data())
def test_parts_of_an_offer_never_cost_less_than_their_share(price, shares, data):
    part = data.draw(st.integers(1, shares))
    cost = part_price(price, shares, part)
    assert (cost - 1) * shares < price * part <= cost * shares
    assert part_price(price, shares, shares) == price
