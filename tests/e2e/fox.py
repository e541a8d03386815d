"""A wallet that is not ours, as MetaMask would behave: real keys, its own network setting, moods of its own.

It lives here in Python; the page sees an EIP-1193 provider that announced itself by EIP-6963.
"""

import json
from typing import Any

import httpx
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data
from eth_utils import to_checksum_address
from playwright.sync_api import BrowserContext

ANNOUNCE = """
(() => {
  const provider = {
    async request(call) {
      const answer = JSON.parse(await window.__fox(JSON.stringify(call)));
      if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
      return answer.result;
    },
    on() {}, removeListener() {},
  };
  const info = { uuid: "0a6d9d5e-8f0c-4b6f-9f3e-1a2b3c4d5e6f", name: "Test Fox", rdns: "test.fox",
    icon: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E" };
  const announce = () => window.dispatchEvent(
    new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
  window.addEventListener("eip6963:requestProvider", announce);
  announce();
})();
"""


class Refusal(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Fox:
    """`refuse`: methods that it says no to, with the error that it gives. `asked`: what it was asked for."""

    def __init__(self, context: BrowserContext, rpc_url: str, key: str) -> None:
        self.account = Account.from_key(key)
        self.node = httpx.Client(base_url=rpc_url, timeout=20)
        self.chain_id = 31337
        self.knows = {1, 31337}
        self.refuse: dict[str, Refusal] = {}
        self.asked: list[str] = []
        context.expose_function("__fox", self._handle)
        context.add_init_script(ANNOUNCE)

    def prompts(self) -> list[str]:
        """What a person would have had to answer."""
        shown = ("personal_sign", "eth_signTypedData_v4", "eth_sendTransaction")
        return [method for method in self.asked if method in shown]

    def _handle(self, text: str) -> str:
        call = json.loads(text)
        method = call["method"]
        self.asked.append(method)
        try:
            if method in self.refuse:
                raise self.refuse[method]
            return json.dumps({"result": self._answer(method, call.get("params") or [])})
        except Refusal as refusal:
            return json.dumps({"error": {"code": refusal.code, "message": str(refusal)}})

    def _answer(self, method: str, params: list[Any]) -> Any:
        match method:
            case "eth_requestAccounts" | "eth_accounts":
                return [self.account.address]
            case "eth_chainId":
                return hex(self.chain_id)
            case "wallet_switchEthereumChain":
                wanted = int(params[0]["chainId"], 16)
                if wanted not in self.knows:
                    raise Refusal(4902, "Unrecognized chain ID. Try adding the chain first.")
                self.chain_id = wanted
                return None
            case "wallet_addEthereumChain":
                self.chain_id = int(params[0]["chainId"], 16)
                self.knows.add(self.chain_id)
                return None
            case "personal_sign":
                return self._signed(encode_defunct(hexstr=params[0]))
            case "eth_signTypedData_v4":
                return self._signed(encode_typed_data(full_message=json.loads(params[1])))
            case "eth_sendTransaction":
                return self._send(params[0])
        raise Refusal(4200, f"Test Fox does not know {method}.")

    def _signed(self, message: Any) -> str:
        return "0x" + self.account.sign_message(message).signature.hex()

    def _send(self, tx: dict[str, Any]) -> str:
        gas = self._rpc("eth_estimateGas", {**tx, "from": self.account.address})
        signed = self.account.sign_transaction(
            {
                "type": 2,
                "chainId": self.chain_id,
                "to": to_checksum_address(tx["to"]),
                "data": tx["data"],
                "value": int(tx.get("value", "0x0"), 16),
                "gas": int(gas, 16) * 6 // 5,
                "nonce": int(self._rpc("eth_getTransactionCount", self.account.address, "pending"), 16),
                "maxFeePerGas": 2 * int(self._rpc("eth_gasPrice"), 16),
                "maxPriorityFeePerGas": 1,
            }
        )
        return self._rpc("eth_sendRawTransaction", "0x" + signed.raw_transaction.hex())

    def _rpc(self, method: str, *params: Any) -> Any:
        answer = self.node.post("", json={"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).json()
        if "error" in answer:
            raise Refusal(answer["error"]["code"], answer["error"]["message"])
        return answer["result"]
