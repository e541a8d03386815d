import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.chain.watcher import ranges

blocks = st.integers(0, 10**12)
sizes = st.integers(-5, 10**6)
MOST = 10_000


@given(first=blocks, length=st.integers(1, 10**9), size=sizes)
def test_a_range_is_never_empty_never_too_large_and_never_past_the_end(first, length, size):
    last = first + length - 1
    a, b = ranges.bounds(first, last, size)
    assert a == first
    assert a <= b <= last
    assert b - a + 1 <= max(1, size)


@given(first=blocks, back=st.integers(1, 10**6), size=sizes)
def test_there_is_no_range_backwards(first, back, size):
    with pytest.raises(ValueError, match="No block"):
        ranges.bounds(first, first - back, size)


@given(
    size=st.integers(1, MOST),
    most=st.integers(1, MOST),
    part=st.floats(0.0001, 1),
    logs=st.integers(0, 10**6),
    seconds=st.floats(0, 100),
)
def test_the_size_stays_in_its_limits(size, most, part, logs, seconds):
    asked = max(1, int(min(size, most) * part))
    assert 1 <= ranges.after_success(size, most=most, asked=asked, logs=logs, seconds=seconds) <= most


@given(asked=st.integers(2, MOST))
def test_a_refused_range_shrinks(asked):
    assert 1 <= ranges.after_error(asked) < asked


def test_a_refusal_of_every_range_ends_at_one_block():
    size = ranges.START
    for _ in range(20):
        size = ranges.after_error(size)
    assert size == 1


def test_it_grows_again_when_all_goes_well():
    size = 1
    for _ in range(60):
        size = ranges.after_success(size, most=MOST, asked=size, logs=10, seconds=0.1)
    assert size == MOST


def test_a_heavy_answer_shrinks_it():
    assert ranges.after_success(1000, most=MOST, asked=1000, logs=ranges.MANY_LOGS + 1, seconds=0.1) == 500
    assert ranges.after_success(1000, most=MOST, asked=1000, logs=1, seconds=ranges.SLOW + 1) == 500


def test_a_short_range_at_the_end_says_nothing():
    assert ranges.after_success(1000, most=MOST, asked=3, logs=5, seconds=0.1) == 1000
