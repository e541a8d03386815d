"""Contracts at addresses that follow from their code (EIP-1014), made by the factory that most chains have.

Same code, same arguments: same address, on every chain and whoever pays for it.
"""

from collections.abc import Sequence

import eth_abi
from eth_utils.crypto import keccak

from marketplace.chain.artifacts import artifact

# Made by a transaction that nobody has the key of and that names no chain, so it is the same everywhere and nobody
# owns it: the "deterministic deployment proxy". It takes a salt and a creation code, and reverts if that fails.
FACTORY = "0x4e59b44847b379578588920ca78fbf26c0b4956c"
FACTORY_CODE = (
    "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe0"
    "3601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
)
FACTORY_MAKER = "0x3fab184622dc19b6109349b94811493bf2a45362"
FACTORY_COST = 10**16  # wei: the 100,000 gas at 100 gwei that its transaction was signed for
FACTORY_TRANSACTION = (
    "0xf8a58085174876e800830186a08080b853604580600e600039806000f350fe"
    f"{FACTORY_CODE.removeprefix('0x')}1ba0{'22' * 32}a0{'22' * 32}"
)

SALT = bytes(32)


def creation(contract: str, told: Sequence[str]) -> bytes:
    """The code that makes a contract which is told these addresses. Raises NotBuilt."""
    code = bytes.fromhex(artifact(contract).creation.removeprefix("0x"))
    return code + eth_abi.encode(["address"] * len(told), told)


def address_of(creation: bytes) -> str:
    """Where the factory puts what this code makes, lower-case."""
    return f"0x{keccak(bytes([0xFF]) + bytes.fromhex(FACTORY[2:]) + SALT + keccak(creation))[12:].hex()}"


def calldata(creation: bytes) -> str:
    """What the factory is sent to make it."""
    return f"0x{(SALT + creation).hex()}"
