"""Wallets on a real chain: they sign and send what the clients of the contracts prepare for them."""

import json
import secrets
from typing import Any

from eth_account import Account as Keys
from eth_account.messages import encode_typed_data

from marketplace.catalog.minting import Mint
from marketplace.chain import contracts, transactions
from marketplace.chain.deployments import deployment
from marketplace.chain.dev.accounts import PEOPLE, Person
from marketplace.chain.eip712 import fields, to_contract
from marketplace.chain.rpc import get_rpc

ARTIST, COLLABORATOR, COMPANY, FAN, CURATOR = PEOPLE
USDC = 10**6
SHARES = 1_000_000
ZERO = "0x" + "0" * 40
TRAIN, REMIX = 1, 32

TERMS_TYPE = fields(
    "bytes32 document, uint32 scopes, uint40 duration, bool transferable, uint32 remixShares, bool remixApproval"
)
OFFER_TYPE = fields(
    "uint256 workId, address seller, Terms terms, uint128 price, uint32 maxUnits, uint16 maxFeeBps, uint40 deadline, "
    "address licensee, uint64 counter, uint256 salt"
)


def sign(person: Person, typed_data: dict[str, Any]) -> str:
    # As a wallet gets it: its JSON numbers are exact only up to 2**53.
    received = json.loads(json.dumps(typed_data), parse_int=lambda digits: int(float(digits)))
    signed = Keys.sign_message(encode_typed_data(full_message=received), person.account.key)
    return "0x" + signed.signature.hex()


def send(person: Person, transaction: dict[str, Any]) -> dict[str, Any]:
    """Sends a transaction that succeeds; its receipt."""
    rpc = get_rpc()
    tx_hash = transactions.send(rpc, person.account, to=transaction["to"], data=transaction["data"])
    receipt = transactions.wait(rpc, tx_hash)
    assert int(receipt["status"], 16) == 1
    return receipt


def call(person: Person, contract: str, function: str, args: list[Any], *, to: str | None = None) -> dict[str, Any]:
    data = contracts.calldata(contract, function, args)
    return send(person, {"to": to or deployment().address_of(contract), "data": data})


def draft(creator: Person, shares: dict[str, int] | None = None, *, salt: int | None = None, content: str = "") -> Mint:
    """A draft of a work that earns in USDC; all of it is its creator's, or `shares`: {holder: shares}."""
    struct = {
        "creator": creator.address,
        "asset": deployment().usdc,
        "content": content or "0x" + secrets.token_hex(32),
        "metadata": "0x" + secrets.token_hex(32),
        "royaltyBps": 500,
        "operator": ZERO,
        "deadline": 0,
        "salt": secrets.randbits(256) if salt is None else salt,
        "shares": [
            {"holder": holder, "amount": amount} for holder, amount in (shares or {creator.address: SHARES}).items()
        ],
    }
    return Mint(struct, deployment())


def work_of(mint: Mint) -> int:
    return contracts.view("Rights", "workOf", [mint.hash])


def minted(creator: Person, shares: dict[str, int] | None = None) -> int:
    """A work, by its creator's own transaction; its id."""
    mint = draft(creator, shares)
    send(creator, mint.transaction)
    return work_of(mint)


def buy(buyer: Person, work_id: int, seller: Person, price: int, **terms: Any) -> int:
    """A licence of a work, for ever, with new money by allowance; its id."""
    deployed = deployment()
    offer = {
        "workId": work_id,
        "seller": seller.address,
        "terms": {
            "document": "0x" + "11" * 32,
            "scopes": TRAIN,
            "duration": 0,
            "transferable": False,
            "remixShares": 0,
            "remixApproval": False,
            **terms,
        },
        "price": price,
        "maxUnits": 0,
        "maxFeeBps": 500,
        "deadline": 0,
        "licensee": ZERO,
        "counter": 0,
        "salt": secrets.randbits(32),
    }
    types = {"LicenceOffer": OFFER_TYPE, "Terms": TERMS_TYPE}
    signature = sign(seller, to_contract(deployed, "Market", types, "LicenceOffer", offer))
    call(buyer, "TestUSDC", "mint", [buyer.address, price], to=deployed.usdc)
    call(buyer, "TestUSDC", "approve", [deployed.market, price], to=deployed.usdc)
    call(buyer, "Market", "buyLicence", [offer, signature, buyer.address, 1, price, (0, buyer.address, "0x"), []])
    return contracts.view("Rights", "licenceId", [work_id, offer["terms"]])


def revenue(work_id: int) -> int:
    return contracts.view("Rights", "revenueOf", [work_id])


def kept() -> tuple[int, int]:
    """What Rights keeps of USDC, and what it has of it."""
    deployed = deployment()
    reserves = contracts.view("Rights", "reserves", [deployed.usdc])
    return reserves, contracts.view("TestUSDC", "balanceOf", [deployed.rights], address=deployed.usdc)
