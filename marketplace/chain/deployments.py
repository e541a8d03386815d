"""Where this site's contracts are: `contracts/deployments/<chain id>.json`, written by `manage.py deploy_contracts`."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from marketplace.chain.parts import PARTS


class NotDeployed(Exception):
    """This chain has no contracts of ours yet."""


@dataclass(frozen=True)
class Asset:
    """A token that works are paid in. `name` and `version` are its EIP-712 domain, for what is paid by signature.

    `version` is "" if it cannot be.
    """

    address: str
    symbol: str
    decimals: int
    name: str
    version: str


@dataclass(frozen=True)
class Deployment:
    """Our contracts on one chain. Addresses are lower-case."""

    chain_id: int
    contracts: dict[str, str]  # {ABI name: address}, as in `parts.PARTS`
    usdc: str
    weth: str | None
    assets: dict[str, Asset]
    start_block: int  # the first that can hold a log of ours
    fee_bps: int
    governor: str  # announces what the timelock, which owns the contracts, will do

    @property
    def rights(self) -> str:
        return self.contracts["Rights"]

    @property
    def market(self) -> str:
        return self.contracts["Market"]

    def asset(self, address: str) -> Asset:
        """An asset by its address. Raises KeyError for one that is not ours."""
        return self.assets[address.lower()]

    def address_of(self, contract: str) -> str:
        """The address of a contract of ours by its ABI's name. Raises KeyError."""
        return self.contracts[contract]

    @property
    def watched(self) -> dict[str, str]:
        """{address: ABI name} of the contracts whose logs make our facts."""
        return {self.rights: "Rights", self.market: "Market"}


def path() -> Path:
    return settings.DEPLOYMENTS_DIR / f"{settings.CHAIN_ID}.json"


def deployment() -> Deployment:
    """The contracts on this site's chain. Raises NotDeployed."""
    file = path()
    try:
        changed = file.stat().st_mtime_ns
    except FileNotFoundError:
        raise NotDeployed(
            f"No contracts are deployed on chain {settings.CHAIN_ID} yet. Run: manage.py deploy_contracts."
        ) from None
    return _read(file, changed)


@lru_cache(maxsize=8)
def _read(file: Path, changed: int) -> Deployment:
    """`changed` (ns) makes a new deployment seen without a restart."""
    data = json.loads(file.read_text())
    assets = {asset["address"]: Asset(**asset) for asset in data["assets"]}
    return Deployment(
        chain_id=data["chainId"],
        contracts={part.name: data[part.key] for part in PARTS if part.key in data},
        usdc=data["usdc"],
        weth=data.get("weth"),
        assets=assets,
        start_block=data["startBlock"],
        fee_bps=data["feeBps"],
        governor=data["governor"],
    )
