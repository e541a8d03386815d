"""What creators and payers of streams sign is what the contract checks: digests by eth_account, type hashes by hand."""

import random
from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from eth_utils import keccak, to_checksum_address

from marketplace.chain.contracts import view
from marketplace.chain.deployments import Deployment
from marketplace.licensing.payment import authorization_nonce, new_salt
from marketplace.licensing.streams import StreamOffer, opening_purpose, topping_up_purpose

TERMS = "Terms(bytes32 document,uint32 scopes,uint40 duration,bool transferable,uint32 remixShares,bool remixApproval)"
STREAM_OFFER = (
    "StreamOffer(uint256 workId,address seller,Terms terms,uint128 price,uint40 period,uint16 maxFeeBps,"
    "uint40 deadline,address licensee,uint64 counter,uint256 salt)"
)
LIMITS = {"workId": 256, "price": 128, "period": 40, "maxFeeBps": 16, "deadline": 40, "counter": 64, "salt": 256}


def word(value: Any) -> bytes:
    """A value as the 32 bytes that EIP-712 hashes."""
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return bytes.fromhex(value[2:]).rjust(32, b"\0")
    return int(value).to_bytes(32)


def anything(seed: int) -> dict[str, Any]:
    """An offer of any values; every fourth number is the least or the greatest there is."""
    dice = random.Random(seed)

    def number(bits: int) -> int:
        return dice.choice([0, 2**bits - 1]) if dice.random() < 0.25 else dice.randrange(2**bits)

    return {
        **{name: number(bits) for name, bits in LIMITS.items()},
        "seller": to_checksum_address(dice.randbytes(20)),
        "licensee": to_checksum_address(dice.randbytes(20)),
        "terms": {
            "document": dice.randbytes(32),
            "scopes": number(32),
            "duration": number(40),
            "transferable": dice.random() < 0.5,
            "remixShares": number(32),
            "remixApproval": dice.random() < 0.5,
        },
    }


def domain(deployed: Deployment) -> dict[str, Any]:
    return {
        "name": "Mintmark Streams",
        "version": "1",
        "chainId": deployed.chain_id,
        "verifyingContract": to_checksum_address(deployed.address_of("Streams")),
    }


def hashed(declaration: str) -> bytes:
    return keccak(declaration.encode())


def digest(separator: bytes, struct: bytes) -> str:
    return "0x" + keccak(b"\x19\x01" + separator + struct).hex()


@pytest.mark.parametrize("seed", range(12))
def test_the_contract_hashes_as_wallets_do(seed: int, deployed: Deployment) -> None:
    offer = anything(seed)
    members = [part.split() for part in STREAM_OFFER[len("StreamOffer(") : -1].split(",")]
    agreed = [part.split() for part in TERMS[len("Terms(") : -1].split(",")]
    types = {
        "StreamOffer": [{"name": name, "type": kind} for kind, name in members],
        "Terms": [{"name": name, "type": kind} for kind, name in agreed],
    }
    signable = encode_typed_data(domain(deployed), types, offer)

    assert view("Streams", "hashStreamOffer", [offer]) == digest(signable.header, signable.body)


def test_the_contract_hashes_as_the_standard_says(deployed: Deployment) -> None:
    """The same by hand: no library between the words of EIP-712 and the digest."""
    offer = anything(99)
    terms = keccak(hashed(TERMS) + b"".join(word(value) for value in offer["terms"].values()))
    order = ["workId", "seller", "terms", "price", "period", "maxFeeBps", "deadline", "licensee", "counter", "salt"]
    values = {**offer, "terms": terms}
    struct = keccak(hashed(STREAM_OFFER + TERMS) + b"".join(word(values[name]) for name in order))
    declaration = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    home = domain(deployed)
    separator = keccak(
        hashed(declaration)
        + hashed(home["name"])
        + hashed(home["version"])
        + word(home["chainId"])
        + word(home["verifyingContract"])
    )

    assert view("Streams", "hashStreamOffer", [offer]) == digest(separator, struct)


def test_the_contract_tells_its_domain(deployed: Deployment) -> None:
    """ERC-5267, which wallets read to show whom a signature is for."""
    _, name, version, chain_id, contract, _, extensions = view("Streams", "eip712Domain")

    assert (name, version, chain_id, contract) == (
        "Mintmark Streams",
        "1",
        deployed.chain_id,
        deployed.address_of("Streams"),
    )
    assert extensions == []


@pytest.mark.parametrize("seed", range(4))
def test_our_client_hashes_as_the_contract_does(seed: int, deployed: Deployment) -> None:
    dice = random.Random(seed)
    offer = StreamOffer(
        work_id=dice.randrange(2**64),
        seller=f"0x{dice.randbytes(20).hex()}",
        document=f"0x{dice.randbytes(32).hex()}",
        scopes=dice.randrange(2**32),
        price=dice.randrange(2**96),
        period=dice.randrange(2**40),
        max_fee_bps=dice.randrange(2**16),
        deadline=dice.randrange(2**40),
        licensee=f"0x{dice.randbytes(20).hex()}",
        counter=dice.randrange(2**64),
    )

    assert offer.digest(deployed) == view("Streams", "hashStreamOffer", [offer.message])


def test_payments_are_bound_as_the_contract_binds_them(deployed: Deployment) -> None:
    offer, licensee, salt = new_salt(), to_checksum_address(f"0x{'ab' * 20}"), new_salt()

    opening = opening_purpose(offer, licensee)
    assert opening == view("Streams", "openingPurpose", [offer, licensee])
    assert topping_up_purpose(7, licensee) == view("Streams", "toppingUpPurpose", [7, licensee])
    assert authorization_nonce(opening, salt) == view("Streams", "authorizationNonce", [opening, salt])


def test_the_address_of_an_invoice_needs_no_chain(deployed: Deployment) -> None:
    """CREATE2 of a minimal clone (ERC-1167), by hand: the account's code is the first contract that Invoices made."""
    factory = bytes.fromhex(deployed.address_of("Invoices")[2:])
    code = keccak(b"\xd6\x94" + factory + b"\x01")[12:]
    clone = (
        bytes.fromhex("3d602d80600a3d3981f3363d3d373d3d3d363d73")
        + code
        + bytes.fromhex("5af43d82803e903d91602b57fd5bf3")
    )
    members = {
        "offer": new_salt(),
        "licensee": f"0x{'12' * 20}",
        "units": 3,
        "refundTo": f"0x{'34' * 20}",
        "salt": new_salt(),
    }
    salt = keccak(b"".join(word(value) for value in members.values()))

    told = view("Invoices", "addressOf", [members])

    assert told == "0x" + keccak(b"\xff" + factory + salt + keccak(clone))[12:].hex()
