"""The contracts' ABIs, from the one place that Python and TypeScript both read (`contracts/abi`, by `make abi`)."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from eth_utils.abi import event_signature_to_log_topic, function_signature_to_4byte_selector

Item = dict[str, Any]


class UnknownContract(LookupError):
    """There is no ABI of that name, or no such item in it."""


@cache
def abi(contract: str) -> list[Item]:
    """The ABI of a contract, e.g. `abi("Rights")`. Raises UnknownContract."""
    path = settings.BASE_DIR / "contracts" / "abi" / f"{contract}.json"
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        raise UnknownContract(f"There is no ABI of {contract} at {path}. Build it: make abi.") from None


def contracts() -> list[str]:
    """Names of all contracts that have an ABI."""
    return sorted(path.stem for path in (settings.BASE_DIR / "contracts" / "abi").glob("*.json"))


@cache
def items(contract: str, kind: str) -> list[Item]:
    """The `function`, `event` or `error` items of a contract."""
    return [item for item in abi(contract) if item["type"] == kind]


def type_of(parameter: Item) -> str:
    """The canonical type of a parameter, tuples spelt out: `(address,uint32)[]`."""
    kind: str = parameter["type"]
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(map(type_of, parameter['components']))}){kind.removeprefix('tuple')}"


def signature(item: Item) -> str:
    """E.g. `push(uint256[],address[])`."""
    return f"{item['name']}({','.join(map(type_of, item['inputs']))})"


def selector(item: Item) -> str:
    """The first four bytes that name a function or an error, 0x-prefixed."""
    return "0x" + function_signature_to_4byte_selector(signature(item)).hex()


def topic(item: Item) -> str:
    """The word that names an event in `topics[0]`, 0x-prefixed."""
    return "0x" + event_signature_to_log_topic(signature(item)).hex()


def event(name: str) -> Item:
    """An event by its full name, e.g. `event("Rights.WorkCreated")`. Raises UnknownContract."""
    contract, _, wanted = name.partition(".")
    for item in items(contract, "event"):
        if item["name"] == wanted:
            return item
    raise UnknownContract(f"{contract} has no event {wanted}.")


def function(contract: str, name: str, arguments: int) -> Item:
    """A function by its name, or by its whole signature where the name is overloaded in as many arguments.

    Raises UnknownContract.
    """
    found = [
        item
        for item in items(contract, "function")
        if signature(item) == name or (item["name"] == name and len(item["inputs"]) == arguments)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UnknownContract(f"{contract} has no function {name} of {arguments} arguments.")
    choices = ", ".join(map(signature, found))
    raise UnknownContract(f"{contract}.{name} is overloaded: say which of {choices}.")
