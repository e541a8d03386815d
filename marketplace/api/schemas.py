"""What the API answers. Amounts are decimal strings in the asset's smallest unit."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from eth_utils import is_checksum_address, is_hex_address, to_checksum_address
from ninja import Schema
from pydantic import AfterValidator, BeforeValidator

from marketplace.api import shapes
from marketplace.catalog.models import Work
from marketplace.chain.models import LogEntry
from marketplace.content.cid import Cid, digest_uri
from marketplace.licensing.models import FOR_EVER, Licence


def _address(value: str) -> str:
    digits = value[2:]
    one_case = digits in (digits.lower(), digits.upper())
    if not is_hex_address(value) or not (one_case or is_checksum_address(value)):
        raise ValueError("not an address: 0x and 40 hexadecimal digits are expected (mixed case is a checksum)")
    return to_checksum_address(value)


Address = Annotated[str, AfterValidator(_address)]
Amount = Annotated[str, BeforeValidator(str)]


class Evidence(Schema):
    """Where on the chain a fact stands, and how settled it is."""

    transaction: str
    block: int
    log_index: int
    finality: Literal["pending", "safe", "final"]


class FactOut(Schema):
    evidence: Evidence

    @staticmethod
    def resolve_evidence(row: Any) -> dict[str, Any]:
        log: LogEntry = row.log
        return shapes.evidence(log)


class Preview(Schema):
    name: str
    cid: str
    mime: str
    width: int
    height: int


class WorkOut(FactOut):
    id: int
    chain_id: int
    title: str
    creator: Address
    asset: Address
    content_sha256: str
    metadata_cid: str
    uri: str
    metadata: dict[str, Any]
    royalty_bps: int
    previews: list[Preview]
    created: datetime
    path: str

    @staticmethod
    def resolve_id(work: Work) -> int:
        return work.token_id

    @staticmethod
    def resolve_title(work: Work) -> str:
        return work.metadata.title

    @staticmethod
    def resolve_content_sha256(work: Work) -> str:
        return work.content

    @staticmethod
    def resolve_metadata_cid(work: Work) -> str:
        return str(Cid.of_digest(work.metadata_id))

    @staticmethod
    def resolve_uri(work: Work) -> str:
        """What `Rights.uri` answers."""
        return digest_uri(work.metadata_id)

    @staticmethod
    def resolve_metadata(work: Work) -> dict[str, Any]:
        return work.metadata.document

    @staticmethod
    def resolve_previews(work: Work) -> list[dict[str, Any]]:
        upload = work.metadata.upload
        return [
            {"name": r.name, "cid": r.content.cid, "mime": r.mime, "width": r.width, "height": r.height}
            for r in (upload.renditions.all() if upload else ())
        ]

    @staticmethod
    def resolve_path(work: Work) -> str:
        return work.get_absolute_url()


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


class HolderOut(Schema):
    """`shares` of `of`. `received`: paid. `waiting`: refused by the asset. `owed`: earned, not paid yet."""

    address: Address
    shares: int
    of: int
    received: Amount
    waiting: Amount
    owed: Amount


class PartOut(Schema):
    """A holder's part of an arrival: `shares` of `of` times its amount, in whole units. `paid_in`: a transaction."""

    holder: Address
    shares: int
    of: int
    amount: Amount
    paid_in: str | None


class RevenueOut(Schema):
    """Money that arrived, the purchase that brought it, and how it was split among the holders at that moment."""

    payer: Address
    asset: Address
    amount: Amount
    total: Amount
    at: datetime
    licence: int | None
    parts: list[PartOut]
    evidence: Evidence


class PaymentOut(FactOut):
    holder: Address
    recipient: Address
    asset: Address
    amount: Amount
    kind: Literal["paid", "deferred", "passed-on"]
    at: datetime


class LicenceOut(FactOut):
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
    ends: datetime | None
    offer: str

    @staticmethod
    def resolve_work(licence: Licence) -> int:
        return licence.work.token_id

    @staticmethod
    def resolve_asset(licence: Licence) -> str:
        return licence.work.asset

    @staticmethod
    def resolve_ends(licence: Licence) -> datetime | None:
        return None if licence.until >= FOR_EVER else datetime.fromtimestamp(licence.until, UTC)

    @staticmethod
    def resolve_offer(licence: Licence) -> str:
        return licence.offer_digest


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
