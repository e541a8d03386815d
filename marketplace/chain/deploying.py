"""Puts the contracts on a chain and writes down where. Safe to repeat, and to go on with after an interruption.

Every address is written down as soon as it is known; the deployment file appears only once all of it is in place.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import eth_abi
from django.conf import settings
from eth_account.signers.local import LocalAccount

from marketplace.chain import contracts, transactions
from marketplace.chain.artifacts import artifact
from marketplace.chain.deployments import path
from marketplace.chain.dev.accounts import PEOPLE
from marketplace.chain.rpc import Rpc, get_rpc, to_int

LOCAL = 31337


class DeployError(Exception):
    """The contracts could not be deployed; the message says what to do."""


def deploy(
    *, deployer: LocalAccount, treasury: str | None = None, usdc: str | None = None, say: Callable[[str], None] = print
) -> bool:
    """Deploys whatever is missing. Whether anything was.

    `treasury` receives the protocol fee (the deployer, if None). `usdc`: the payment token's address, needed on every
    chain but the local one, which gets a test token and people with money. `say` is given a line per step.
    Raises DeployError, NotBuilt, NotMined, RpcError, RpcUnavailable.
    """
    job = _Job(get_rpc(), deployer, say)
    job.check_chain()
    if job.is_complete():
        say(f"Contracts are in place on chain {settings.CHAIN_ID}: nothing to do.")
        return False
    if usdc is None and settings.CHAIN_ID != LOCAL:
        raise DeployError("Say which token works are paid in: USDC_ADDRESS is the address of USDC on this chain.")

    owner = deployer.address
    rights = job.contract("rights", "Rights", ["address"], [owner])
    market = job.contract("market", "Market", ["address", "address"], [rights, owner])
    if settings.CHAIN_ID == LOCAL and usdc is None:
        usdc = job.contract("usdc", "TestUSDC", [], [])
        for person in PEOPLE:
            if contracts.view("TestUSDC", "balanceOf", [person.address], address=usdc) < person.usdc:
                job.send(usdc, "TestUSDC", "mint", [person.address, person.usdc])
                say(f"Gave {person.name} {person.usdc // 10**6:,} test USDC")
    assert usdc is not None
    if not contracts.view("Rights", "isEdge", [market], address=rights):
        job.send(rights, "Rights", "authoriseEdge", [market, True])
        say("Authorised the market to grant licences")
    if not contracts.view("Rights", "isAllowedAsset", [usdc], address=rights):
        job.send(rights, "Rights", "allowAsset", [usdc, True])
        say("Allowed USDC as payment")
    fee = (settings.PROTOCOL_FEE_BPS, (treasury or owner).lower())
    if (
        contracts.view("Market", "feeBps", address=market),
        contracts.view("Market", "feeRecipient", address=market),
    ) != fee:
        job.send(market, "Market", "setFee", list(fee))
        say(f"Set the protocol fee to {fee[0] / 100:g} %")
    job.complete(usdc=usdc, fee_bps=fee[0])
    return True


class _Job:
    """One run: the chain, the key, and what is written down so far."""

    def __init__(self, rpc: Rpc, deployer: LocalAccount, say: Callable[[str], None]) -> None:
        self.rpc = rpc
        self.deployer = deployer
        self.say = say
        self.draft = path().with_suffix(".partial")

    def check_chain(self) -> None:
        found = to_int(self.rpc.call("eth_chainId"))
        if found != settings.CHAIN_ID:
            raise DeployError(
                f"The node at CHAIN_RPC_URL is on chain {found}; this site is for chain {settings.CHAIN_ID}."
            )

    def is_complete(self) -> bool:
        """Whether the deployment file is true of this chain. Raises DeployError if it names other contracts."""
        written = _read(path())
        if not written:
            return False
        codes = {name: self.rpc.call("eth_getCode", written[name], "latest") for name in ("rights", "market")}
        if all(code == "0x" for code in codes.values()) and settings.CHAIN_ID == LOCAL:
            self.say("The local chain is a new one: deploying again")
            path().unlink()  # first: the same addresses will hold code again long before all is in place
            self.draft.unlink(missing_ok=True)
            return False
        for name, code in codes.items():
            if not artifact(name.capitalize()).is_at(code):
                remedy = "make reset" if settings.CHAIN_ID == LOCAL else f"move {path()} away to deploy afresh"
                raise DeployError(
                    f"{name.capitalize()} at {written[name]} is not the contract that is built here. "
                    f"If that is meant: {remedy}."
                )
        return True

    def contract(self, name: str, contract: str, types: list[str], args: list[Any]) -> str:
        """The address of a contract, deployed now unless an earlier run did."""
        built = artifact(contract)
        written = _read(self.draft)
        if name in written and built.is_at(self.rpc.call("eth_getCode", written[name], "latest")):
            return written[name]
        data = built.creation + eth_abi.encode(types, args).hex()
        receipt = self._mined(transactions.send(self.rpc, self.deployer, to=None, data=data))
        address: str = receipt["contractAddress"].lower()
        block = to_int(receipt["blockNumber"])
        _write(self.draft, {**written, name: address, "startBlock": min(written.get("startBlock", block), block)})
        self.say(f"Deployed {contract} at {address}")
        return address

    def send(self, to: str, contract: str, function: str, args: list[Any]) -> None:
        data = contracts.calldata(contract, function, args)
        self._mined(transactions.send(self.rpc, self.deployer, to=to, data=data))

    def complete(self, *, usdc: str, fee_bps: int) -> None:
        written = _read(self.draft)
        symbol, decimals, name, version = (
            contracts.view("TestUSDC", each, address=usdc) for each in ("symbol", "decimals", "name", "version")
        )
        asset = {"address": usdc.lower(), "symbol": symbol, "decimals": decimals, "name": name, "version": version}
        _write(
            path(),
            {
                "chainId": settings.CHAIN_ID,
                "rights": written["rights"],
                "market": written["market"],
                "usdc": usdc.lower(),
                "assets": [asset],
                "startBlock": written["startBlock"],
                "feeBps": fee_bps,
                "deployer": self.deployer.address.lower(),
            },
        )
        self.draft.unlink()
        self.say(f"Wrote {path().name}")

    def _mined(self, tx_hash: str) -> dict[str, Any]:
        receipt = transactions.wait(self.rpc, tx_hash, seconds=180)
        if to_int(receipt["status"]) == 0:
            raise DeployError(f"Transaction {tx_hash} was reverted. Nothing else was done; run this again.")
        return receipt


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text()) if file.exists() else {}


def _write(file: Path, data: dict[str, Any]) -> None:
    """In one piece or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    new.write_text(json.dumps(data, indent=2) + "\n")
    new.replace(file)
