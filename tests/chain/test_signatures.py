"""EIP-712 by keys, ERC-1271 by contract wallets."""

import pytest
from eth_account.messages import encode_typed_data

from marketplace.chain import signatures
from marketplace.chain.contracts import view
from marketplace.chain.rpc import RpcUnavailable
from marketplace.chain.signatures import BadSignature

MAIL = {  # the example of EIP-712 itself
    "types": {
        "EIP712Domain": [
            {"name": "name", "type": "string"},
            {"name": "version", "type": "string"},
            {"name": "chainId", "type": "uint256"},
            {"name": "verifyingContract", "type": "address"},
        ],
        "Person": [{"name": "name", "type": "string"}, {"name": "wallet", "type": "address"}],
        "Mail": [
            {"name": "from", "type": "Person"},
            {"name": "to", "type": "Person"},
            {"name": "contents", "type": "string"},
        ],
    },
    "primaryType": "Mail",
    "domain": {
        "name": "Ether Mail",
        "version": "1",
        "chainId": 1,
        "verifyingContract": "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
    },
    "message": {
        "from": {"name": "Cow", "wallet": "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
        "to": {"name": "Bob", "wallet": "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
        "contents": "Hello, Bob!",
    },
}
NOBODY = "0x" + "99" * 20


def sign(account, typed=MAIL):
    return "0x" + account.sign_message(encode_typed_data(full_message=typed)).signature.hex().removeprefix("0x")


def test_the_digest_is_that_of_the_standard():
    assert signatures.digest(MAIL) == "0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"


def test_the_digest_is_what_the_contracts_compute(traffic):
    """The draft of a work, as Rights hashes it."""
    draft = traffic.draft()
    typed = {
        "types": {
            "EIP712Domain": MAIL["types"]["EIP712Domain"],
            "Share": [{"name": "holder", "type": "address"}, {"name": "amount", "type": "uint32"}],
            "Draft": [
                {"name": "creator", "type": "address"},
                {"name": "asset", "type": "address"},
                {"name": "content", "type": "bytes32"},
                {"name": "metadata", "type": "bytes32"},
                {"name": "royaltyBps", "type": "uint16"},
                {"name": "operator", "type": "address"},
                {"name": "deadline", "type": "uint64"},
                {"name": "salt", "type": "uint256"},
                {"name": "shares", "type": "Share[]"},
            ],
        },
        "primaryType": "Draft",
        "domain": {
            "name": "Mintmark Rights",
            "version": "1",
            "chainId": 31337,
            "verifyingContract": traffic.deployed.rights,
        },
        "message": {**draft, "salt": str(draft["salt"])},  # JSON numbers end at 2^53: a string, as wallets take it
    }
    assert signatures.digest(typed) == view("Rights", "hashDraft", [draft])


def test_a_key_that_signed_is_believed(accounts):
    signatures.verify(MAIL, sign(accounts.ada), signer=accounts.ada.address)
    signatures.verify(MAIL, sign(accounts.ada), signer=accounts.ada.address.lower())


@pytest.mark.parametrize(
    "signature", ["", "0x", "0x12", "hello", "0x" + "00" * 65, "0x" + "ff" * 65, "0x" + "11" * 64, "0x" + "11" * 500]
)
def test_what_is_no_signature_is_refused(anvil, accounts, signature):
    with pytest.raises(BadSignature):
        signatures.verify(MAIL, signature, signer=accounts.ada.address)


def test_another_message_or_another_signer_is_refused(anvil, accounts):
    changed = {**MAIL, "message": {**MAIL["message"], "contents": "Hello, Eve!"}}
    with pytest.raises(BadSignature):
        signatures.verify(changed, sign(accounts.ada), signer=accounts.ada.address)
    with pytest.raises(BadSignature):
        signatures.verify(MAIL, sign(accounts.ada), signer=accounts.ben.address)
    other_chain = {**MAIL, "domain": {**MAIL["domain"], "chainId": 2}}
    with pytest.raises(BadSignature):
        signatures.verify(other_chain, sign(accounts.ada), signer=accounts.ada.address)


def test_what_is_no_typed_data_is_refused():
    with pytest.raises(ValueError, match="EIP-712"):
        signatures.digest({"message": {}})


def put_code(anvil, code):
    anvil.call("anvil_setCode", NOBODY, code)


def test_a_contract_wallet_is_asked(anvil):
    # PUSH4 1626ba7e, PUSH1 e0, SHL, PUSH0, MSTORE, PUSH1 20, PUSH0, RETURN: accepts everything
    put_code(anvil, "0x631626ba7e60e01b5f5260205ff3")
    signatures.verify(MAIL, "0x1234", signer=NOBODY)


@pytest.mark.parametrize(
    "code",
    {
        "says another word": "0x6312345678" + "60e01b5f5260205ff3",
        "reverts": "0x5f5ffd",
        "says nothing": "0x00",
        "says the magic word at the wrong end": "0x631626ba7e5f5260205ff3",
    }.items(),
    ids=lambda item: item[0],
)
def test_a_contract_wallet_that_does_not_say_yes_means_no(anvil, code):
    put_code(anvil, code[1])
    with pytest.raises(BadSignature):
        signatures.verify(MAIL, "0x1234", signer=NOBODY)


def test_a_contract_wallet_sees_what_was_signed(anvil):
    """Answers yes only if the digest and the signature's first word are what it was given to expect."""
    expected = signatures.digest(MAIL)[2:]
    # if calldata[4:36] != digest revert; if calldata[100:132] != 0x11…11 revert; else the magic word
    code = (
        "7f" + expected + "600435" + "14" + "602b57" + "5f5ffd" + "5b"
        "7f" + "11" * 32 + "606435" + "14" + "605757" + "5f5ffd" + "5b"
        "631626ba7e60e01b5f5260205ff3"
    )  # fmt: skip
    put_code(anvil, f"0x{code}")
    signatures.verify(MAIL, "0x" + "11" * 32, signer=NOBODY)
    with pytest.raises(BadSignature):
        signatures.verify(MAIL, "0x" + "22" * 32, signer=NOBODY)


def test_if_only_the_chain_could_tell_and_is_away_it_says_so(accounts):
    with pytest.raises(RpcUnavailable):
        signatures.verify(MAIL, "0x1234", signer=accounts.ada.address)
