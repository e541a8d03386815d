"""What wallets sign is what the contracts check: EIP-712 digests by eth_account, an independent implementation."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from eth_utils import keccak, to_checksum_address
from web3 import Web3
from web3.contract import Contract

from marketplace.chain.deployments import Deployment

ABIS = Path(__file__).resolve().parents[2] / "contracts" / "abi"

STRUCTS = {
    "Draft": "address creator, address asset, bytes32 content, bytes32 metadata, uint16 royaltyBps, address operator, "
    "uint64 deadline, uint256 salt, Share[] shares",
    "Share": "address holder, uint32 amount",
    "LicenceOffer": "uint256 workId, address seller, Terms terms, uint128 price, uint32 maxUnits, uint16 maxFeeBps, "
    "uint40 deadline, address licensee, uint64 counter, uint256 salt",
    "Terms": "bytes32 document, uint32 scopes, uint40 duration, bool transferable, uint32 remixShares, "
    "bool remixApproval",
    "ShareOffer": "uint256 workId, address seller, uint32 shares, uint128 price, uint128 maxRevenue, "
    "uint16 maxFeeBps, uint40 deadline, address buyer, uint64 counter, uint256 salt",
}
PARTS = {"Draft": ("Draft", "Share"), "LicenceOffer": ("LicenceOffer", "Terms"), "ShareOffer": ("ShareOffer",)}


def fields(struct: str) -> list[dict[str, str]]:
    pairs = (field.split() for field in STRUCTS[struct].split(","))
    return [{"name": name, "type": kind} for kind, name in pairs]


def value(kind: str, dice: random.Random) -> Any:
    """A value of an EIP-712 type; every fourth is the least or the greatest there is."""
    if kind.endswith("[]"):
        return [value(kind[:-2], dice) for _ in range(dice.choice([0, 1, 2, 7]))]
    if kind in STRUCTS:
        return {field["name"]: value(field["type"], dice) for field in fields(kind)}
    if kind == "address":
        return to_checksum_address(dice.randbytes(20))
    if kind == "bytes32":
        return dice.randbytes(32)
    if kind == "bool":
        return dice.random() < 0.5
    most = 2 ** int(kind.removeprefix("uint")) - 1
    return dice.choice([0, most]) if dice.random() < 0.25 else dice.randint(0, most)


def digest(struct: str, message: dict[str, Any], contract: Contract, chain_id: int, name: str) -> bytes:
    """The digest that eth_account would have a key sign."""
    domain = {"name": name, "version": "1", "chainId": chain_id, "verifyingContract": contract.address}
    types = {part: fields(part) for part in PARTS[struct]}
    signable = encode_typed_data(domain_data=domain, message_types=types, message_data=message)
    return keccak(b"\x19" + signable.version + signable.header + signable.body)


@pytest.fixture
def web3(anvil: Any) -> Web3:
    return Web3(Web3.HTTPProvider(anvil.url))


def contract_at(web3: Web3, name: str, address: str) -> Contract:
    abi = json.loads((ABIS / f"{name}.json").read_text())
    return web3.eth.contract(address=to_checksum_address(address), abi=abi)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("struct", PARTS)
def test_a_contract_hashes_as_wallets_do(struct: str, seed: int, web3: Web3, deployed: Deployment) -> None:
    on_rights = struct == "Draft"
    contract = contract_at(web3, "Rights" if on_rights else "Market", deployed.rights if on_rights else deployed.market)
    message = value(struct, random.Random(f"{struct} {seed}"))

    by_contract = contract.get_function_by_name(f"hash{struct}")(message).call()

    name = "Mintmark Rights" if on_rights else "Mintmark Market"
    assert by_contract == digest(struct, message, contract, deployed.chain_id, name)


@pytest.mark.parametrize(("name", "title"), [("Rights", "Mintmark Rights"), ("Market", "Mintmark Market")])
def test_a_contract_tells_its_domain(name: str, title: str, web3: Web3, deployed: Deployment) -> None:
    """ERC-5267, which wallets read to show whom a signature is for."""
    contract = contract_at(web3, name, getattr(deployed, name.lower()))

    _, told, version, chain_id, verifier, _, extensions = contract.functions.eip712Domain().call()

    assert (told, version, chain_id, verifier) == (title, "1", deployed.chain_id, contract.address)
    assert extensions == []


def test_the_token_signs_as_usdc_does(web3: Web3, deployed: Deployment) -> None:
    """ERC-2612 and ERC-3009 share the token's domain: "USD Coin", version "2"."""
    token = contract_at(web3, "TestUSDC", deployed.usdc)
    signable = encode_typed_data(
        domain_data={
            "name": "USD Coin",
            "version": "2",
            "chainId": deployed.chain_id,
            "verifyingContract": token.address,
        },
        message_types={"Nothing": [{"name": "none", "type": "bool"}]},
        message_data={"none": False},
    )
    assert token.functions.DOMAIN_SEPARATOR().call() == signable.header
