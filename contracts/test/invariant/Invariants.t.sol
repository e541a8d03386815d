// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Invariants} from "./Invariants.sol";

/// @notice Random people, in random order. One campaign for all invariants, so that each state is reached once.
contract InvariantsTest is Invariants {
    function setUp() public override {
        super.setUp();
        targetContract(address(handler));
    }

    function invariant_AllOfThem() external {
        checkAll();
    }
}
