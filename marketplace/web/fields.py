"""Form fields that turn what people write into exact integers, and say plainly what they could not read."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from eth_utils import is_checksum_address

_NUMBER = re.compile(r"(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")
SHARES_A_PERCENT = 10_000  # of 1,000,000
DECIMAL = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 60}


def parse_decimal(text: str, *, places: int, example: str) -> int:
    """`text` times 10**places, exactly. A comma may group thousands; the decimal sign is a point.

    Raises ValidationError, in the reader's words, for anything else.
    """
    text = text.strip()
    if len(text) > 100:  # nobody counts that far
        raise ValidationError("That number is too large.", code="large")
    if not re.search(r"\d", text) or not _NUMBER.fullmatch(text):
        raise ValidationError(f"Write a number such as {example}, with a point before the decimals.", code="number")
    whole, _, decimals = text.replace(",", "").partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > places:
        raise ValidationError(f"Use at most {places} decimals.", code="decimals")
    return int((whole or "0") + decimals.ljust(places, "0"))  # Decimal would round after 28 digits


def format_decimal(value: int, *, places: int) -> str:
    """`value` / 10**places as plain text without needless zeros: what `parse_decimal` reads back."""
    whole, rest = divmod(value, 10**places)
    decimals = f"{rest:0{places}d}".rstrip("0") if places else ""
    return f"{whole}.{decimals}" if decimals else str(whole)


class AmountField(forms.Field):
    """Money, written in whole units ("1,200.50"), cleaned to the asset's smallest unit.

    `symbol` and `decimals` are the asset's; `largest` is in its smallest unit; `zero` says whether nothing is a price.
    """

    def __init__(self, *, symbol: str, decimals: int, largest: int = 2**90, zero: bool = False, **kwargs: Any) -> None:
        self.symbol, self.decimals, self.largest, self.zero = symbol, decimals, largest, zero
        super().__init__(**{"widget": forms.TextInput(attrs=DECIMAL), **kwargs})

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        text = text.removeprefix("$").removesuffix(self.symbol)
        amount = parse_decimal(text, places=self.decimals, example="120 or 120.50")
        if amount == 0 and not self.zero:
            raise ValidationError("The price must be more than zero.", code="zero")
        if amount > self.largest:
            raise ValidationError("That price is larger than the contract can hold.", code="large")
        return amount

    def prepare_value(self, value: Any) -> Any:
        return format_decimal(value, places=self.decimals) if isinstance(value, int) else value


class PercentField(forms.Field):
    """A part of a work, written in percent ("12.5"), cleaned to shares (1 % is 10,000 of 1,000,000)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.TextInput(attrs=DECIMAL), **kwargs})

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        shares = parse_decimal(text.removesuffix("%"), places=4, example="10 or 12.5")
        if shares > 100 * SHARES_A_PERCENT:
            raise ValidationError("A work has 100 % and no more.", code="large")
        return shares

    def prepare_value(self, value: Any) -> Any:
        return format_decimal(value, places=4) if isinstance(value, int) else value


class WalletField(forms.CharField):
    """A wallet's address, cleaned to lower case. Mixed case is a checksum (EIP-55) and must be right."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off", "placeholder": "0x…"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return ""
        if not _ADDRESS.fullmatch(text):
            raise ValidationError(
                "This is not a wallet address: it starts with 0x, then come 40 of the characters 0–9 and a–f.",
                code="address",
            )
        one_case = text[2:] in (text[2:].lower(), text[2:].upper())
        if not one_case and not is_checksum_address(text):
            raise ValidationError(
                "This address has a typing error: its capital letters do not fit. Copy it again.", code="checksum"
            )
        if int(text, 16) == 0:
            raise ValidationError("Nobody has this address. Enter a wallet's address.", code="zero")
        return text.lower()
