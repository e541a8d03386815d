// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155Receiver} from "@openzeppelin/contracts/interfaces/IERC1155Receiver.sol";
import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {IWorkAccount} from "./interfaces/IWorkAccount.sol";
import {IWrappedNative} from "./interfaces/IWrappedNative.sol";

/// @title The code behind the minimal clones at `Rights.addressOf`.
contract WorkAccount is IWorkAccount, ERC1155Holder {
    using SafeERC20 for IERC20;

    /// @inheritdoc IWorkAccount
    address public immutable RIGHTS = msg.sender;

    modifier onlyRights() {
        if (msg.sender != RIGHTS) revert NotRights(msg.sender, RIGHTS);
        _;
    }

    /// @dev A sale elsewhere may pay its royalty in native coin; Rights knows where that belongs.
    receive() external payable {}

    /// @inheritdoc IWorkAccount
    function send(IERC20 asset, address to, uint256 amount) external onlyRights {
        asset.safeTransfer(to, amount);
    }

    /// @inheritdoc IWorkAccount
    function sendNative(address payable to) external onlyRights {
        Address.sendValue(to, address(this).balance);
    }

    /// @inheritdoc IWorkAccount
    function wrap(IERC20 asset) external onlyRights {
        uint256 amount = address(this).balance;
        uint256 before = asset.balanceOf(address(this));
        IWrappedNative(address(asset)).deposit{value: amount}();
        uint256 got = asset.balanceOf(address(this)) - before;
        if (got != amount) revert NotWrapped(address(asset), got, amount);
    }

    /// @inheritdoc IERC1155Receiver
    function onERC1155Received(address operator, address from, uint256 id, uint256 amount, bytes memory data)
        public
        override
        returns (bytes4)
    {
        if (msg.sender != RIGHTS) revert ForeignToken(msg.sender, RIGHTS);
        return super.onERC1155Received(operator, from, id, amount, data);
    }

    /// @inheritdoc IERC1155Receiver
    function onERC1155BatchReceived(
        address operator,
        address from,
        uint256[] memory ids,
        uint256[] memory amounts,
        bytes memory data
    ) public override returns (bytes4) {
        if (msg.sender != RIGHTS) revert ForeignToken(msg.sender, RIGHTS);
        return super.onERC1155BatchReceived(operator, from, ids, amounts, data);
    }
}
