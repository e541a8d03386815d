"""EIP-712 messages as eth_signTypedData_v4 takes them: what a wallet shows and signs.

Numbers are decimal strings: a wallet's JSON is exact only up to 2**53. `chain.signatures` makes and checks digests.
"""

from typing import Any

from eth_utils import to_checksum_address

from marketplace.chain.deployments import Asset, Deployment

TypedData = dict[str, Any]
Fields = list[dict[str, str]]


def fields(declaration: str) -> Fields:
    """`"uint256 workId, address seller"` as the list that EIP-712 JSON wants."""
    pairs = (field.split() for field in declaration.split(","))
    return [{"name": name, "type": kind} for kind, name in pairs]


DOMAIN = fields("string name, string version, uint256 chainId, address verifyingContract")


def to_market(deployment: Deployment, types: dict[str, Fields], primary: str, message: dict[str, Any]) -> TypedData:
    """A message to the market: domain "Mintmark Market", version "1"."""
    domain = _domain("Mintmark Market", "1", deployment.chain_id, deployment.market)
    return {"types": {"EIP712Domain": DOMAIN, **types}, "primaryType": primary, "domain": domain, "message": message}


def to_contract(
    deployment: Deployment, contract: str, types: dict[str, Fields], primary: str, message: dict[str, Any]
) -> TypedData:
    """A message to a contract of ours by its ABI's name: domain "Mintmark <name>", version "1"."""
    domain = _domain(f"Mintmark {contract}", "1", deployment.chain_id, deployment.address_of(contract))
    return {"types": {"EIP712Domain": DOMAIN, **types}, "primaryType": primary, "domain": domain, "message": message}


def to_asset(
    deployment: Deployment, asset: Asset, types: dict[str, Fields], primary: str, message: dict[str, Any]
) -> TypedData:
    """A message to a token that takes signed authorisations, in the token's own domain."""
    domain = _domain(asset.name, asset.version, deployment.chain_id, asset.address)
    return {"types": {"EIP712Domain": DOMAIN, **types}, "primaryType": primary, "domain": domain, "message": message}


def _domain(name: str, version: str, chain_id: int, contract: str) -> dict[str, Any]:
    return {
        "name": name,
        "version": version,
        "chainId": chain_id,
        "verifyingContract": to_checksum_address(contract),
    }
