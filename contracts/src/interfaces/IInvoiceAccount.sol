// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";

/// @title The address of one purchase. Only Invoices moves what arrives there, by its own rules.
interface IInvoiceAccount {
    /// @notice Only Invoices may do this.
    error NotInvoices(address caller, address invoices);

    function INVOICES() external view returns (address);

    /// @notice Lets `market` take `price` of an asset, and calls it. Only Invoices.
    function buy(address market, IERC20 asset, uint256 price, bytes calldata purchase) external;

    /// @notice Sends `amount` of an ERC-20 to `to`. Only Invoices.
    function send(IERC20 asset, address to, uint256 amount) external;
}
