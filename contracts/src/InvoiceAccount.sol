// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Address} from "@openzeppelin/contracts/utils/Address.sol";

import {IInvoiceAccount} from "./interfaces/IInvoiceAccount.sol";

/// @title The code behind the minimal clones at `Invoices.addressOf`.
contract InvoiceAccount is IInvoiceAccount {
    using SafeERC20 for IERC20;

    /// @inheritdoc IInvoiceAccount
    address public immutable INVOICES = msg.sender;

    modifier onlyInvoices() {
        if (msg.sender != INVOICES) revert NotInvoices(msg.sender, INVOICES);
        _;
    }

    /// @inheritdoc IInvoiceAccount
    function buy(address market, IERC20 asset, uint256 price, bytes calldata purchase) external onlyInvoices {
        asset.forceApprove(market, price);
        Address.functionCall(market, purchase);
    }

    /// @inheritdoc IInvoiceAccount
    function send(IERC20 asset, address to, uint256 amount) external onlyInvoices {
        asset.safeTransfer(to, amount);
    }
}
