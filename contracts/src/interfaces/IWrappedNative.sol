// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The part of WETH, and of its like on every chain, that makes an ERC-20 of native coin.
interface IWrappedNative {
    /// @notice Gives the caller one unit for each unit of native coin that comes with the call.
    function deposit() external payable;
}
