// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TimelockController} from "@openzeppelin/contracts/governance/TimelockController.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

import {Fixture} from "./utils/Fixture.sol";

/// @notice Timelock.tree: who owns the other contracts, and what they can do at once (nothing, after the set-up).
contract TimelockTest is Fixture {
    TimelockController internal timelock;
    address internal governor = makeAddr("governor");

    function setUp() public override {
        super.setUp();
        timelock = TimelockController(payable(deployCode("Timelock.sol:Timelock", abi.encode(governor))));
        delayBy(2 days);
    }

    function announce(address target, bytes memory call) internal {
        uint256 delay = timelock.getMinDelay();
        vm.prank(governor);
        timelock.schedule(target, 0, call, 0, 0, delay);
    }

    function execute(address target, bytes memory call) internal {
        vm.prank(relayer);
        timelock.execute(target, 0, call, 0, 0);
    }

    /// @dev As the set-up does: it is born without a delay.
    function delayBy(uint256 time) internal {
        bytes memory call = abi.encodeCall(timelock.updateDelay, (time));
        announce(address(timelock), call);
        execute(address(timelock), call);
    }

    function test_AnyoneDoesWhatTheGovernorAnnouncedOnceItIsTime() external {
        vm.prank(owner);
        rights.transferOwnership(address(timelock));
        bytes memory call = abi.encodeCall(rights.acceptOwnership, ());
        announce(address(rights), call);
        skip(2 days - 1);
        vm.expectRevert();
        execute(address(rights), call);
        skip(1);
        execute(address(rights), call);
        assertEq(rights.owner(), address(timelock));
    }

    function test_TheGovernorCallsOff() external {
        bytes memory call = abi.encodeCall(timelock.updateDelay, (0));
        announce(address(timelock), call);
        bytes32 id = timelock.hashOperation(address(timelock), 0, call, 0, 0);
        vm.prank(governor);
        timelock.cancel(id);
        assertFalse(timelock.isOperation(id));
    }

    function test_RevertWhen_SomebodyElseAnnounces() external {
        bytes32 role = timelock.PROPOSER_ROLE();
        vm.expectRevert(abi.encodeWithSelector(IAccessControl.AccessControlUnauthorizedAccount.selector, relayer, role));
        vm.prank(relayer);
        timelock.schedule(address(rights), 0, "", 0, 0, 2 days);
    }

    function test_OnlyItselfAdministersIt() external {
        bytes32 admin = timelock.DEFAULT_ADMIN_ROLE();
        assertTrue(timelock.hasRole(admin, address(timelock)));
        assertFalse(timelock.hasRole(admin, governor));
        assertFalse(timelock.hasRole(admin, address(this)));
        vm.expectRevert(abi.encodeWithSelector(TimelockController.TimelockUnauthorizedCaller.selector, governor));
        vm.prank(governor);
        timelock.updateDelay(0);
    }
}
