"""What creators and curators sign for remixes and collections is what the contracts check, by eth_account's digests."""

import random
from typing import Any

import pytest
from eth_account.messages import encode_typed_data
from eth_utils import keccak, to_checksum_address

from marketplace.catalog import remixes
from marketplace.catalog.editions import EDITION_TYPE, Consent, Edition
from marketplace.chain import abis, contracts, signatures
from marketplace.chain.deployments import Deployment

SEEDS = range(20)


def digest(types: str, primary: str, message: dict[str, Any], contract: str, deployed: Deployment) -> str:
    """By eth_account, of types written out here once more."""
    domain = {
        "name": f"Mintmark {contract}",
        "version": "1",
        "chainId": deployed.chain_id,
        "verifyingContract": to_checksum_address(deployed.address_of(contract)),
    }
    fields = [dict(zip(("type", "name"), field.split(), strict=True)) for field in types.split(", ")]
    signable = encode_typed_data(domain_data=domain, message_types={primary: fields}, message_data=message)
    return "0x" + keccak(b"\x19" + signable.version + signable.header + signable.body).hex()


def number(bits: int, dice: random.Random) -> int:
    """Every fourth is the least or the greatest there is."""
    return dice.choice([0, 2**bits - 1]) if dice.random() < 0.25 else dice.getrandbits(bits)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_approval_is_what_the_contract_checks(seed, deployed):
    dice = random.Random(seed)
    draft, parent_id = "0x" + dice.randbytes(32).hex(), number(256, dice)
    message = {"draft": bytes.fromhex(draft[2:]), "parentId": parent_id}
    expected = digest("bytes32 draft, uint256 parentId", "Approval", message, "Remix", deployed)
    assert contracts.view("Remix", "hashApproval", [draft, parent_id]) == expected
    assert signatures.digest(remixes.approval_typed_data(deployed, draft=draft, parent_id=parent_id)) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_a_consent_is_what_the_contract_checks(seed, deployed):
    dice = random.Random(seed)
    work_id, curator = number(256, dice), to_checksum_address(dice.randbytes(20))
    terms = {"min_part": number(64, dice), "not_before": number(40, dice), "not_after": number(40, dice)}
    message = {
        "workId": work_id,
        "curator": curator,
        "minPart": terms["min_part"],
        "notBefore": terms["not_before"],
        "notAfter": terms["not_after"],
    }
    types = "uint256 workId, address curator, uint64 minPart, uint40 notBefore, uint40 notAfter"
    expected = digest(types, "Consent", message, "Collections", deployed)
    assert contracts.view("Collections", "hashConsent", list(message.values())) == expected
    assert signatures.digest(Consent(**terms).typed_data(deployed, work_id=work_id, curator=curator)) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_the_salt_of_an_edition_is_what_the_contract_checks(seed, deployed):
    dice = random.Random(seed)
    weights = {dice.randint(1, 2**64): dice.randint(1, 2**32) for _ in range(dice.randint(1, 9))}
    edition = Edition(weights, previous=number(64, dice), salt=number(256, dice))
    assert contracts.view("Collections", "saltOf", [edition.struct]) == edition.draft_salt


@pytest.mark.parametrize(
    ("contract", "function", "declared"),
    [("Collections", "publish", EDITION_TYPE), ("Remix", "register", "(uint256,bytes)[]")],
)
def test_structs_are_those_of_the_contract(contract, function, declared):
    assert abis.type_of(abis.function(contract, function, 3)["inputs"][2]) == declared
