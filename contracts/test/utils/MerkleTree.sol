// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";

/// @notice A Merkle tree as OpenZeppelin's StandardMerkleTree lays it out, of leaves in the order given: the root first,
/// the children of node i at 2i + 1 and 2i + 2, the leaves last and backwards.
library MerkleTree {
    /// @dev keccak256(bytes.concat(keccak256(abi.encode(workId, weight)))), without using up memory.
    function leaf(uint256 workId, uint64 weight) internal pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(0x00, workId)
            mstore(0x20, weight)
            mstore(0x00, keccak256(0x00, 0x40))
            hash := keccak256(0x00, 0x20)
        }
    }

    function build(bytes32[] memory leaves) internal pure returns (bytes32[] memory nodes) {
        nodes = new bytes32[](2 * leaves.length - 1);
        for (uint256 i; i < leaves.length; ++i) {
            nodes[nodes.length - 1 - i] = leaves[i];
        }
        for (uint256 i = leaves.length - 1; i > 0; --i) {
            nodes[i - 1] = Hashes.commutativeKeccak256(nodes[2 * i - 1], nodes[2 * i]);
        }
    }

    function proof(bytes32[] memory nodes, uint256 index) internal pure returns (bytes32[] memory path) {
        uint256 length;
        for (uint256 node = nodes.length - 1 - index; node > 0; node = (node - 1) / 2) {
            ++length;
        }
        path = new bytes32[](length);
        uint256 step;
        for (uint256 node = nodes.length - 1 - index; node > 0; node = (node - 1) / 2) {
            path[step++] = nodes[node % 2 == 0 ? node - 1 : node + 1];
        }
    }
}
