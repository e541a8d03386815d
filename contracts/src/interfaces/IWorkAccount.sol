// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/interfaces/IERC20.sol";

/// @title A work's own payment address. Nobody controls it: only Rights moves what arrives there, by its own rules.
/// @dev It takes tokens of Rights, so that a work can hold shares of another, and no other ERC-1155.
interface IWorkAccount {
    /// @notice Only Rights may do this.
    error NotRights(address caller, address rights);

    /// @notice The asset does not wrap native coin one to one.
    error NotWrapped(address asset, uint256 got, uint256 wanted);

    /// @notice Only tokens of Rights may be kept here; any other could never leave.
    error ForeignToken(address token, address rights);

    function RIGHTS() external view returns (address);

    /// @notice Sends `amount` of an ERC-20 to `to`. Only Rights.
    function send(IERC20 asset, address to, uint256 amount) external;

    /// @notice Sends all native coin that lies here to `to`. Only Rights.
    function sendNative(address payable to) external;

    /// @notice Turns all native coin that lies here into as much of `asset`, or reverts. Only Rights.
    function wrap(IERC20 asset) external;
}
