// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC1155} from "@openzeppelin/contracts/token/ERC1155/ERC1155.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {PaymentSplitter} from "openzeppelin-v4/finance/PaymentSplitter.sol";
import {ERC20} from "solady/tokens/ERC20.sol";

/// @notice A token that only moves balances: what is saved where there is no blacklist to ask.
contract BareToken is ERC20 {
    function name() public pure override returns (string memory) {
        return "Bare";
    }

    function symbol() public pure override returns (string memory) {
        return "BARE";
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }
}

// What others do in our place, compiled by the same optimiser as what we ship.

/// @notice OpenZeppelin 4.9: fixed payees, each of whom claims.
contract PeerSplitterFactory {
    function create(address[] calldata payees, uint256[] calldata shares) external returns (PaymentSplitter) {
        return new PaymentSplitter(payees, shares);
    }
}

/// @notice The buyer pays every holder in the purchase itself; the cheapest there is, since it checks and keeps nothing.
contract PeerPushLoop {
    using SafeERC20 for IERC20;

    function pay(IERC20 asset, address[] calldata holders, uint256 part) external {
        for (uint256 i; i < holders.length; ++i) {
            asset.safeTransferFrom(msg.sender, holders[i], part);
        }
    }
}

/// @notice OpenZeppelin 5: an ERC-1155 that earns nothing.
contract PeerERC1155 is ERC1155("") {
    function mint(address to, uint256 id, uint256 amount) external {
        _mint(to, id, amount, "");
    }
}
