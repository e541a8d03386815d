// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {Fixture} from "./utils/Fixture.sol";

/// @notice RoyaltySplitter.tree, "a transfer of shares": money stays with whoever held the share when it came.
contract ShareTransfersTest is Fixture {
    uint256 internal work;
    uint256 internal other;

    function setUp() public override {
        super.setUp();
        work = mintWork(1);
        other = mintWork(2);
    }

    /// @dev I6: a transfer changes what nobody is owed.
    function testFuzz_LeavesWhatBothSidesEarned(uint64 before, uint32 shares, uint64 later, bool settledBefore)
        external
    {
        shares = uint32(bound(shares, 0, 900_000));
        if (before != 0) earn(work, before);
        if (settledBefore) giveShares(artist, fan, work, 0);
        uint256 artistOwed = rights.owed(work, artist);
        uint256 fanOwed = rights.owed(work, fan);

        giveShares(artist, fan, work, shares);
        assertEq(rights.owed(work, artist), artistOwed);
        assertEq(rights.owed(work, fan), fanOwed);

        if (later != 0) earn(work, later);
        rights.push(one(work), two(artist, fan));
        uint256 artistNumerator = uint256(before) * 900_000 + uint256(later) * (900_000 - shares);
        assertEq(usdc.balanceOf(artist), artistNumerator / SHARES);
        assertEq(usdc.balanceOf(fan), uint256(later) * shares / SHARES);
    }

    function test_ToOneselfChangesNothing() external {
        earn(work, 100 * USDC);
        giveShares(artist, artist, work, 900_000);
        assertEq(rights.balanceOf(artist, work), 900_000);
        assertEq(rights.owed(work, artist), 90 * USDC);
    }

    function test_OfNothingIsAllowedToAnyone() external {
        earn(work, 100 * USDC);
        giveShares(fan, artist, work, 0);
        assertEq(rights.balanceOf(artist, work), 900_000);
        assertEq(rights.owed(work, artist), 90 * USDC);
    }

    function test_InBatchesSettlesEveryWork() external {
        earn(work, 100 * USDC);
        earn(other, 10 * USDC);
        uint256[] memory ids = new uint256[](3);
        uint256[] memory amounts = new uint256[](3);
        (ids[0], ids[1], ids[2]) = (work, other, work);
        (amounts[0], amounts[1], amounts[2]) = (100_000, 200_000, 300_000);
        vm.prank(artist);
        rights.safeBatchTransferFrom(artist, fan, ids, amounts, "");

        earn(work, 100 * USDC);
        earn(other, 10 * USDC);
        assertEq(rights.owed(work, artist), 140 * USDC);
        assertEq(rights.owed(work, fan), 40 * USDC);
        assertEq(rights.owed(other, artist), 16 * USDC);
        assertEq(rights.owed(other, fan), 2 * USDC);
    }

    function test_RevertWhen_BatchLengthsDiffer() external {
        vm.expectRevert(abi.encodeWithSelector(IERC1155Errors.ERC1155InvalidArrayLength.selector, 2, 1));
        vm.prank(artist);
        rights.safeBatchTransferFrom(artist, fan, two(work, other), one(1), "");
    }

    function testFuzz_RevertWhen_TheGiverHasTooFew(uint256 shares) external {
        shares = bound(shares, 900_001, type(uint256).max);
        vm.expectRevert(
            abi.encodeWithSelector(IERC1155Errors.ERC1155InsufficientBalance.selector, artist, 900_000, shares, work)
        );
        giveShares(artist, fan, work, shares);
    }

    function test_RevertWhen_NotApproved() external {
        vm.expectRevert(abi.encodeWithSelector(IERC1155Errors.ERC1155MissingApprovalForAll.selector, fan, artist));
        vm.prank(fan);
        rights.safeTransferFrom(artist, fan, work, 1, "");
    }

    function test_AnEarlierWorkMayHoldThem() external {
        giveShares(artist, rights.addressOf(work), other, 500_000);
        assertEq(rights.balanceOf(rights.addressOf(work), other), 500_000);
    }

    function test_RevertWhen_TheWorkIsNotEarlier() external {
        vm.startPrank(artist);
        address account = rights.addressOf(other);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnfitParent.selector, other, work));
        rights.safeTransferFrom(artist, account, work, 1, "");
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnfitParent.selector, other, other));
        rights.safeTransferFrom(artist, account, other, 1, "");
    }

    function test_RevertWhen_TheWorkEarnsInAnotherAsset() external {
        ITestUSDC euro = newUSDC();
        vm.prank(owner);
        rights.allowAsset(address(euro), true);
        uint256 euroWork = mintWorkIn(address(euro), 3);
        address account = rights.addressOf(work);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnfitParent.selector, work, euroWork));
        vm.prank(artist);
        rights.safeTransferFrom(artist, account, euroWork, 1, "");
    }
}
