"""Calls of our contracts: calldata by ABI, results by ABI, reverts by name. No transaction is sent from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import eth_abi
from eth_abi.exceptions import DecodingError
from eth_utils.hexadecimal import decode_hex

from marketplace.chain import abis, values
from marketplace.chain.deployments import deployment
from marketplace.chain.rpc import Rpc, RpcError, RpcUnavailable, get_rpc

PANICS = {0x01: "assertion", 0x11: "overflow", 0x12: "division by zero", 0x32: "index out of range"}


class Reverted(Exception):
    """A call that the contract refused. `name`: the Solidity error, or "" if it gave none; `args_`: its values."""

    def __init__(self, name: str, args_: tuple[Any, ...] = ()) -> None:
        super().__init__(f"{name or 'without a reason'}({', '.join(map(str, args_))})")
        self.name = name
        self.args_ = args_


@dataclass(frozen=True)
class View:
    """A call that only reads. `address` for a contract that is not the deployment's own, e.g. a token."""

    contract: str
    function: str
    args: Sequence[Any] = ()
    address: str | None = None


def calldata(contract: str, function: str, args: Sequence[Any] = ()) -> str:
    """Calldata of `function(args)`, 0x-prefixed. `function` is a name, or a whole signature where that is overloaded.

    Raises UnknownContract; ValueError for arguments that do not fit.
    """
    item = abis.function(contract, function, len(args))
    try:
        prepared = [values.to_abi(part, arg) for part, arg in zip(item["inputs"], args, strict=True)]
        encoded = eth_abi.encode([abis.type_of(part) for part in item["inputs"]], prepared)
    except (eth_abi.exceptions.EncodingError, KeyError, TypeError, OverflowError) as error:
        raise ValueError(f"{contract}.{abis.signature(item)} does not take {list(args)!r}: {error}") from error
    return abis.selector(item) + encoded.hex()


def result(contract: str, function: str, arguments: int, data: str) -> Any:
    """What a call answered: its one value, a tuple of several, or None. Raises RpcUnavailable if it is malformed."""
    outputs = abis.function(contract, function, arguments)["outputs"]
    try:
        decoded = eth_abi.decode([abis.type_of(part) for part in outputs], decode_hex(data))
    except (DecodingError, ValueError, TypeError) as error:
        # Most often an empty answer: there is no such contract at that address on this node.
        raise RpcUnavailable(f"{contract}.{function} answered {data!r}, which does not decode.") from error
    results = tuple(values.from_abi(part, value) for part, value in zip(outputs, decoded, strict=True))
    return results[0] if len(results) == 1 else (results or None)


def view(
    contract: str,
    function: str,
    args: Sequence[Any] = (),
    *,
    address: str | None = None,
    block: str = "latest",
    rpc: Rpc | None = None,
) -> Any:
    """The answer of a reading call, at a block (a tag or a hex number).

    Raises Reverted, RpcUnavailable, RpcError, NotDeployed.
    """
    return views([View(contract, function, args, address)], block=block, rpc=rpc)[0]


def views(calls: Sequence[View], *, block: str = "latest", rpc: Rpc | None = None) -> list[Any]:
    """As `view`, for many calls in one request."""
    requests = [
        (
            "eth_call",
            [
                {
                    "to": call.address or deployment().address_of(call.contract),
                    "data": calldata(call.contract, call.function, call.args),
                },
                block,
            ],
        )
        for call in calls
    ]
    answers = (rpc or get_rpc()).try_batch(requests)
    results = []
    for call, answer in zip(calls, answers, strict=True):
        if isinstance(answer, RpcError):
            raise revert(call.contract, answer) or answer
        results.append(result(call.contract, call.function, len(call.args), answer))
    return results


def revert(contract: str, error: RpcError) -> Reverted | None:
    """The revert that a node's error tells of, or None if it is another kind of error."""
    data = error.data.get("data") if isinstance(error.data, dict) else error.data
    if isinstance(data, str) and data.startswith("0x"):
        return Reverted(*decode_revert(contract, data))
    if "revert" in error.message.lower():
        return Reverted("", ())
    return None


def decode_revert(contract: str, data: str) -> tuple[str, tuple[Any, ...]]:
    """The name and arguments of a Solidity error by its revert data; ("", ()) for none that we know.

    The contract's own errors come first, then those of the contracts that it calls.
    """
    head, body = data[:10].lower(), data[10:]
    if head == "0x08c379a0":  # Error(string)
        return "Error", _decoded(["string"], body)
    if head == "0x4e487b71":  # Panic(uint256)
        codes = _decoded(["uint256"], body)
        return "Panic", tuple(PANICS.get(code, code) for code in codes)
    others = [name for name in abis.contracts() if name != contract]
    for name in [contract, *others]:
        for item in abis.items(name, "error"):
            if abis.selector(item) == head:
                arguments = _decoded([abis.type_of(part) for part in item["inputs"]], body)
                parts = zip(item["inputs"], arguments, strict=False)
                return item["name"], tuple(values.from_abi(part, value) for part, value in parts)
    return "", ()


def _decoded(types: list[str], body: str) -> tuple[Any, ...]:
    try:
        return tuple(eth_abi.decode(types, bytes.fromhex(body)))
    except (DecodingError, ValueError):
        return ()
