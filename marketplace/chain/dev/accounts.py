"""The people of the local chain. Their keys come from a mnemonic that the whole world knows: for nowhere else."""

from dataclasses import dataclass
from functools import cache

from eth_account import Account
from eth_account.signers.local import LocalAccount

MNEMONIC = "test test test test test test test test test test test junk"  # anvil's and Hardhat's own
USDC = 10**6  # smallest units in one


@dataclass(frozen=True)
class Person:
    """Somebody to be on the local chain."""

    index: int  # in the mnemonic
    name: str
    role: str
    usdc: int  # test money to start with, in the smallest unit

    @property
    def account(self) -> LocalAccount:
        return _derive(self.index)

    @property
    def address(self) -> str:
        return self.account.address

    @property
    def private_key(self) -> str:
        return f"0x{self.account.key.hex().removeprefix('0x')}"


DEPLOYER = Person(0, "Deployer", "deployer", 0)
KEEPER = Person(1, "Keeper", "keeper", 0)
PEOPLE = (
    Person(2, "Ada Palette", "artist", 100 * USDC),
    Person(3, "Ben Kiln", "collaborator", 0),
    Person(4, "Cortex Labs", "ai-company", 1_000_000 * USDC),
    Person(5, "Dora", "fan", 5_000 * USDC),
    Person(6, "Emil", "fan", 5_000 * USDC),
)


@cache
def _derive(index: int) -> LocalAccount:
    Account.enable_unaudited_hdwallet_features()
    return Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")
