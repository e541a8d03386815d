// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {VmSafe} from "forge-std/Vm.sol";

import {Artefacts} from "../utils/Artefacts.sol";
import {Invariants} from "./Invariants.sol";

/// @notice A campaign of actions that all return early would prove nothing, and a function that nobody thought of would
/// go untested: every function of every contract that changes anything is called by the handler, and answers.
contract EntryPointsTest is Invariants, Artefacts {
    uint256 internal constant ROUNDS = 15;

    mapping(address target => mapping(bytes4 selector => bool)) internal _played;

    function test_TheHandlerPlaysEveryEntryPoint() external {
        vm.pauseGasMetering(); // it takes more than a test is given
        bytes4[] memory actions = selectorsOf("Handler.sol:Handler");
        for (uint256 round; round < ROUNDS; ++round) {
            for (uint256 i; i < actions.length; ++i) {
                this.play(actions[i], uint256(keccak256(abi.encode(round, i))));
            }
            checkAll();
        }
        assertPlayed(address(rights), "Rights.sol:Rights");
        assertPlayed(address(market), "Market.sol:Market");
        assertPlayed(address(meter), "Meter.sol:Meter");
        assertPlayed(address(streams), "Streams.sol:Streams");
        assertPlayed(address(remix), "Remix.sol:Remix");
        assertPlayed(address(collections), "Collections.sol:Collections");
        assertPlayed(address(invoices), "Invoices.sol:Invoices");
    }

    /// @dev What the handler calls, and what that calls, as long as it does not revert. A call of its own, since the
    /// record of one takes much memory.
    function play(bytes4 action, uint256 seed) external {
        vm.startStateDiffRecording();
        (bool ok, bytes memory reason) =
            address(handler).call(abi.encodePacked(action, seed, uint256(keccak256(abi.encode(seed)))));
        VmSafe.AccountAccess[] memory calls = vm.stopAndReturnStateDiff();
        if (!ok) revert(string.concat(vm.toString(action), " fails: ", vm.toString(reason)));
        for (uint256 i; i < calls.length; ++i) {
            bool isCall = calls[i].kind == VmSafe.AccountAccessKind.Call && !calls[i].reverted;
            if (isCall && calls[i].data.length >= 4) _played[calls[i].account][bytes4(calls[i].data)] = true;
        }
    }

    function assertPlayed(address target, string memory artefact) internal {
        bytes4[] memory selectors = selectorsOf(artefact);
        for (uint256 i; i < selectors.length; ++i) {
            // An owner who gives up would end what the owner's part of the handler can do; nothing else follows from it.
            if (selectors[i] == bytes4(keccak256("renounceOwnership()"))) continue;
            string memory selector = vm.toString(abi.encodePacked(selectors[i]));
            assertTrue(_played[target][selectors[i]], string.concat(artefact, " ", selector, " is never played"));
        }
    }
}
