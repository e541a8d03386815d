"""How a work's shares are split at birth: exact parts of 1,000,000, each to a wallet that can hold them."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from eth_utils import is_checksum_address

from marketplace.catalog.errors import InvalidDraft

SHARES = 1_000_000  # of every work; one is 0.0001 %
MAX_HOLDERS = 50
RESERVED = 0xFFFF  # addresses up to here are the machine's own: zero, precompiles
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")

Row = tuple[str, int]  # a holder's address, and their part of SHARES


def in_percent(amount: int) -> str:
    """An exact number of shares, as people write it: 125,000 is "12.5 %"."""
    return f"{(Decimal(amount) / (SHARES // 100)).normalize():f} %"


def split(rows: Iterable[Row], *, creator: str, contracts: Sequence[str]) -> list[Row]:
    """The rows as they are stored: lower-case addresses, in the order given; together SHARES.

    `contracts`: addresses of this site's own, which could never use what they hold. A creator may keep nothing.
    Raises InvalidDraft with a sentence for each row that is wrong, and for their sum.
    """
    rows = list(rows)
    errors: dict[str, str] = {}
    seen: set[str] = set()
    for number, (holder, amount) in enumerate(rows):
        problem = _problem_of_address(holder, contracts)
        if not problem and holder.lower() in seen:
            problem = "This address stands here twice. Add the two parts together in one row."
        if problem:
            errors[f"shares-{number}-holder"] = problem
        seen.add(holder.lower())
        keeps_nothing = amount == 0 and holder.lower() == creator.lower()
        if not keeps_nothing and not 1 <= amount <= SHARES:
            errors[f"shares-{number}-amount"] = (
                "Nobody needs a row for 0 %. Give a part, or remove the row." if amount == 0
                else "A part lies between 0.0001 % and 100 %."
            )  # fmt: skip
    if problem := _problem_of_sum(rows):
        errors["shares"] = problem
    if errors:
        raise InvalidDraft(errors)
    return [(holder.lower(), amount) for holder, amount in rows]


def _problem_of_address(holder: str, contracts: Sequence[str]) -> str:
    if not _ADDRESS.fullmatch(holder):
        return "This is not a wallet's address: it must be 0x and 40 hexadecimal digits. Copy it from their wallet."
    digits = holder[2:]
    if digits not in (digits.lower(), digits.upper()) and not is_checksum_address(holder):
        return "This address has a typing error: its capital letters do not fit (EIP-55). Copy it again."
    if int(digits, 16) <= RESERVED:
        return "Nobody has this address: what it gets is lost for ever. Enter a wallet's address."
    if holder.lower() in contracts:
        return "This is a contract of this site, not a wallet: what it gets is lost for ever. Enter a wallet's address."
    return ""


def _problem_of_sum(rows: list[Row]) -> str:
    if not rows:
        return "Say who holds the shares: there must be at least one holder."
    if len(rows) > MAX_HOLDERS:
        return f"{len(rows)} holders are too many to mint at once; the most is {MAX_HOLDERS}. Others can buy later."
    total = sum(amount for _, amount in rows)
    if total == SHARES:
        return ""
    missing = SHARES - total
    rest = f"{in_percent(missing)} is missing" if missing > 0 else f"that is {in_percent(-missing)} too much"
    return f"The parts add up to {in_percent(total)}; they must make 100 % exactly: {rest}."
