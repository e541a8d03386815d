"""What is signed for channels is what Meter checks: digests by eth_account, type hashes by hand, and x402's types."""

import random
from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from eth_utils import keccak, to_checksum_address

from marketplace.chain import signatures
from marketplace.chain.contracts import view
from marketplace.chain.deployments import Deployment
from marketplace.licensing.channels import Channel, Voucher, charge_typed_data
from marketplace.licensing.payment import authorization_nonce, new_salt

# As x402's batch-settlement declares them; its clients' wallets show the same.
CHANNEL = (
    "ChannelConfig(address payer,address payerAuthorizer,address receiver,address receiverAuthorizer,address token,"
    "uint40 withdrawDelay,bytes32 salt)"
)
VOUCHER = "Voucher(bytes32 channelId,uint128 maxClaimableAmount)"
REFUND = "Refund(bytes32 channelId,uint256 nonce,uint128 amount)"
ENTRY = "ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)"
BATCH = "ClaimBatch(ClaimEntry[] claims)"
DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"


def hashed(declaration: str) -> bytes:
    return keccak(declaration.encode())


def word(value: Any) -> bytes:
    """A value as the 32 bytes that EIP-712 hashes."""
    if isinstance(value, bytes):
        return value.rjust(32, b"\0")
    if isinstance(value, str):
        return bytes.fromhex(value[2:]).rjust(32, b"\0")
    return int(value).to_bytes(32)


def struct(declaration: str, *values: Any) -> bytes:
    return keccak(hashed(declaration) + b"".join(map(word, values)))


def digest(deployed: Deployment, struct_hash: bytes) -> str:
    """By hand: no library between the words of EIP-712 and the digest."""
    separator = keccak(
        hashed(DOMAIN)
        + hashed("Mintmark Meter")
        + hashed("1")
        + word(deployed.chain_id)
        + word(deployed.address_of("Meter"))
    )
    return "0x" + keccak(b"\x19\x01" + separator + struct_hash).hex()


def by_eth_account(deployed: Deployment, *declarations: str, message: dict[str, Any]) -> str:
    """The digest that eth_account would have a key sign; the first declaration is the message's."""
    types = {
        name: [dict(zip(("type", "name"), part.split(), strict=True)) for part in members.rstrip(")").split(",")]
        for name, members in (declaration.split("(") for declaration in declarations)
    }
    domain = {
        "name": "Mintmark Meter",
        "version": "1",
        "chainId": deployed.chain_id,
        "verifyingContract": to_checksum_address(deployed.address_of("Meter")),
    }
    signable = encode_typed_data(domain, types, message)
    return "0x" + keccak(b"\x19" + signable.version + signable.header + signable.body).hex()


def address(dice: random.Random) -> str:
    return to_checksum_address(dice.randbytes(20))


def number(dice: random.Random, bits: int) -> int:
    """Every fourth is the least or the greatest there is."""
    return dice.choice([0, 2**bits - 1]) if dice.random() < 0.25 else dice.randrange(2**bits)


def channel(dice: random.Random, **changes: Any) -> Channel:
    values = {
        "payer": address(dice),
        "receiver": address(dice),
        "token": address(dice),
        "receiver_authorizer": address(dice),
        "payer_authorizer": address(dice),
        "withdraw_delay": number(dice, 40),
        "salt": number(dice, 256),
    }
    return Channel(**{**values, **changes})


@pytest.mark.parametrize("seed", range(12))
def test_a_channel_has_the_same_id_everywhere(seed: int, deployed: Deployment) -> None:
    some = channel(random.Random(seed))
    message = some.message

    on_chain = view("Meter", "hashChannel", [message])

    assert on_chain == digest(deployed, struct(CHANNEL, *message.values()))
    signable = {**message, "salt": bytes.fromhex(message["salt"][2:])}
    assert on_chain == by_eth_account(deployed, CHANNEL, message=signable)
    assert on_chain == some.id(deployed)


@pytest.mark.parametrize("seed", range(12))
def test_vouchers_and_refunds_are_hashed_as_wallets_do(seed: int, deployed: Deployment) -> None:
    dice = random.Random(seed)
    some = channel(dice)
    channel_id, amount, nonce = some.id(deployed), number(dice, 128), number(dice, 256)
    raw = bytes.fromhex(channel_id[2:])

    voucher = view("Meter", "hashVoucher", [channel_id, amount])
    assert voucher == digest(deployed, struct(VOUCHER, channel_id, amount))
    message = {"channelId": raw, "maxClaimableAmount": amount}
    assert voucher == by_eth_account(deployed, VOUCHER, message=message)
    assert voucher == signatures.digest(some.voucher_typed_data(amount, deployed))

    refund = view("Meter", "hashRefund", [channel_id, nonce, amount])
    assert refund == digest(deployed, struct(REFUND, channel_id, nonce, amount))
    message = {"channelId": raw, "nonce": nonce, "amount": amount}
    assert refund == by_eth_account(deployed, REFUND, message=message)
    assert refund == signatures.digest(some.refund_typed_data(amount, deployed, nonce=nonce))


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_a_batch_is_hashed_as_wallets_do(count: int, deployed: Deployment) -> None:
    dice = random.Random(count)
    first = channel(dice)
    shared = {
        "receiver": first.receiver,
        "receiver_authorizer": first.receiver_authorizer,
        "withdraw_delay": first.withdraw_delay,
        "token": first.token,
    }
    vouchers = [Voucher(channel(dice, **shared), number(dice, 128), "0x") for _ in range(count)]
    totals = [number(dice, 128) for _ in vouchers]
    ids = [voucher.channel.id(deployed) for voucher in vouchers]
    structs = [voucher.struct for voucher in vouchers]
    batch = [*first.conditions, structs, ["0x"] * count, totals, "0x"]

    on_chain = view("Meter", "hashClaimBatch", [first.token, batch])

    rows = list(zip(ids, (voucher.amount for voucher in vouchers), totals, strict=True))
    entries = keccak(b"".join(struct(ENTRY, *row) for row in rows))
    assert on_chain == digest(deployed, struct(BATCH + ENTRY, entries))
    names = ("channelId", "maxClaimableAmount", "totalClaimed")
    claims = [dict(zip(names, (bytes.fromhex(row[0][2:]), *row[1:]), strict=True)) for row in rows]
    assert on_chain == by_eth_account(deployed, BATCH, ENTRY, message={"claims": claims})
    assert on_chain == signatures.digest(charge_typed_data(vouchers, totals, deployed))


def test_meter_tells_its_domain(deployed: Deployment) -> None:
    """ERC-5267, which wallets read to show whom a signature is for."""
    _, name, version, chain_id, contract, _, extensions = view("Meter", "eip712Domain")

    assert (name, version, chain_id, contract) == (
        "Mintmark Meter",
        "1",
        deployed.chain_id,
        deployed.address_of("Meter"),
    )
    assert extensions == []


def test_deposits_are_bound_to_their_channel(deployed: Deployment) -> None:
    channel_id, salt = channel(random.Random(1)).id(deployed), new_salt()
    assert authorization_nonce(channel_id, salt) == view("Meter", "authorizationNonce", [channel_id, salt])
