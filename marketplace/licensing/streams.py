"""Licences that are paid by the second: what creators and payers sign, and the calls that open, feed and end a stream.

A client of the contract `Streams`. It sends nothing: it makes messages for wallets and calldata, and reads the chain.
Amounts are in the smallest unit of the work's asset, times unix seconds.
"""

from dataclasses import dataclass, field
from typing import Any

from eth_abi import encode
from eth_utils import keccak, to_checksum_address

from marketplace.chain import signatures
from marketplace.chain.contracts import View, calldata, view, views
from marketplace.chain.deployments import Deployment
from marketplace.chain.eip712 import TypedData, fields, to_contract
from marketplace.licensing.payment import new_salt
from marketplace.licensing.signed import TERMS_TYPE, ZERO_ADDRESS

OFFER_TYPE = fields(
    "uint256 workId, address seller, Terms terms, uint128 price, uint40 period, uint16 maxFeeBps, uint40 deadline, "
    "address licensee, uint64 counter, uint256 salt"
)


@dataclass(frozen=True, slots=True)
class StreamOffer:
    """What a creator signs: `price` for every `period` seconds in which somebody is licensed."""

    work_id: int
    seller: str
    document: str  # sha2-256 of the terms' canonical JSON, 0x-prefixed
    scopes: int  # bits, as in licensing.scopes
    price: int
    period: int
    max_fee_bps: int = 500
    deadline: int = 0  # until when streams can be opened; 0 is never
    licensee: str = ZERO_ADDRESS  # the only one who may be licensed, or zero for anyone
    counter: int = 0
    salt: str = field(default_factory=new_salt)

    @property
    def message(self) -> dict[str, Any]:
        """As EIP-712 JSON and as `IStreams.StreamOffer`: the names are the same."""
        return {
            "workId": self.work_id,
            "seller": to_checksum_address(self.seller),
            "terms": {
                "document": self.document,
                "scopes": self.scopes,
                "duration": 0,  # a stream enforces none of these, and refuses terms that ask for one
                "transferable": False,
                "remixShares": 0,
                "remixApproval": False,
            },
            "price": self.price,
            "period": self.period,
            "maxFeeBps": self.max_fee_bps,
            "deadline": self.deadline,
            "licensee": to_checksum_address(self.licensee),
            "counter": self.counter,
            "salt": int(self.salt, 16),
        }

    def typed_data(self, deployment: Deployment) -> TypedData:
        """What the seller signs. Its `digest` names the offer, here and on chain."""
        types = {"StreamOffer": OFFER_TYPE, "Terms": TERMS_TYPE}
        return to_contract(deployment, "Streams", types, "StreamOffer", _as_text(self.message))

    def digest(self, deployment: Deployment) -> str:
        return signatures.digest(self.typed_data(deployment))


@dataclass(frozen=True, slots=True)
class Standing:
    """A stream as the chain has it."""

    asset: str
    payer: str
    licensee: str
    work_id: int
    deposit: int  # all that was paid in; once stopped, what of it was used
    used: int  # until now, settled or not, rounded down
    settled: int  # what of that has become the work's revenue and the fee
    funded_until: int  # the first second for which it is not licensed
    closed: bool  # takes no more money
    stopped: bool

    @property
    def refundable(self) -> int:
        """What a stop now would bring back to the payer."""
        return self.deposit - self.used

    @property
    def due(self) -> int:
        """What a settlement now would bring to the work and the fee."""
        return self.used - self.settled


# what signed payments are bound to: `payment.Authorization.to_buy(purpose=…)`, with "Streams" as its payee


def opening_purpose(offer_digest: str, licensee: str) -> str:
    """As `Streams.openingPurpose`."""
    words = ["open", bytes.fromhex(offer_digest[2:]), to_checksum_address(licensee)]
    return "0x" + keccak(encode(["string", "bytes32", "address"], words)).hex()


def topping_up_purpose(stream_id: int, licensee: str) -> str:
    """As `Streams.toppingUpPurpose`."""
    words = ["top up", stream_id, to_checksum_address(licensee)]
    return "0x" + keccak(encode(["string", "uint256", "address"], words)).hex()


# calls


def open_call(
    offer: StreamOffer, signature: str, *, licensee: str, deposit: int, payment: tuple[int, str, bytes]
) -> str:
    """Calldata that opens a stream for `licensee`. `payment` as `IPayments.Payment`, e.g. `payment.by_allowance`."""
    return calldata("Streams", "open", [offer.message, signature, to_checksum_address(licensee), deposit, payment])


def top_up_call(stream_id: int, *, licensee: str, amount: int, payment: tuple[int, str, bytes]) -> str:
    """Calldata that adds money to a stream that is known to license `licensee`."""
    return calldata("Streams", "topUp", [stream_id, to_checksum_address(licensee), amount, payment])


def stop_call(stream_id: int) -> str:
    """Calldata that ends a stream, for its payer or licensee: what was used is the work's, the rest comes back."""
    return calldata("Streams", "stop", [stream_id])


def settle_call(stream_ids: list[int]) -> str:
    """Calldata that makes revenue of what streams have used. Ordered by asset and work, money moves least often."""
    return calldata("Streams", "settle", [stream_ids])


def notice_call(stream_id: int) -> str:
    """Calldata by which a work's creator lets a stream end when its money does."""
    return calldata("Streams", "giveNotice", [stream_id])


def prefer_call(stream_id: int) -> str:
    """Calldata that lets a stream speak for its licensee where none that is funded does."""
    return calldata("Streams", "prefer", [stream_id])


def withdraw_call(asset: str, to: str) -> str:
    """Calldata that pays the caller's refused refunds out to `to`."""
    return calldata("Streams", "withdrawDeferred", [to_checksum_address(asset), to_checksum_address(to)])


def cancel_call(offer: StreamOffer) -> str:
    """Calldata by which a seller withdraws one offer for ever."""
    return calldata("Streams", "cancelOffer", [offer.message])


# what the chain says


def standing(stream_id: int) -> Standing:
    """A stream now. Raises contracts.Reverted (UnknownStream), RpcUnavailable, RpcError, NotDeployed."""
    stream, used, until = views([View("Streams", name, [stream_id]) for name in ("streamOf", "used", "fundedUntil")])
    return Standing(
        asset=stream.asset,
        payer=stream.payer,
        licensee=stream.licensee,
        work_id=stream.work_id,
        deposit=stream.deposit,
        used=used,
        settled=stream.settled,
        funded_until=until,
        closed=stream.closed,
        stopped=stream.stopped,
    )


def is_licensed(account: str, work_id: int, scope: int) -> bool:
    """Whether funded streams license `account` now for every bit of `scope` (0: for any)."""
    return bool(view("Streams", "isLicensed", [to_checksum_address(account), work_id, scope]))


def _as_text(value: Any) -> Any:
    """Numbers as decimal strings: a wallet's JSON is exact only up to 2**53."""
    if isinstance(value, dict):
        return {name: _as_text(part) for name, part in value.items()}
    return str(value) if type(value) is int else value
