// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRights} from "../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {Fixture} from "./utils/Fixture.sol";

/// @notice Flows.tree: earnings that become revenue of other works, without leaving Rights.
contract FlowsTest is Fixture {
    uint256 internal root;
    uint256 internal child;
    uint256 internal leaf;
    address internal stranger = makeAddr("stranger");

    function setUp() public override {
        super.setUp();
        root = mintWork(1);
        child = mintWork(2);
        leaf = mintWork(3);
        giveShares(artist, rights.addressOf(root), child, 200_000);
        giveShares(artist, rights.addressOf(child), leaf, 500_000);
    }

    function branches(uint256[2] memory first, uint256[2] memory second)
        internal
        pure
        returns (IRoyaltySplitter.Branch[] memory list)
    {
        list = new IRoyaltySplitter.Branch[](2);
        list[0] = IRoyaltySplitter.Branch(first[0], first[1]);
        list[1] = IRoyaltySplitter.Branch(second[0], second[1]);
    }

    // flow

    function test_Flow_MovesMoneyUpThroughAnyDepth() external {
        earn(leaf, 100 * USDC);
        uint256 kept = rights.reserves(address(usdc));
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Flowed(leaf, child, 50 * USDC);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Distributed(child, stranger, 50 * USDC, 50 * USDC);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Flowed(child, root, 10 * USDC);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Distributed(root, stranger, 10 * USDC, 10 * USDC);
        vm.prank(stranger);
        rights.flow(branches([leaf, child], [child, root]));

        assertEq(rights.revenueOf(child), 50 * USDC);
        assertEq(rights.revenueOf(root), 10 * USDC);
        assertEq(rights.owed(leaf, rights.addressOf(child)), 0);
        assertEq(rights.owed(child, artist), 35 * USDC); // 70 %: a tenth is the collaborator's, a fifth the root's
        assertEq(rights.owed(root, artist), 9 * USDC);
        assertEq(rights.reserves(address(usdc)), kept);
    }

    function test_Flow_OfNothingIsANoOp() external {
        earn(leaf, 100 * USDC);
        rights.flow(branches([leaf, child], [child, root]));
        vm.recordLogs();
        rights.flow(branches([leaf, child], [leaf, child]));
        rights.flow(branches([uint256(99), leaf], [leaf, root]));
        rights.flow(branches([leaf, root], [leaf, root])); // no shares, no money
        rights.flow(new IRoyaltySplitter.Branch[](0));
        assertEq(vm.getRecordedLogs().length, 0);
    }

    /// @dev An address is known before its work is, so shares can be there first: money must not go in circles by it.
    function test_Flow_RevertWhen_TheParentIsNoEarlierWork() external {
        uint256 count = rights.workCount();
        uint256 state = vm.snapshotState();
        uint256 later = mintWork(4);
        address account = rights.addressOf(later);
        assertTrue(vm.revertToState(state));
        assertEq(rights.workCount(), count);
        giveShares(artist, account, leaf, 100_000); // of an earlier work, to one that is yet to be
        assertEq(mintWork(4), later);
        giveShares(artist, rights.addressOf(leaf), later, 100_000);
        earn(leaf, 100 * USDC);

        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnfitParent.selector, later, leaf));
        rights.flow(branches([later, leaf], [leaf, later])); // the first would do, the second closes the circle
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnfitParent.selector, leaf, leaf));
        rights.flow(branches([leaf, leaf], [leaf, root]));
        assertEq(rights.revenueOf(later), 0);
        assertEq(rights.reserves(address(usdc)), 100 * USDC);
    }

    function testFuzz_Flow_LosesNothing(uint64[5] memory payments, uint8 order) external {
        uint256 paid;
        for (uint256 i; i < payments.length; ++i) {
            if (payments[i] == 0) continue;
            earn(leaf, payments[i]);
            paid += payments[i];
            if (order & (1 << i) != 0) rights.flow(branches([leaf, child], [child, root]));
        }
        rights.flow(branches([leaf, child], [child, root]));
        assertEq(rights.revenueOf(leaf), paid);
        assertEq(rights.revenueOf(child), paid / 2); // whatever the order: the rest of the division waits
        assertEq(rights.revenueOf(root), paid / 2 / 5);
        assertEq(rights.reserves(address(usdc)), paid);
    }

    // forward

    function test_Forward_BecomesRevenueOfOtherWorks() external {
        earn(leaf, 100 * USDC); // 40 of it the artist's
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Forwarded(leaf, artist, 30 * USDC);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Distributed(root, artist, 20 * USDC, 20 * USDC);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Distributed(child, artist, 10 * USDC, 10 * USDC);
        vm.prank(artist);
        rights.forward(leaf, two(root, child), two(20 * USDC, 10 * USDC));
        assertEq(rights.owed(leaf, artist), 10 * USDC);
        assertEq(rights.owed(root, collaborator), 2 * USDC);
        assertEq(rights.reserves(address(usdc)), 100 * USDC);
    }

    function test_Forward_ToTheSameWorkTwice() external {
        earn(leaf, 100 * USDC);
        vm.prank(artist);
        rights.forward(leaf, two(root, root), two(1, 2));
        assertEq(rights.revenueOf(root), 3);
    }

    function test_Forward_OfNothingMovesNothing() external {
        vm.prank(stranger);
        rights.forward(leaf, one(root), one(uint256(0)));
        assertEq(rights.revenueOf(root), 0);
    }

    function testFuzz_Forward_RevertWhen_MoreThanOwed(uint64 arrived, uint64 wanted) external {
        vm.assume(arrived != 0);
        earn(leaf, arrived);
        uint256 owed = rights.owed(leaf, artist);
        wanted = uint64(bound(wanted, owed + 1, type(uint64).max));
        vm.startPrank(artist);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.OwedTooLittle.selector, owed, wanted));
        rights.forward(leaf, one(root), one(uint256(wanted)));
        rights.forward(leaf, one(root), one(owed));
        assertEq(rights.owed(leaf, artist), 0);
    }

    function test_Forward_RevertWhen_ListsOrAssetsDiffer() external {
        earn(leaf, 100 * USDC);
        ITestUSDC euro = newUSDC();
        vm.prank(owner);
        rights.allowAsset(address(euro), true);
        uint256 foreign = mintWorkIn(address(euro), 9);
        vm.startPrank(artist);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.LengthsDiffer.selector, 1, 2));
        rights.forward(leaf, one(root), two(1, 1));
        vm.expectRevert(
            abi.encodeWithSelector(IRoyaltySplitter.AssetsDiffer.selector, foreign, address(euro), address(usdc))
        );
        rights.forward(leaf, one(foreign), one(uint256(1)));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 99));
        rights.forward(leaf, one(99), one(uint256(1)));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 99));
        rights.forward(99, one(leaf), one(uint256(0)));
    }
}

/// @notice Flows.tree: revenue of a work in dispute.
contract HoldsTest is Fixture {
    uint256 internal work;
    uint256 internal other;
    address internal court = makeAddr("court");
    address internal stranger = makeAddr("stranger");

    function setUp() public override {
        super.setUp();
        work = mintWork(1);
        other = mintWork(2);
        vm.prank(owner);
        rights.setCourt(court);
        earn(work, 100 * USDC);
    }

    function held() internal {
        vm.prank(court);
        rights.hold(work);
    }

    function test_Hold_RevertWhen_CallerIsNotTheCourt() external {
        address[3] memory callers = [artist, owner, stranger];
        for (uint256 i; i < callers.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.NotTheCourt.selector, callers[i], court));
            vm.prank(callers[i]);
            rights.hold(work);
        }
    }

    function test_Hold_RevertWhen_UnknownOrHeldAlready() external {
        held();
        vm.startPrank(court);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.AlreadyHeld.selector, work, block.timestamp + 180 days));
        rights.hold(work);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 99));
        rights.hold(99);
    }

    function test_Hold_LeavesWhatWasEarned() external {
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Held(work, court, block.timestamp + rights.HOLD_LIMIT());
        held();
        usdc.mint(address(rights), 50 * USDC);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Escrowed(work, stranger, 50 * USDC);
        vm.prank(stranger);
        assertEq(rights.distribute(work), 50 * USDC);

        (uint128 amount, uint40 until) = rights.escrowOf(work);
        assertEq(amount, 50 * USDC);
        assertEq(until, block.timestamp + 180 days);
        assertEq(rights.revenueOf(work), 100 * USDC);
        assertEq(rights.reserves(address(usdc)), 150 * USDC);
        assertEq(rights.claim(one(work), artist), 90 * USDC);
        giveShares(artist, fan, work, 1);
        assertEq(rights.owed(work, collaborator), 10 * USDC);
    }

    function test_Hold_ALicenceIsStillSold() external {
        held();
        fund(company, 100 * USDC);
        uint256 id = buy(licenceOffer(work), company, 1);
        assertEq(rights.balanceOf(company, id), 1);
        (uint128 amount,) = rights.escrowOf(work);
        assertEq(amount, 97_500_000);
        assertEq(rights.deferred(address(usdc), treasury), 2_500_000);
    }

    function test_Lift_ByTheCourtForTheWorkOrTheOriginal() external {
        held();
        earn(work, 50 * USDC);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Lifted(work, other, 50 * USDC);
        vm.prank(court);
        rights.lift(work, other);
        assertEq(rights.revenueOf(other), 50 * USDC);
        assertEq(rights.revenueOf(work), 100 * USDC);
        (uint128 amount, uint40 until) = rights.escrowOf(work);
        assertEq(uint256(amount) + until, 0);

        earn(work, 7);
        assertEq(rights.revenueOf(work), 100 * USDC + 7);
        held(); // again
        earn(work, 5);
        vm.prank(court);
        rights.lift(work, work);
        assertEq(rights.revenueOf(work), 100 * USDC + 12);
        assertEq(rights.reserves(address(usdc)), 150 * USDC + 12);
    }

    function test_Lift_IntoAWorkThatIsHeldToo() external {
        held();
        earn(work, 50 * USDC);
        vm.startPrank(court);
        rights.hold(other);
        rights.lift(work, other);
        (uint128 amount,) = rights.escrowOf(other);
        assertEq(amount, 50 * USDC);
    }

    function test_Lift_ByAnybodyAfterTheLimitForTheWorkItself() external {
        held();
        earn(work, 50 * USDC);
        uint256 until = block.timestamp + 180 days;
        bytes memory tooEarly = abi.encodeWithSelector(IRoyaltySplitter.HeldUntil.selector, work, until);
        vm.startPrank(stranger);
        vm.warp(until - 1);
        vm.expectRevert(tooEarly);
        rights.lift(work, work);
        vm.warp(until);
        vm.expectRevert(tooEarly);
        rights.lift(work, other);
        rights.lift(work, work);
        assertEq(rights.revenueOf(work), 150 * USDC);
    }

    function test_Lift_RevertWhen_NotHeldOrAnotherAsset() external {
        vm.startPrank(court);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.NotHeld.selector, work));
        rights.lift(work, work);
        rights.hold(work);
        vm.stopPrank();
        earn(work, 1);
        ITestUSDC euro = newUSDC();
        vm.prank(owner);
        rights.allowAsset(address(euro), true);
        uint256 foreign = mintWorkIn(address(euro), 9);
        vm.expectRevert(
            abi.encodeWithSelector(IRoyaltySplitter.AssetsDiffer.selector, foreign, address(euro), address(usdc))
        );
        vm.prank(court);
        rights.lift(work, foreign);
    }

    function test_SetCourt_OnlyTheOwner() external {
        vm.expectRevert();
        vm.prank(court);
        rights.setCourt(stranger);
        vm.expectEmit(address(rights));
        emit IRights.CourtSet(address(0));
        vm.prank(owner);
        rights.setCourt(address(0));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.NotTheCourt.selector, court, address(0)));
        held();
    }
}
