"""A wallet: one key, a node, and the three things that a site asks of it."""

import time
from dataclasses import dataclass
from typing import Any

import httpx
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data

MINED_WITHIN = 30.0  # seconds
TRIES = 5  # at sending, while somebody else uses the same account


class NodeError(Exception):
    """The node's answer to a call that it refused."""


@dataclass(frozen=True)
class Signature:
    """Of a typed message. `digest` is the message's EIP-712 hash, by which the contracts know it."""

    value: str
    digest: str


class Node:
    """JSON-RPC to a chain."""

    def __init__(self, url: str):
        self._http = httpx.Client(base_url=url, timeout=20, trust_env=False)

    def call(self, method: str, *params: Any) -> Any:
        """Raises NodeError, httpx.TransportError."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = self._http.post("", json=body).json()
        if "error" in answer:
            raise NodeError(answer["error"].get("message", answer["error"]))
        return answer["result"]

    def number(self, method: str, *params: Any) -> int:
        return int(self.call(method, *params), 16)

    def receipt(self, tx_hash: str) -> dict[str, Any]:
        """Waits for it. Raises NodeError if the transaction reverted, TimeoutError."""
        deadline = time.monotonic() + MINED_WITHIN
        while time.monotonic() < deadline:
            if found := self.call("eth_getTransactionReceipt", tx_hash):
                if int(found["status"], 16) != 1:
                    raise NodeError(f"transaction {tx_hash} was reverted")
                return found
            time.sleep(0.05)
        raise TimeoutError(f"transaction {tx_hash} is in no block after {MINED_WITHIN:.0f} s")


class Wallet:
    """Signs whatever it is asked to: for local chains, whose keys are public."""

    def __init__(self, private_key: str, node: Node):
        self._account = Account.from_key(private_key)
        self.address: str = self._account.address
        self.node = node

    def sign_message(self, text: str) -> str:
        """`personal_sign` (EIP-191)."""
        return _hex(self._account.sign_message(encode_defunct(text=text)).signature)

    def sign_typed(self, typed_data: dict[str, Any]) -> Signature:
        """`eth_signTypedData_v4` (EIP-712)."""
        signed = self._account.sign_message(encode_typed_data(full_message=typed_data))
        return Signature(_hex(signed.signature), _hex(signed.message_hash))

    def send(self, transaction: dict[str, Any]) -> str:
        """`eth_sendTransaction`: signs and sends it. Returns its hash. Raises NodeError."""
        request = {"from": self.address, **{key: transaction[key] for key in ("to", "data", "value")}}
        for remaining in reversed(range(TRIES)):
            try:
                return self.node.call("eth_sendRawTransaction", self._signed(request))
            except NodeError as error:
                # Between counting and sending, another transaction of this account took the number.
                if not remaining or not any(word in str(error) for word in ("nonce", "underpriced", "imported")):
                    raise
                time.sleep(0.2)
        raise AssertionError("unreachable")

    def _signed(self, request: dict[str, Any]) -> str:
        price = self.node.number("eth_gasPrice")
        signed = self._account.sign_transaction(
            {
                "type": 2,
                "chainId": self.node.number("eth_chainId"),
                "nonce": self.node.number("eth_getTransactionCount", self.address, "pending"),
                "to": bytes.fromhex(request["to"].removeprefix("0x")),
                "data": request["data"],
                "value": int(request["value"], 16),
                "gas": self.node.number("eth_estimateGas", request) * 5 // 4,
                "maxFeePerGas": 2 * price,
                "maxPriorityFeePerGas": min(price, 10**9),
            }
        )
        return _hex(signed.raw_transaction)


def _hex(value: bytes) -> str:
    return "0x" + bytes(value).hex()
