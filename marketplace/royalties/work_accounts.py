"""Works' own payment addresses (`Rights.addressOf`), computed: they hold shares of other works.

Each is a minimal proxy (EIP-1167) that Rights makes by CREATE2 with the work's number as the salt. What it stands for
is the second contract that Rights made in its constructor, after the one that prepares wallets.
"""

from functools import lru_cache

from eth_utils import keccak

_PROXY = "3d602d80600a3d3981f3363d3d373d3d3d363d73{}5af43d82803e903d91602b57fd5bf3"


@lru_cache(maxsize=10_000)
def account_of(rights: str, work_id: int) -> str:
    """The address of a work, lower-case. `rights`: the contract's."""
    maker = bytes.fromhex(rights[2:])
    code = keccak(bytes.fromhex(_PROXY.format(_made_by(maker).hex())))
    return f"0x{keccak(bytes([0xFF]) + maker + work_id.to_bytes(32, 'big') + code)[12:].hex()}"


def _made_by(maker: bytes) -> bytes:
    """By CREATE: the hash of the RLP of (maker, nonce 2)."""
    return keccak(bytes([0xC0 + 22, 0x80 + 20]) + maker + bytes([2]))[12:]
