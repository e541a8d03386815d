"""How many blocks to ask for at once. Grows slowly while it goes well, halves when it does not (AIMD, as TCP does)."""

START = 500
MANY_LOGS = 5_000  # an answer of more costs memory here and patience there
SLOW = 4.0  # seconds


def bounds(first: int, last: int, size: int) -> tuple[int, int]:
    """The next range to ask for, both ends included: never empty, never past `last`, never more than `size` blocks.

    Raises ValueError if there is nothing to ask for.
    """
    if first > last:
        raise ValueError(f"No block from {first} to {last}.")
    return first, min(last, first + max(1, size) - 1)


def after_success(size: int, *, most: int, asked: int, logs: int, seconds: float) -> int:
    """The size to go on with, `most` at most, after `asked` blocks gave `logs` logs in `seconds`."""
    if logs > MANY_LOGS or seconds > SLOW:
        return max(1, asked // 2)
    if asked < size:  # not a full range: it says nothing of one
        return min(most, size)
    return min(most, size + max(1, size // 4))


def after_error(asked: int) -> int:
    """The size to go on with, after the node refused or timed out on `asked` blocks, whatever its words were."""
    return max(1, asked // 2)
