// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @notice A contract wallet (ERC-1271) of one key, which can be locked. It takes ERC-1155 tokens.
contract Wallet is IERC1271, ERC1155Holder {
    address private immutable SIGNER;
    bool public locked;

    constructor(address signer) {
        SIGNER = signer;
    }

    function lock() external {
        locked = true;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address recovered,,) = ECDSA.tryRecoverCalldata(digest, signature);
        return recovered == SIGNER && !locked ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
