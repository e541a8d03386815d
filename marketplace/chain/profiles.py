"""What is to be known of a chain before its node is asked: `profiles.toml`, by name and by number."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A chain. The fields are explained in `profiles.toml`; the defaults are for one that is not in it."""

    chain_id: int
    name: str
    currency: str = "Ether"
    symbol: str = "ETH"
    block_time: float = 2.0
    safe_depth: int | None = None
    final_depth: int | None = None
    max_range: int = 10_000  # more in one answer would save nothing
    usdc: str = ""

    @property
    def poll_seconds(self) -> float:
        """How long to rest between looks: for about a block, within what a reader and a provider bear."""
        return min(2.0, max(0.5, self.block_time))


PROFILES = {
    key: Profile(**table) for key, table in tomllib.loads(Path(__file__).with_suffix(".toml").read_text()).items()
}
_BY_ID = {profile.chain_id: profile for profile in PROFILES.values()}


def of_id(chain_id: int) -> Profile:
    """The chain with this number: as the file has it, or a plain one."""
    return _BY_ID.get(chain_id) or Profile(chain_id=chain_id, name=f"chain {chain_id}")


def chosen(chain: str, chain_id: int | None) -> Profile:
    """The chain that a site is for: `chain` is a name or a number, `chain_id` its number where that is another one.

    Without either, the local chain. Raises ImproperlyConfigured if there is no such chain, or if they are two.
    """
    if not chain:
        return PROFILES["anvil"] if chain_id is None else of_id(chain_id)
    if not (chain in PROFILES or (chain.isascii() and chain.isdecimal())):
        raise ImproperlyConfigured(
            f"CHAIN is {chain!r}. It may be a number (EIP-155), or one of: {', '.join(PROFILES)}."
        )
    found = PROFILES[chain] if chain in PROFILES else of_id(int(chain))
    if chain_id in (None, found.chain_id):
        return found
    if chain_id in _BY_ID:
        raise ImproperlyConfigured(
            f"CHAIN is {chain!r}, which has the number {found.chain_id}; CHAIN_ID says {chain_id}, which is "
            f"{_BY_ID[chain_id].name}. Leave CHAIN_ID out."
        )
    return replace(found, chain_id=chain_id)  # a fork of it, under a number of its own
