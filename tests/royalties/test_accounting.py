"""The split computed from facts against a naive model that pays each arrival out by hand."""

from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.royalties.accounting import SHARES, ZERO, percent, stakes

PEOPLE = ["0x" + digit * 40 for digit in "abcd"]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("earn"), st.integers(1, 10**12)),
        st.tuples(st.just("move"), st.integers(0, 3), st.integers(0, 3), st.integers(1, SHARES)),
        st.tuples(st.just("pay"), st.integers(0, 3)),
    ),
    max_size=60,
)


@given(steps)
def test_owed_is_what_a_model_that_splits_each_arrival_says(story):
    moves = [("work", ZERO, PEOPLE[0], SHARES, 0)]
    held = defaultdict(int, {PEOPLE[0]: SHARES})
    earned: dict[str, Fraction] = defaultdict(Fraction)
    paid: dict[str, int] = defaultdict(int)
    revenue = 0
    for kind, *rest in story:
        if kind == "earn":
            revenue += rest[0]
            for person, shares in held.items():
                earned[person] += Fraction(rest[0] * shares, SHARES)
        elif kind == "move":
            sender, recipient, amount = PEOPLE[rest[0]], PEOPLE[rest[1]], min(rest[2], held[PEOPLE[rest[0]]])
            if amount and sender != recipient:
                held[sender] -= amount
                held[recipient] += amount
                moves.append(("work", sender, recipient, amount, revenue))
        else:
            person = PEOPLE[rest[0]]
            paid[person] = int(earned[person])  # all whole units; the rest stays
        found = stakes(moves)
        for person in PEOPLE:
            stake = found.get(("work", person))
            assert (stake.shares if stake else 0) == held[person]
            assert (stake.owed(revenue, paid[person]) if stake else 0) == int(earned[person]) - paid[person]
        assert sum(stake.earned(revenue) for stake in found.values()) == revenue * SHARES


@pytest.mark.parametrize(
    ("shares", "words"),
    [(SHARES, "100"), (100_000, "10"), (333_333, "33.3333"), (1, "0.0001"), (12_500, "1.25"), (0, "0")],
)
def test_percentages_are_exact(shares, words):
    assert percent(shares) == words
