"""The trees that OpenZeppelin's own tools and contracts agree on."""

import random

import pytest
from eth_abi import encode
from eth_utils import keccak

from marketplace.catalog.merkle import MerkleTree, leaf_of

# What @openzeppelin/merkle-tree 1.0.6 makes of "a" to "f" as strings: its test/dumps/standard-v1.sorted.1_0_6.json.
NODES = [
    "6deb52b5da8fd108f79fab00341f38d2587896634c646ee52e49f845680a70c8",
    "52426e0f1f65ff7e209a13b8c29cffe82e3acaf3dad0a9b9088f3b9a61a929c3",
    "fd3cf45654e88d1cc5d663578c82c76f4b5e3826bacaa1216441443504538f51",
    "8076923e76cf01a7c048400a2304c9a9c23bbbdac3a98ea3946340fdafbba34f",
    "965b92c6cf08303cc4feb7f3e0819c436c2cec17c6f0688a6af139c9a368707c",
    "eba909cf4bb90c6922771d7f126ad0fd11dfde93f3937a196274e1ac20fd2f5b",
    "c62a8cfa41edc0ef6f6ae27a2985b7d39c7fea770787d7e104696c6e81f64848",
    "9cf5a63718145ba968a01c1d557020181c5b252f665cf7386d370eddb176517b",
    "9c15a6a0eaeed500fd9eed4cbeab71f797cefcc67bfd46683e4d2e6ff7f06d1c",
    "9a4f64e953595df82d1b4f570d34c4f4f0cfaf729a61e9d60e83e579e1aa283e",
    "19ba6c6333e0e9a15bf67523e0676e2f23eb8e574092552d5e888c64a4bb3681",
]


def test_a_tree_is_the_one_that_openzeppelin_makes():
    tree = MerkleTree([leaf_of(encode(["string"], [letter])) for letter in "abcdef"])
    assert [node.hex() for node in tree.nodes] == NODES
    assert [node.hex() for node in tree.proof(1)] == [NODES[9], NODES[3], NODES[2]]  # of "b", at 10


def climbed(leaf: bytes, proof: list[bytes]) -> bytes:
    for sibling in proof:
        leaf = keccak(min(leaf, sibling) + max(leaf, sibling))
    return leaf


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 1000])
def test_every_proof_leads_to_the_root(size):
    dice = random.Random(size)
    leaves = [dice.randbytes(32) for _ in range(size)]
    tree = MerkleTree(leaves)
    for index, leaf in enumerate(leaves):
        proof = tree.proof(index)
        assert climbed(leaf, proof) == tree.root
        assert len(proof) <= size.bit_length()


def test_the_order_of_members_does_not_matter():
    leaves = [bytes([n]) * 32 for n in range(9)]
    assert MerkleTree(leaves).root == MerkleTree(leaves[::-1]).root


@pytest.mark.parametrize("leaves", [[], [b"a" * 32, b"b" * 32, b"a" * 32]], ids=["none", "one twice"])
def test_what_is_no_tree_is_refused(leaves):
    with pytest.raises(ValueError):
        MerkleTree(leaves)
