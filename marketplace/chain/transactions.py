"""Transactions signed by keys of the site's own (keeper, deployer). Users' keys never come here."""

import time
from typing import Any

from eth_account.signers.local import LocalAccount
from eth_utils.address import to_checksum_address

from marketplace.chain.rpc import Rpc, RpcError, RpcUnavailable, to_int

GAS_MARGIN = 1.2  # state may change between estimate and block
FALLBACK_TIP = 10**9  # wei a gas, where the node suggests none


class NotMined(Exception):
    """A transaction that is in no block after all the time that was given to it."""


def send(
    rpc: Rpc, account: LocalAccount, *, to: str | None, data: str, value: int = 0, nonce: int | None = None
) -> str:
    """Signs and sends an EIP-1559 transaction; its hash. `to` None creates a contract. `value` in wei.

    Raises RpcError (a call that would revert is not sent), RpcUnavailable.
    """
    call: dict[str, Any] = {"from": account.address, "data": data, "value": hex(value)}
    if to is not None:
        call["to"] = to
    chain_id, pending, latest, gas = rpc.batch(
        [
            ("eth_chainId", []),
            ("eth_getTransactionCount", [account.address, "pending"]),
            ("eth_getBlockByNumber", ["latest", False]),
            ("eth_estimateGas", [call]),
        ]
    )
    if latest is None:
        raise RpcUnavailable("The node has no latest block.")
    tip = _tip(rpc)
    transaction: dict[str, Any] = {
        "type": 2,
        "chainId": to_int(chain_id),
        "nonce": to_int(pending) if nonce is None else nonce,
        "gas": int(to_int(gas) * GAS_MARGIN),
        "maxPriorityFeePerGas": tip,
        # Twice the base fee stays valid through six full blocks (EIP-1559: at most 12.5 % more a block).
        "maxFeePerGas": 2 * to_int(latest.get("baseFeePerGas") or "0x0") + tip,
        "value": value,
        "data": data,
        **({} if to is None else {"to": to_checksum_address(to)}),
    }
    signed = account.sign_transaction(transaction)
    tx_hash = f"0x{signed.hash.hex().removeprefix('0x')}"
    try:
        rpc.call("eth_sendRawTransaction", f"0x{signed.raw_transaction.hex().removeprefix('0x')}")
    except RpcError as error:
        if "already" not in error.message.lower():  # "already known": an answer that got lost, and a second try
            raise
    return tx_hash


def wait(rpc: Rpc, tx_hash: str, *, seconds: float = 60.0) -> dict[str, Any]:
    """The receipt of a transaction, reverted or not. Raises NotMined, RpcUnavailable."""
    end = time.monotonic() + seconds
    pause = 0.02
    while True:
        receipt = rpc.call("eth_getTransactionReceipt", tx_hash)
        if receipt is not None:
            return receipt
        if time.monotonic() > end:
            raise NotMined(f"Transaction {tx_hash} is in no block after {seconds:.0f} s.")
        time.sleep(pause)
        pause = min(pause * 1.5, 1.0)


def _tip(rpc: Rpc) -> int:
    try:
        return to_int(rpc.call("eth_maxPriorityFeePerGas"))
    except RpcError:  # not every chain has it
        return FALLBACK_TIP
