"""Did this account sign this? EIP-712 by a key, or ERC-1271 by a contract wallet."""

from typing import Any

import eth_abi
from eth_account import Account
from eth_account.messages import SignableMessage, encode_typed_data
from eth_utils.crypto import keccak
from eth_utils.hexadecimal import decode_hex

from marketplace.chain.rpc import RpcError, get_rpc

MAGIC = "0x1626ba7e"  # isValidSignature(bytes32,bytes), both the selector and the answer that means yes


class BadSignature(Exception):
    """The signature is not this account's signature of this message."""


def message_of(typed_data: dict[str, Any]) -> SignableMessage:
    """A message in the shape of eth_signTypedData_v4, ready to sign or check. Raises ValueError."""
    try:
        return encode_typed_data(full_message=typed_data)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"This is not EIP-712 typed data: {error}") from error


def digest(typed_data: dict[str, Any]) -> str:
    """The EIP-712 digest, 0x-prefixed: what is signed, and what names an offer or a draft."""
    return f"0x{_hash(message_of(typed_data)).hex()}"


def verify(typed_data: dict[str, Any], signature: str, *, signer: str) -> None:
    """Raises BadSignature unless `signer` signed this; RpcUnavailable if only the chain could tell and did not."""
    message = message_of(typed_data)
    try:
        raw = decode_hex(signature)
    except (ValueError, TypeError) as error:
        raise BadSignature("A signature is hex digits.") from error
    if _recovered(message, raw) == signer.lower():
        return
    if _accepted_by_contract(signer, _hash(message), raw):
        return
    raise BadSignature(f"This is not the signature of {signer}. Choose that account in your wallet and sign again.")


def _hash(message: SignableMessage) -> bytes:
    """EIP-191: 0x19, version, header, body."""
    return keccak(b"\x19" + message.version + message.header + message.body)


def _recovered(message: SignableMessage, signature: bytes) -> str | None:
    if len(signature) != 65:
        return None
    try:
        return Account.recover_message(message, signature=signature).lower()
    except Exception:  # eth_keys raises several unrelated kinds for bytes that are no curve point
        return None


def _accepted_by_contract(signer: str, hashed: bytes, signature: bytes) -> bool:
    """ERC-1271."""
    rpc = get_rpc()
    if rpc.call("eth_getCode", signer, "latest") in ("0x", None):
        return False
    data = MAGIC + eth_abi.encode(["bytes32", "bytes"], [hashed, signature]).hex()
    try:
        answer = rpc.call("eth_call", {"to": signer, "data": data}, "latest")
    except RpcError:  # it reverts: no
        return False
    return str(answer).lower() == MAGIC.ljust(66, "0")
