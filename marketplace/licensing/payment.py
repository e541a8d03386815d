"""How a buyer pays the market: by ERC-20 allowance, in native coin, or by one ERC-3009 authorisation that a relayer may
send in.

An authorisation is bound to one purpose (offer, recipient, quantity) by its nonce (`Market.authorizationNonce`), and
the token lets each nonce through once: it cannot be redirected, and it cannot pay twice.
"""

import secrets
from dataclasses import dataclass
from typing import Any, Self

from eth_abi import encode
from eth_utils import keccak, to_checksum_address

from marketplace.chain.deployments import Asset, Deployment
from marketplace.chain.eip712 import TypedData, fields, to_asset

ALLOWANCE, PERMIT, AUTHORIZATION, PERMIT2, NATIVE = range(5)  # IPayments.Method
LIFETIME = 3600  # seconds that an authorisation is good for; from the moment it is prepared

RECEIVE_TYPE = fields("address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce")


def new_salt() -> str:
    """256 random bits, `0x`-prefixed."""
    return "0x" + secrets.token_hex(32)


def purpose_of(offer_digest: str, recipient: str, quantity: int) -> str:
    """What a payment is for, as `Market.purposeOf` names it: `quantity` of an offer, for `recipient`."""
    words = [bytes.fromhex(offer_digest[2:]), to_checksum_address(recipient), quantity]
    return "0x" + keccak(encode(["bytes32", "address", "uint256"], words)).hex()


def authorization_nonce(purpose: str, salt: str) -> str:
    """The ERC-3009 nonce of a payment for one purpose, as `Market.authorizationNonce` makes it."""
    return "0x" + keccak(bytes.fromhex(purpose[2:] + salt[2:])).hex()


@dataclass(frozen=True, slots=True)
class Authorization:
    """An ERC-3009 `ReceiveWithAuthorization` in favour of the market, or of another contract that is paid as it is."""

    payer: str
    value: int  # smallest unit of the asset
    valid_before: int  # unix seconds
    nonce: str
    salt: str  # of the nonce
    valid_after: int = 0

    @classmethod
    def to_buy(cls, *, purpose: str, payer: str, value: int, now: int) -> Self:
        """An authorisation of `value` for one purpose, good for an hour from `now` (unix seconds)."""
        salt = new_salt()
        return cls(payer, value, now + LIFETIME, authorization_nonce(purpose, salt), salt)

    def typed_data(self, deployment: Deployment, asset: Asset, *, payee: str = "Market") -> TypedData:
        """What the payer signs. `payee`: the contract of ours, by its ABI's name, that alone may use it."""
        message = {
            "from": to_checksum_address(self.payer),
            "to": to_checksum_address(deployment.address_of(payee)),
            "value": str(self.value),
            "validAfter": str(self.valid_after),
            "validBefore": str(self.valid_before),
            "nonce": self.nonce,
        }
        types = {"ReceiveWithAuthorization": RECEIVE_TYPE}
        return to_asset(deployment, asset, types, "ReceiveWithAuthorization", message)

    def payment(self, signature: str) -> tuple[int, str, bytes]:
        """`IPayments.Payment` with this authorisation, signed."""
        data = encode(
            ["uint256", "uint256", "bytes32", "bytes"],
            [self.valid_after, self.valid_before, bytes.fromhex(self.salt[2:]), bytes.fromhex(signature[2:])],
        )
        return AUTHORIZATION, to_checksum_address(self.payer), data

    def as_json(self) -> dict[str, Any]:
        """For an intent's context; `from_json` reads it."""
        return {
            "payer": self.payer,
            "value": str(self.value),
            "valid_before": self.valid_before,
            "nonce": self.nonce,
            "salt": self.salt,
            "valid_after": self.valid_after,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(**{**data, "value": int(data["value"])})


def by_allowance(payer: str) -> tuple[int, str, bytes]:
    """`IPayments.Payment` from the caller's allowance to the market."""
    return ALLOWANCE, to_checksum_address(payer), b""


def by_native(payer: str) -> tuple[int, str, bytes]:
    """`IPayments.Payment` in native coin that comes with the call, for works that earn in wrapped coin."""
    return NATIVE, to_checksum_address(payer), b""
