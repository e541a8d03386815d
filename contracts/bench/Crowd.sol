// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155} from "@openzeppelin/contracts/interfaces/IERC1155.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";

/// @notice A holder who gives its shares away by the hundred: for benchmarks that need many events in few transactions.
contract Crowd is ERC1155Holder {
    /// @dev One share of a work to each of `count` accounts, the first of which is `first`.
    function scatter(IERC1155 rights, uint256 workId, uint160 first, uint256 count) external {
        for (uint256 i; i < count; ++i) {
            rights.safeTransferFrom(address(this), address(first + uint160(i)), workId, 1, "");
        }
    }
}
