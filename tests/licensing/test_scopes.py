import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.licensing import scopes
from marketplace.licensing.errors import UnknownScope


def test_every_bit_has_one_scope_with_words():
    bits = [scope.bit for scope in scopes.SCOPES]
    assert bits == [1 << n for n in range(len(bits))]
    assert len({scope.key for scope in scopes.SCOPES}) == len(bits)
    assert all(text.endswith(".") for scope in scopes.SCOPES for text in (scope.allows, scope.forbids))


@given(st.integers(0, scopes.ALL))
def test_bits_and_scopes_are_the_same_set(bits):
    assert scopes.bits_of(scope.key for scope in scopes.in_bits(bits)) == bits


@pytest.mark.parametrize("bits", [64, 1 | 64, 1 << 31, -1])
def test_a_bit_without_words_is_refused(bits):
    with pytest.raises(UnknownScope, match="Choose from the uses"):
        scopes.in_bits(bits)


def test_an_unknown_key_is_refused():
    with pytest.raises(UnknownScope, match="teleport"):
        scopes.bits_of(["ai_train", "teleport"])
