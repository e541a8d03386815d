// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {WETH} from "solady/tokens/WETH.sol";

/// @title Wrapped native coin, by the name and symbol that it has on mainnet.
/// @dev For development chains only; elsewhere the chain's own is used.
contract TestWETH is WETH {}
