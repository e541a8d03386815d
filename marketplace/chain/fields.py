"""Model fields for what chains are made of: addresses, 32-byte words, and integers wider than a database's."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

UINT256_MAX = 2**256 - 1
DIGITS = 78  # of 2**256 - 1


class AddressField(models.CharField):
    """A 20-byte account address, stored as `0x` and 40 lower-case hex digits. Shown with its EIP-55 checksum."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 42
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.lower() if value else value


class Bytes32Field(models.CharField):
    """A 32-byte word (digest, transaction hash, topic), stored as `0x` and 64 lower-case hex digits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 66
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.lower() if value else value


class UintField(models.Field):
    """An exact unsigned integer up to 256 bits.

    PostgreSQL has `numeric(78, 0)`. SQLite has nothing so wide (its decimals are doubles, its integers end at
    2**63 - 1), so there it is text, padded with zeros so that it sorts and compares as a number.
    Add up with `marketplace.chain.sums.total`, which is exact on both.
    """

    description = "Unsigned integer of up to 256 bits"

    def db_type(self, connection: Any) -> str:
        return f"numeric({DIGITS}, 0)" if connection.vendor == "postgresql" else f"varchar({DIGITS})"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None:
            return None
        number = _checked(value)
        return Decimal(number) if connection.vendor == "postgresql" else str(number).zfill(DIGITS)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def to_python(self, value: Any) -> int | None:
        return None if value is None else _checked(value)


def _checked(value: Any) -> int:
    number = int(value)
    if not 0 <= number <= UINT256_MAX:
        raise ValidationError(f"{number} is not an unsigned 256-bit integer.")
    return number
