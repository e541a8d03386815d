// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Wallet} from "./Wallet.sol";

/// @notice Whenever it is called, it tries functions of a contract, and keeps in mind which no guard refused.
/// @dev It calls them with nothing but zeros, which any list of arguments can be read from.
contract Intruder is ERC1155Holder {
    address public target;
    bytes4[] private _selectors;
    bytes4[] private _unguarded;
    uint256 public visits;

    function prepare(address target_, bytes4[] calldata selectors) external {
        (target, _selectors) = (target_, selectors);
    }

    function unguarded() external view returns (bytes4[] memory) {
        return _unguarded;
    }

    /// @notice Money came: a token with hooks says so.
    function onMoney() external {
        _intrude();
    }

    /// @notice A signature asks for a wallet.
    function deployWallet(address signer) external {
        _intrude();
        new Wallet(signer);
    }

    function onERC1155Received(address, address, uint256, uint256, bytes memory) public override returns (bytes4) {
        _intrude();
        return this.onERC1155Received.selector;
    }

    function _intrude() private {
        if (target == address(0) || visits++ != 0) return;
        for (uint256 i; i < _selectors.length; ++i) {
            (, bytes memory answer) = target.call(abi.encodePacked(_selectors[i], new bytes(2048)));
            bool refused = bytes4(answer) == ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector;
            if (!refused) _unguarded.push(_selectors[i]);
        }
    }
}
