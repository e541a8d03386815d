// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LibString} from "solady/utils/LibString.sol";

/// @title Content named by its sha2-256 digest, written as a CID.
/// @dev CIDv1 in base16 (`f`): version 01, codec 55 (raw), multihash 12 (sha2-256) of length 20 (32 bytes).
library ContentId {
    function cid(bytes32 digest) internal pure returns (string memory) {
        return string.concat("f01551220", LibString.toHexStringNoPrefix(uint256(digest), 32));
    }

    function uri(bytes32 digest) internal pure returns (string memory) {
        return string.concat("ipfs://", cid(digest));
    }

    /// @dev ERC-7053's commitData. It repeats the CID, of which the log's topic keeps only a hash.
    function commitData(string memory contentCid, bytes32 metadata) internal pure returns (string memory) {
        return string.concat('{"assetCid":"', contentCid, '","metadata":"', uri(metadata), '"}');
    }
}
