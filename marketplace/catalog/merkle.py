"""Merkle trees as OpenZeppelin's `StandardMerkleTree` makes them: what its tools and its `MerkleProof` agree on.

A leaf is the double keccak-256 of the ABI-encoded value. Leaves are sorted; a node hashes its two children in order of
size. The nodes are one list, root first: the children of node i are 2i + 1 and 2i + 2, the leaves are last, backwards.
"""

from collections.abc import Sequence
from itertools import pairwise

from eth_utils.crypto import keccak


def leaf_of(encoded: bytes) -> bytes:
    """The leaf of an ABI-encoded value. Hashed twice, so that no inner node can pass for one."""
    return keccak(keccak(encoded))


class MerkleTree:
    """A tree of leaves, by the order in which they were given."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """Raises ValueError for no leaves, or for the same one twice."""
        if not leaves:
            raise ValueError("A tree has at least one leaf.")
        order = sorted(range(len(leaves)), key=leaves.__getitem__)
        last = 2 * len(leaves) - 2
        self.nodes = [b""] * (last + 1)
        self._place = [0] * len(leaves)  # of each leaf in nodes
        for rank, index in enumerate(order):
            self._place[index] = last - rank
            self.nodes[last - rank] = leaves[index]
        if any(leaves[a] == leaves[b] for a, b in pairwise(order)):
            raise ValueError("The same leaf is there twice.")
        for node in range(len(leaves) - 2, -1, -1):
            self.nodes[node] = _pair(self.nodes[2 * node + 1], self.nodes[2 * node + 2])

    @property
    def root(self) -> bytes:
        return self.nodes[0]

    def proof(self, index: int) -> list[bytes]:
        """The siblings on the way from a leaf up to the root."""
        node = self._place[index]
        path = []
        while node:
            path.append(self.nodes[node - 1 if node % 2 == 0 else node + 1])
            node = (node - 1) // 2
        return path


def _pair(a: bytes, b: bytes) -> bytes:
    return keccak(a + b if a < b else b + a)
