// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ITestUSDC} from "../utils/Deployed.sol";
import {World} from "./World.sol";

/// @notice The owner, the court, a token's blacklist, and time. I12: nothing that an owner does changes what anybody is
/// owed.
abstract contract OwnerHandler is World {
    address[] internal edges;

    modifier owingTheSame() {
        bytes32 before = _allOwed();
        _;
        require(before == _allOwed(), "I12");
    }

    function setFee(uint256 seed, uint256 bps) external owingTheSame {
        vm.prank(owner);
        MARKET.setFee(bps % 501, person(seed));
    }

    function pauseSales(uint256 seed, uint256) external owingTheSame {
        vm.prank(owner);
        MARKET.pauseSales(seed % 4 == 0);
    }

    /// @dev Mostly lets our own edges be, so that there is trade; and lets strangers in.
    function authoriseEdge(uint256 seed, uint256 choice) external owingTheSame {
        address edge = seed % 2 == 0 ? edges[(seed >> 8) % edges.length] : person(seed >> 8);
        vm.prank(owner);
        RIGHTS.authoriseEdge(edge, choice % 4 != 0);
    }

    function allowAsset(uint256 seed, uint256) external owingTheSame {
        vm.startPrank(owner);
        RIGHTS.allowAsset(assetBy(seed), false); // what exists goes on, and is paid
        RIGHTS.allowAsset(assetBy(seed), true);
        vm.stopPrank();
    }

    function setCourt(uint256 seed, uint256) external owingTheSame {
        vm.prank(owner);
        RIGHTS.setCourt(seed % 4 == 0 ? person(seed >> 8) : COURT);
    }

    function handOver(uint256 seed, uint256) external owingTheSame {
        address heir = person(seed);
        vm.startPrank(owner);
        RIGHTS.transferOwnership(heir);
        MARKET.transferOwnership(heir);
        vm.stopPrank();
        vm.startPrank(heir);
        RIGHTS.acceptOwnership();
        MARKET.acceptOwnership();
        vm.stopPrank();
        owner = heir;
    }

    /// @dev What is earned until now is safe from the court too.
    function hold(uint256 seed, uint256) external owingTheSame {
        uint256 work = workBy(seed);
        if (MODEL.isHeld(work)) return;
        vm.prank(RIGHTS.court());
        RIGHTS.hold(work);
        MODEL.hold(work);
    }

    function lift(uint256 seed, uint256 choice) external {
        uint256 work = workBy(seed);
        if (!MODEL.isHeld(work)) return;
        (, uint40 until) = RIGHTS.escrowOf(work);
        uint256[] memory to = sameAsset(work, workBy(seed >> 8));
        uint256 toWork = to[to.length - 1];
        if (choice % 2 == 0) {
            if (vm.getBlockTimestamp() < until) return;
            toWork = work; // anybody, once it is too long
        } else {
            vm.prank(RIGHTS.court());
        }
        RIGHTS.lift(work, toWork);
        MODEL.lift(work, toWork);
    }

    function blacklist(uint256 seed, uint256 choice) external {
        ITestUSDC token = ITestUSDC(assets[seed % 2]);
        vm.prank(BLACKLISTER);
        if (choice % 2 == 0) token.blacklist(person(seed >> 8));
        else token.unBlacklist(person(seed >> 8));
    }

    function wait_(uint256 time, uint256) external {
        vm.warp(vm.getBlockTimestamp() + (time % 4 == 0 ? bound(time, 1, 400 days) : bound(time, 1, 2 days)));
    }

    function _allOwed() private view returns (bytes32 hash) {
        for (uint256 i; i < works.length; ++i) {
            for (uint256 j; j < MODEL.holderCount(); ++j) {
                hash = keccak256(abi.encode(hash, RIGHTS.owed(works[i], MODEL.holders(j))));
            }
        }
    }
}
