"""Between Python values and ABI values, in one convention for calls and events.

Out of the ABI come: integers as int, addresses as lower-case `0x…`, bytes of any size as `0x…`, arrays as lists,
structs as namespaces with snake_case attributes. All of these go in again; structs also as mappings or sequences.
"""

import keyword
import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from eth_utils.hexadecimal import decode_hex

from marketplace.chain.abis import Item


def attribute(name: str) -> str:
    """An ABI name as a Python attribute: `workId` → `work_id`, `from` → `from_`."""
    snake = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()
    return f"{snake}_" if keyword.iskeyword(snake) else snake


def from_abi(parameter: Item, value: Any) -> Any:
    """A value that eth_abi decoded, in our convention."""
    kind: str = parameter["type"]
    if kind.endswith("]"):
        element = {**parameter, "type": kind[: kind.rindex("[")]}
        return [from_abi(element, each) for each in value]
    if kind == "tuple":
        parts = parameter["components"]
        return SimpleNamespace(
            **{attribute(part["name"]): from_abi(part, each) for part, each in zip(parts, value, strict=True)}
        )
    return f"0x{value.hex()}" if isinstance(value, bytes) else value


def to_abi(parameter: Item, value: Any) -> Any:
    """A value in our convention, as eth_abi takes it. Raises ValueError, KeyError, TypeError if it does not fit."""
    kind: str = parameter["type"]
    if kind.endswith("]"):
        element = {**parameter, "type": kind[: kind.rindex("[")]}
        return [to_abi(element, each) for each in value]
    if kind == "tuple":
        parts = parameter["components"]
        return tuple(to_abi(part, each) for part, each in zip(parts, _members(parts, value), strict=True))
    if kind.startswith("bytes") and isinstance(value, str):
        return decode_hex(value)
    return value


def _members(parts: list[Item], value: Any) -> list[Any]:
    if isinstance(value, SimpleNamespace):
        return [getattr(value, attribute(part["name"])) for part in parts]
    if isinstance(value, Mapping):
        return [value[part["name"]] if part["name"] in value else value[attribute(part["name"])] for part in parts]
    return list(value)
