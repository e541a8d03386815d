"""What the API answers. Amounts are decimal strings in the asset's smallest unit."""

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import AfterValidator, StringConstraints
from web3 import Web3

Amount = Annotated[str, StringConstraints(pattern=r"^\d+$")]
Finality = Literal["pending", "safe", "final"]


def _address(value: str) -> str:
    if not Web3.is_address(value):
        raise ValueError("not an address: expected 0x and 40 hexadecimal digits")
    return Web3.to_checksum_address(value)


Address = Annotated[str, AfterValidator(_address)]


class Evidence(Schema):
    """Where on the chain a fact stands, and how settled it is."""

    transaction: str
    block: int
    log_index: int
    finality: Finality


class Preview(Schema):
    cid: str
    mime: str
    width: int
    height: int


class WorkOut(Schema):
    id: int
    chain_id: int
    title: str
    creator: Address
    asset: Address
    payment_address: Address | None = None
    content_sha256: str
    metadata_cid: str
    metadata: dict[str, Any]
    previews: list[Preview]
    royalty_bps: int
    created: datetime
    url: str
    evidence: Evidence


class OfferOut(Schema):
    """A signed licence offer, with all that `Market.buyLicence` needs."""

    digest: str
    work: int
    seller: Address
    asset: Address
    price: Amount
    max_units: int
    deadline: datetime | None
    licensee: Address | None
    scopes: list[str]
    duration_seconds: int
    licence_id: str
    terms: dict[str, Any]
    terms_cid: str
    typed_data: dict[str, Any]
    signature: str
    url: str


class HolderOut(Schema):
    address: Address
    shares: int
    of: int


class PaymentOut(Schema):
    holder: Address
    recipient: Address
    asset: Address
    amount: Amount
    deferred: bool
    at: datetime
    evidence: Evidence


class LicenceOut(Schema):
    number: int
    licence_id: str
    work: int
    licensee: Address
    payer: Address
    units: int
    price: Amount
    fee: Amount
    asset: Address
    bought: datetime
    until: datetime | None
    offer: str
    evidence: Evidence


class AssetOut(Schema):
    address: Address
    symbol: str
    decimals: int


class DeploymentOut(Schema):
    chain_id: int
    contracts: dict[str, Address]
    assets: list[AssetOut]
    start_block: int
    abis: dict[str, str]
