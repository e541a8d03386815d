// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Vm} from "forge-std/Vm.sol";

import {IRights} from "../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {Fixture} from "./utils/Fixture.sol";

/// @notice RoyaltySplitter.tree, on Rights and test USDC.
contract RoyaltySplitterTest is Fixture {
    uint256 internal work;
    uint256 internal other;
    address internal stranger = makeAddr("stranger");

    function setUp() public override {
        super.setUp();
        work = mintWork(1);
        other = mintWork(2);
    }

    // distribute

    function test_Distribute_RevertWhen_WorkIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 99));
        rights.distribute(99);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, LICENCE_BIT));
        rights.distribute(LICENCE_BIT);
    }

    function test_Distribute_NothingNewIsANoOp() external {
        earn(work, 5 * USDC);
        vm.recordLogs();
        assertEq(rights.distribute(work), 0);
        assertEq(rights.distribute(other), 0);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(rights.revenueOf(work), 5 * USDC);
        assertEq(rights.revenueOf(other), 0);
    }

    function testFuzz_Distribute_CountsWhatArrived(uint88 first, uint88 second) external {
        vm.assume(first != 0 && second != 0 && uint256(first) + second < rights.REVENUE_CAP());
        usdc.mint(address(rights), first);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Distributed(work, stranger, first, first);
        vm.prank(stranger);
        assertEq(rights.distribute(work), first);

        usdc.mint(address(rights), second);
        assertEq(rights.distribute(work), second);
        assertEq(rights.revenueOf(work), uint256(first) + second);
        assertEq(rights.reserves(address(usdc)), uint256(first) + second);
    }

    function testFuzz_Distribute_RevertWhen_RevenueReachesTheCap(uint88 before) external {
        uint256 cap = rights.REVENUE_CAP();
        before = uint88(bound(before, 1, cap - 2));
        earn(work, before);

        usdc.mint(address(rights), cap - before);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.RevenueTooLarge.selector, work, cap, cap));
        rights.distribute(work);

        vm.prank(address(rights));
        usdc.transfer(stranger, 1);
        rights.distribute(work);
        assertEq(rights.revenueOf(work), cap - 1);
        assertEq(rights.owed(work, artist), (cap - 1) * 9 / 10);
        rights.claim(one(work), artist);
        assertEq(usdc.balanceOf(artist), (cap - 1) * 9 / 10);
    }

    function test_DistributeWithFee_RevertWhen_CallerIsNoEdge() external {
        usdc.mint(address(rights), USDC);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.NotAnEdge.selector, stranger));
        vm.prank(stranger);
        rights.distribute(address(usdc), earning(work, 1, 0), stranger);
    }

    function test_DistributeMany_RevertWhen_LessHasArrived() external {
        earn(work, 100 * USDC);
        usdc.mint(address(rights), USDC);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.ArrivedTooLittle.selector, USDC, USDC + 1));
        vm.prank(address(market));
        rights.distribute(address(usdc), earning(work, USDC, 1), treasury);
    }

    function test_DistributeMany_RevertWhen_AWorkEarnsInAnotherAsset() external {
        ITestUSDC euro = newUSDC();
        euro.mint(address(rights), USDC);
        vm.startPrank(address(market));
        vm.expectRevert(
            abi.encodeWithSelector(IRoyaltySplitter.AssetsDiffer.selector, work, address(usdc), address(euro))
        );
        rights.distribute(address(euro), earning(work, USDC, 0), treasury);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 99));
        rights.distribute(address(euro), earning(99, USDC, 0), treasury);
    }

    function test_DistributeMany_LeavesTheRestUncounted() external {
        usdc.mint(address(rights), 10 * USDC);
        IRoyaltySplitter.Earning[] memory earnings = new IRoyaltySplitter.Earning[](4);
        earnings[0] = IRoyaltySplitter.Earning(work, 3 * USDC, 0);
        earnings[1] = IRoyaltySplitter.Earning(other, 2 * USDC, USDC);
        earnings[2] = IRoyaltySplitter.Earning(work, USDC, 1); // again
        earnings[3] = IRoyaltySplitter.Earning(other, 0, 0);
        vm.prank(address(market));
        rights.distribute(address(usdc), earnings, treasury);
        assertEq(rights.revenueOf(work), 4 * USDC);
        assertEq(rights.revenueOf(other), 2 * USDC);
        assertEq(rights.deferred(address(usdc), treasury), USDC + 1);
        assertEq(rights.reserves(address(usdc)), 7 * USDC + 1);
        assertEq(rights.distribute(other), 3 * USDC - 1);
    }

    function test_DistributeMany_NothingIsANoOp() external {
        usdc.mint(address(rights), USDC);
        vm.recordLogs();
        vm.startPrank(address(market));
        rights.distribute(address(usdc), new IRoyaltySplitter.Earning[](0), address(0));
        rights.distribute(address(usdc), earning(work, 0, 0), address(0));
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(rights.reserves(address(usdc)), 0);
    }

    function earning(uint256 workId, uint256 amount, uint256 fee)
        internal
        pure
        returns (IRoyaltySplitter.Earning[] memory earnings)
    {
        earnings = new IRoyaltySplitter.Earning[](1);
        earnings[0] = IRoyaltySplitter.Earning(workId, amount, fee);
    }

    function test_DistributeWithFee_RevertWhen_FeeIsForNobody() external {
        usdc.mint(address(rights), USDC);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.InvalidPayee.selector, address(0)));
        vm.prank(address(market));
        rights.distribute(address(usdc), earning(work, USDC - 1, 1), address(0));
    }

    function testFuzz_DistributeWithFee_BooksTheFee(uint64 arrived, uint64 fee) external {
        vm.assume(arrived != 0);
        fee = uint64(bound(fee, 0, arrived));
        usdc.mint(address(rights), arrived);
        if (fee != 0) {
            vm.expectEmit(address(rights));
            emit IRoyaltySplitter.FeeBooked(treasury, address(usdc), work, fee);
        }
        vm.prank(address(market));
        rights.distribute(address(usdc), earning(work, arrived - fee, fee), treasury);

        assertEq(rights.revenueOf(work), arrived - fee);
        assertEq(rights.deferred(address(usdc), treasury), fee);
        assertEq(rights.reserves(address(usdc)), arrived);
    }

    // claim

    function test_Claim_RevertWhen_AWorkIsUnknown() external {
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 99));
        rights.claim(one(99), artist);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.UnknownWork.selector, 99));
        rights.claim(two(work, 99), artist);
    }

    function test_Claim_RevertWhen_AssetsDiffer() external {
        ITestUSDC euro = newUSDC();
        vm.prank(owner);
        rights.allowAsset(address(euro), true);
        uint256 euroWork = mintWorkIn(address(euro), 3);
        vm.expectRevert(
            abi.encodeWithSelector(IRoyaltySplitter.AssetsDiffer.selector, euroWork, address(euro), address(usdc))
        );
        rights.claim(two(work, euroWork), artist);
    }

    function test_Claim_NothingOwedIsANoOp() external {
        earn(work, 1); // a tenth of a unit is owed to the collaborator
        vm.recordLogs();
        assertEq(rights.claim(new uint256[](0), artist), 0);
        assertEq(rights.claim(two(work, other), stranger), 0);
        assertEq(rights.claim(one(work), collaborator), 0);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_Claim_PaysTheHolderWhoeverCalls() external {
        earn(work, 100 * USDC);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Paid(artist, address(usdc), artist, one(work), one(90 * USDC));
        vm.prank(stranger);
        assertEq(rights.claim(one(work), artist), 90 * USDC);

        assertEq(usdc.balanceOf(artist), 90 * USDC);
        assertEq(rights.owed(work, artist), 0);
        assertEq(rights.owed(work, collaborator), 10 * USDC);
        assertEq(rights.reserves(address(usdc)), 10 * USDC);
    }

    function test_Claim_PaysSeveralWorksItemByItem() external {
        uint256 idle = mintWork(3);
        earn(work, 100 * USDC);
        earn(other, 10 * USDC);
        uint256[] memory works = new uint256[](4);
        (works[0], works[1], works[2], works[3]) = (work, idle, other, work);

        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Paid(artist, address(usdc), artist, two(work, other), two(90 * USDC, 9 * USDC));
        assertEq(rights.claim(works, artist), 99 * USDC);
        assertEq(usdc.balanceOf(artist), 99 * USDC);
    }

    /// @dev However it is cut into arrivals and claims, each holder has had all whole units of the total.
    function testFuzz_Claim_KeepsTheRestOfTheDivision(uint32[8] calldata arrivals, uint8 claims) external {
        uint256 total;
        for (uint256 i; i < arrivals.length; ++i) {
            total += arrivals[i];
            if (arrivals[i] != 0) earn(work, arrivals[i]);
            if (claims >> i & 1 == 1) {
                rights.claim(one(work), artist);
                rights.claim(one(work), collaborator);
            }
        }
        rights.claim(one(work), artist);
        rights.claim(one(work), collaborator);
        assertEq(usdc.balanceOf(artist), total * 900_000 / SHARES);
        assertEq(usdc.balanceOf(collaborator), total * 100_000 / SHARES);
        assertLe(usdc.balanceOf(address(rights)), 1); // two holders: at most one unit of dust between them
    }

    function test_Claim_PaysThePayoutAddress() external {
        earn(work, 100 * USDC);
        vm.prank(artist);
        rights.setPayout(stranger);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Paid(artist, address(usdc), stranger, one(work), one(90 * USDC));
        rights.claim(one(work), artist);
        assertEq(usdc.balanceOf(stranger), 90 * USDC);
        assertEq(usdc.balanceOf(artist), 0);
    }

    function test_Claim_RevertWhen_TheAssetRefuses() external {
        earn(work, 100 * USDC);
        usdc.blacklist(artist);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.Blacklisted.selector, artist));
        rights.claim(one(work), artist);
        assertEq(rights.owed(work, artist), 90 * USDC);
    }

    function test_Claim_IsANoOpForAWorksOwnAddress() external {
        address account = rights.addressOf(work);
        giveShares(artist, account, other, 500_000);
        earn(other, 100 * USDC);
        vm.recordLogs();
        assertEq(rights.claim(one(other), account), 0);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(rights.owed(other, account), 50 * USDC);
    }

    // push

    function test_Push_PaysEveryHolder() external {
        earn(work, 100 * USDC);
        earn(other, 10 * USDC);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Paid(artist, address(usdc), artist, two(work, other), two(90 * USDC, 9 * USDC));
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Paid(collaborator, address(usdc), collaborator, two(work, other), two(10 * USDC, USDC));
        vm.prank(stranger);
        rights.push(two(work, other), two(artist, collaborator));
        assertEq(usdc.balanceOf(artist), 99 * USDC);
        assertEq(usdc.balanceOf(collaborator), 11 * USDC);
        assertEq(rights.reserves(address(usdc)), 0);
    }

    function test_Push_PaysDuplicatesOnce() external {
        earn(work, 100 * USDC);
        rights.push(two(work, work), three(artist, artist, collaborator));
        assertEq(usdc.balanceOf(artist), 90 * USDC);
        assertEq(usdc.balanceOf(collaborator), 10 * USDC);
    }

    function test_Push_LeavesOutWhoIsOwedNothing() external {
        address account = rights.addressOf(work);
        giveShares(artist, account, other, 400_000);
        earn(other, 100 * USDC);
        vm.recordLogs();
        rights.push(one(other), three(stranger, account, collaborator));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 2); // the collaborator's Transfer and Paid
        assertEq(logs[1].topics[1], bytes32(uint256(uint160(collaborator))));
        assertEq(rights.owed(other, account), 40 * USDC);
        assertEq(usdc.balanceOf(account), 0);
    }

    function testFuzz_Push_DefersARefusedPayeeAtAnyPosition(uint8 position, uint8 count) external {
        count = uint8(bound(count, 1, 12));
        position = uint8(bound(position, 0, count - 1));
        address[] memory holders = new address[](count);
        for (uint256 i; i < count; ++i) {
            holders[i] = address(uint160(0xB000 + i));
            giveShares(artist, holders[i], work, 10_000);
        }
        earn(work, 100 * USDC);
        usdc.blacklist(holders[position]);

        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Deferred(holders[position], address(usdc), holders[position], one(work), one(USDC));
        rights.push(one(work), holders);
        for (uint256 i; i < count; ++i) {
            assertEq(usdc.balanceOf(holders[i]), i == position ? 0 : USDC);
            assertEq(rights.deferred(address(usdc), holders[i]), i == position ? USDC : 0);
            assertEq(rights.owed(work, holders[i]), 0);
        }
        assertEq(rights.reserves(address(usdc)), usdc.balanceOf(address(rights)));
    }

    function test_Push_DefersEverybodyWhenRightsItselfIsRefused() external {
        earn(work, 100 * USDC);
        usdc.blacklist(address(rights));
        rights.push(one(work), two(artist, collaborator));
        assertEq(rights.deferred(address(usdc), artist), 90 * USDC);
        assertEq(rights.deferred(address(usdc), collaborator), 10 * USDC);
        assertEq(rights.reserves(address(usdc)), 100 * USDC);
    }

    function test_Push_DefersMoreOnTopOfWhatIsDeferred() external {
        usdc.blacklist(artist);
        for (uint256 i = 1; i <= 2; ++i) {
            earn(work, 100 * USDC);
            rights.push(one(work), one(artist));
            assertEq(rights.deferred(address(usdc), artist), i * 90 * USDC);
        }
    }

    function test_Push_OfNoWorksIsANoOp() external {
        rights.push(new uint256[](0), one(artist));
    }

    function testFuzz_Push_NeverDefersAGoodPayeeForWantOfGas(uint256 limit) external {
        earn(work, 100 * USDC);
        limit = bound(limit, 30_000, 200_000);
        try rights.push{gas: limit}(one(work), two(artist, collaborator)) {
            assertEq(usdc.balanceOf(artist), 90 * USDC);
            assertEq(usdc.balanceOf(collaborator), 10 * USDC);
        } catch {
            assertEq(rights.owed(work, artist), 90 * USDC);
        }
        assertEq(rights.deferred(address(usdc), artist), 0);
        assertEq(rights.deferred(address(usdc), collaborator), 0);
    }

    function test_Push_RevertWhen_GasRunsOutInAPayment() external {
        earn(work, 100 * USDC);
        bool seen;
        for (uint256 limit = 30_000; limit < 400_000; limit += 500) {
            try rights.push{gas: limit}(one(work), one(artist)) {
                break;
            } catch (bytes memory reason) {
                seen = seen
                    || keccak256(reason)
                        == keccak256(abi.encodeWithSelector(IRoyaltySplitter.OutOfGasWhilePaying.selector, artist));
            }
        }
        assertTrue(seen);
        assertEq(usdc.balanceOf(artist), 90 * USDC);
    }

    // withdrawDeferred

    function deferArtist() internal {
        earn(work, 100 * USDC);
        usdc.blacklist(artist);
        rights.push(one(work), one(artist));
    }

    function test_WithdrawDeferred_NothingIsANoOp() external {
        vm.recordLogs();
        vm.prank(stranger);
        assertEq(rights.withdrawDeferred(address(usdc), stranger), 0);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_WithdrawDeferred_RevertWhen_ToNowhere() external {
        deferArtist();
        vm.startPrank(artist);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.InvalidPayee.selector, address(0)));
        rights.withdrawDeferred(address(usdc), address(0));
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.InvalidPayee.selector, address(rights)));
        rights.withdrawDeferred(address(usdc), address(rights));
    }

    function test_WithdrawDeferred_RevertWhen_TheAssetStillRefuses() external {
        deferArtist();
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.Blacklisted.selector, artist));
        vm.prank(artist);
        rights.withdrawDeferred(address(usdc), artist);
        assertEq(rights.deferred(address(usdc), artist), 90 * USDC);
    }

    function test_WithdrawDeferred_PaysElsewhere() external {
        deferArtist();
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Withdrawn(artist, address(usdc), stranger, 90 * USDC);
        vm.prank(artist);
        assertEq(rights.withdrawDeferred(address(usdc), stranger), 90 * USDC);
        assertEq(usdc.balanceOf(stranger), 90 * USDC);
        assertEq(rights.deferred(address(usdc), artist), 0);
        assertEq(rights.reserves(address(usdc)), 10 * USDC);
    }

    // setPayout

    function test_SetPayout_ToRightsKeepsEarningsIn() external {
        earn(work, 100 * USDC);
        vm.prank(artist);
        rights.setPayout(address(rights));
        assertEq(rights.payoutOf(artist), address(rights));
        assertEq(rights.claim(one(work), artist), 0);
        rights.push(one(work), two(artist, collaborator));
        assertEq(usdc.balanceOf(collaborator), 10 * USDC);
        assertEq(rights.owed(work, artist), 90 * USDC);
        assertEq(rights.deferred(address(usdc), artist), 0);
        assertEq(rights.reserves(address(usdc)), 90 * USDC);

        vm.prank(artist);
        rights.setPayout(address(0));
        assertEq(rights.claim(one(work), artist), 90 * USDC);
    }

    function test_SetPayout_ZeroTakesItBack() external {
        assertEq(rights.payoutOf(artist), artist);
        vm.startPrank(artist);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.PayoutSet(artist, stranger);
        rights.setPayout(stranger);
        assertEq(rights.payoutOf(artist), stranger);
        rights.setPayout(address(0));
        assertEq(rights.payoutOf(artist), artist);
    }
}
