"""What the chain says, asked past the site."""

from functools import cached_property

import httpx
from eth_abi import decode, encode
from eth_utils import function_signature_to_4byte_selector


class Ledger:
    """Balances and rights by `eth_call`. Contract addresses are the only thing taken from the site."""

    def __init__(self, site_url: str, rpc_url: str) -> None:
        self.site_url, self.rpc_url = site_url, rpc_url

    @cached_property
    def deployment(self) -> dict:
        return httpx.get(self.site_url + "/api/v1/deployment").json()

    @property
    def usdc(self) -> str:
        return next(a["address"] for a in self.deployment["assets"] if a["symbol"] == "USDC")

    @property
    def rights(self) -> str:
        return self.deployment["contracts"]["Rights"]

    def rpc(self, method: str, *params: object):
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        answer = httpx.post(self.rpc_url, json=body, timeout=20).json()
        assert "error" not in answer, answer
        return answer["result"]

    def call(self, to: str, signature: str, *args: object) -> int:
        types = signature[signature.index("(") + 1 : -1]
        data = function_signature_to_4byte_selector(signature) + encode(types.split(",") if types else [], args)
        return decode(
            ["uint256"], bytes.fromhex(self.rpc("eth_call", {"to": to, "data": "0x" + data.hex()}, "latest")[2:])
        )[0]

    def money(self, address: str) -> int:
        """USDC of an account, in its smallest unit (a millionth)."""
        return self.call(self.usdc, "balanceOf(address)", address)

    def shares(self, work_id: int, address: str) -> int:
        return self.call(self.rights, "balanceOf(address,uint256)", address, work_id)

    def owed(self, work_id: int, address: str) -> int:
        return self.call(self.rights, "owed(uint256,address)", work_id, address)
