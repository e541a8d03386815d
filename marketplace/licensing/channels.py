"""Prepaid channels for metered use: what payers and receivers sign, and the calls that fill, redeem and close one.

A client of the contract `Meter`. It sends nothing: it makes messages for wallets and calldata, and reads the chain.
With each use the payer signs a voucher for all that the channel owes so far; the last one is enough. Whoever serves on
vouchers bears the risk of those that are not redeemed yet: see `Standing.covers`. Amounts are in the smallest unit of
the channel's token.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from eth_utils import to_checksum_address

from marketplace.chain import signatures
from marketplace.chain.contracts import View, calldata, views
from marketplace.chain.deployments import Deployment
from marketplace.chain.eip712 import TypedData, fields, to_contract

ZERO_ADDRESS = "0x" + "0" * 40
DAY = 86_400

CHANNEL_TYPE = fields(
    "address payer, address payerAuthorizer, address receiver, address receiverAuthorizer, address token, "
    "uint40 withdrawDelay, bytes32 salt"
)
VOUCHER_TYPE = fields("bytes32 channelId, uint128 maxClaimableAmount")
REFUND_TYPE = fields("bytes32 channelId, uint256 nonce, uint128 amount")
BATCH_TYPE = fields("ClaimEntry[] claims")
ENTRY_TYPE = fields("bytes32 channelId, uint128 maxClaimableAmount, uint128 totalClaimed")


@dataclass(frozen=True, slots=True)
class Channel:
    """What makes a channel, and so its id."""

    payer: str
    receiver: str  # a work's address (`Rights.addressOf`), or anybody's
    token: str
    receiver_authorizer: str = ZERO_ADDRESS  # may charge less than was signed, and refund
    payer_authorizer: str = ZERO_ADDRESS  # signs instead of the payer
    withdraw_delay: int = DAY  # seconds in which vouchers can be redeemed before the payer's money goes back
    salt: int = 0  # tells apart channels that are the same otherwise; a small number costs least

    @property
    def signer(self) -> str:
        """Who signs the vouchers."""
        return self.payer if self.payer_authorizer == ZERO_ADDRESS else self.payer_authorizer

    @property
    def conditions(self) -> tuple[str, str, int]:
        """What channels of one batch share."""
        return to_checksum_address(self.receiver), to_checksum_address(self.receiver_authorizer), self.withdraw_delay

    @property
    def message(self) -> dict[str, Any]:
        """As EIP-712 JSON and as `IMeter.ChannelConfig`: the names are the same."""
        receiver, receiver_authorizer, delay = self.conditions
        return {
            "payer": to_checksum_address(self.payer),
            "payerAuthorizer": to_checksum_address(self.payer_authorizer),
            "receiver": receiver,
            "receiverAuthorizer": receiver_authorizer,
            "token": to_checksum_address(self.token),
            "withdrawDelay": delay,
            "salt": f"0x{self.salt:064x}",
        }

    def id(self, deployment: Deployment) -> str:
        """As `Meter.hashChannel`: good on one chain and one Meter."""
        message = {**self.message, "withdrawDelay": str(self.withdraw_delay)}
        return signatures.digest(_to_meter(deployment, {"ChannelConfig": CHANNEL_TYPE}, message))

    def voucher_typed_data(self, amount: int, deployment: Deployment) -> TypedData:
        """What the payer (or `signer`) signs for all that the channel owes so far."""
        message = {"channelId": self.id(deployment), "maxClaimableAmount": str(amount)}
        return _to_meter(deployment, {"Voucher": VOUCHER_TYPE}, message)

    def refund_typed_data(self, amount: int, deployment: Deployment, *, nonce: int) -> TypedData:
        """What the receiver's authoriser signs to give money back at once. `nonce`: `Standing.refund_nonce`."""
        message = {"channelId": self.id(deployment), "nonce": str(nonce), "amount": str(amount)}
        return _to_meter(deployment, {"Refund": REFUND_TYPE}, message)


@dataclass(frozen=True, slots=True)
class Voucher:
    """A signed voucher for `amount` in all, since the channel began."""

    channel: Channel
    amount: int
    signature: str

    def verify(self, deployment: Deployment) -> None:
        """Raises signatures.BadSignature; RpcUnavailable if only the chain could tell and did not."""
        typed = self.channel.voucher_typed_data(self.amount, deployment)
        signatures.verify(typed, self.signature, signer=self.channel.signer)

    @property
    def struct(self) -> tuple[str, str, str, int]:
        """`IMeter.Voucher`, for ABI encoding."""
        message = self.channel.message
        return message["payer"], message["payerAuthorizer"], message["salt"], self.amount


@dataclass(frozen=True, slots=True)
class Standing:
    """A channel as the chain has it."""

    deposited: int  # less what went back to the payer
    spent: int
    withdrawing: int  # what the payer asked back
    ready_at: int  # unix seconds from which that can be paid; 0: nothing was asked
    refund_nonce: int

    @property
    def available(self) -> int:
        return self.deposited - self.spent

    def covers(self, amount: int) -> bool:
        """Whether a voucher of `amount` is good, and no withdrawal is under way that could come first."""
        return amount <= self.deposited and not self.ready_at


def charge_typed_data(vouchers: Sequence[Voucher], totals: Sequence[int], deployment: Deployment) -> TypedData:
    """What the receiver's authoriser signs to charge `totals` of vouchers that allow more, so that anyone may send it.

    In the order of `charge_call`.
    """
    claims = [
        {
            "channelId": voucher.channel.id(deployment),
            "maxClaimableAmount": str(voucher.amount),
            "totalClaimed": str(total),
        }
        for voucher, total in zip(vouchers, totals, strict=True)
    ]
    return _to_meter(deployment, {"ClaimBatch": BATCH_TYPE, "ClaimEntry": ENTRY_TYPE}, {"claims": claims})


# calls


def deposit_call(channel: Channel, amount: int, *, payment: tuple[int, str, bytes]) -> str:
    """Calldata that fills a channel, new or not. `payment` as `IPayments.Payment`.

    E.g. `payment.by_allowance`, or `payment.Authorization.to_buy(purpose=channel.id(…))` signed with "Meter" as payee.
    """
    return calldata("Meter", "deposit", [channel.message, amount, payment])


def redeem_call(vouchers: Iterable[Voucher]) -> str:
    """Calldata that redeems all that vouchers of one token allow. Raises ValueError for vouchers of several."""
    ordered = sorted(vouchers, key=_conditions)
    batches = [_batch(list(group)) for _, group in groupby(ordered, key=_conditions)]
    return calldata("Meter", "redeem", [_token(ordered), batches])


def charge_call(vouchers: Sequence[Voucher], totals: Sequence[int], *, authorization: str = "0x") -> str:
    """Calldata that charges `totals` of vouchers for one receiver, in one token, under the same conditions.

    `authorization`: the signature of `charge_typed_data`, unless receiver or authoriser send it themselves. Raises
    ValueError for vouchers that are not of one batch.
    """
    if len({_conditions(voucher) for voucher in vouchers}) > 1 or len(totals) != len(vouchers):
        raise ValueError("A charge is for one receiver, under the same conditions, with a total for each voucher.")
    return calldata("Meter", "redeem", [_token(vouchers), [_batch(vouchers, totals, authorization)]])


def start_withdrawal_call(channel: Channel, amount: int) -> str:
    """Calldata by which the payer asks money back, to be had after `withdraw_delay`. 0 takes that back."""
    return calldata("Meter", "startWithdrawal", [channel.message, amount])


def finish_withdrawal_call(channel: Channel) -> str:
    """Calldata that pays what was asked back, or what is left of it; anyone may send it."""
    return calldata("Meter", "finishWithdrawal", [channel.message])


def refund_call(channel: Channel, amount: int, *, nonce: int, signature: str) -> str:
    """Calldata that gives money back on the signature of `Channel.refund_typed_data`; anyone may send it."""
    return calldata("Meter", "refundFor", [channel.message, amount, nonce, signature])


# what the chain says


def standing(channel: Channel, deployment: Deployment) -> Standing:
    """A channel now; all zero if it never had money. Raises RpcUnavailable, RpcError."""
    names = ("channelOf", "withdrawalOf", "refundNonceOf")
    (deposited, spent), (withdrawing, ready_at), nonce = views(
        [View("Meter", name, [channel.id(deployment)]) for name in names]
    )
    return Standing(deposited, spent, withdrawing, ready_at, nonce)


def _conditions(voucher: Voucher) -> tuple[str, str, int]:
    return voucher.channel.conditions


def _token(vouchers: Sequence[Voucher]) -> str:
    """The token of all of them. Raises ValueError for none or several."""
    tokens = {to_checksum_address(voucher.channel.token) for voucher in vouchers}
    if len(tokens) != 1:
        raise ValueError(f"Vouchers of one token are redeemed at a time, not of {len(tokens)}.")
    return tokens.pop()


def _batch(vouchers: Sequence[Voucher], totals: Sequence[int] = (), authorization: str = "0x") -> tuple[Any, ...]:
    """`IMeter.Batch`, for ABI encoding."""
    structs = [voucher.struct for voucher in vouchers]
    proofs = [voucher.signature for voucher in vouchers]
    return (*_conditions(vouchers[0]), structs, proofs, list(totals), authorization)


def _to_meter(deployment: Deployment, types: dict[str, Any], message: dict[str, Any]) -> TypedData:
    """The first of `types` is what is signed."""
    return to_contract(deployment, "Meter", types, next(iter(types)), message)
