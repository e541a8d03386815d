// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";

/// @title The owner of the other contracts: what it will do is announced first, and done after the delay, by anyone.
/// @notice The governor announces and calls off; nobody administers the timelock but itself.
/// @dev Born without a delay, so that the set-up ends in the same minute by setting one: `updateDelay`, itself an
/// operation. No argument depends on the chain, so the address is the same on every one.
contract Timelock is TimelockController {
    constructor(address governor) TimelockController(0, _only(governor), _only(address(0)), address(0)) {}

    function _only(address account) private pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = account;
    }
}
