// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Vm} from "forge-std/Vm.sol";

import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {IStreams} from "../src/interfaces/IStreams.sol";
import {PlainToken} from "./utils/OddTokens.sol";
import {StreamsFixture} from "./utils/StreamsFixture.sol";

/// @notice Streams.tree, StreamSettlementsTest: what was used becomes the works' revenue.
contract StreamSettlementsTest is StreamsFixture {
    function test_MakesWhatWasUsedRevenue() external {
        uint256 streamId = openFor(30 * USDC);
        skip(10 days);
        assertEq(streams.used(streamId), 10 * USDC);
        vm.expectEmit(address(streams));
        emit IStreams.StreamSettled(streamId, work, 9_750_000, 250_000);
        vm.expectEmit(address(rights));
        emit IRoyaltySplitter.Distributed(work, address(streams), 9_750_000, 9_750_000);
        vm.prank(relayer);
        streams.settle(one(streamId));

        assertEq(rights.owed(work, artist), 8_775_000);
        assertEq(rights.owed(work, collaborator), 975_000);
        assertEq(rights.deferred(address(usdc), treasury), 250_000);
        assertEq(usdc.balanceOf(address(rights)), 10 * USDC);
        assertEq(usdc.balanceOf(address(streams)), 20 * USDC);
        assertEq(streams.streamOf(streamId).settled, 10 * USDC);
    }

    function testFuzz_TheFeeIsTheLower(uint16 now_, uint16 signed_, uint32 elapsed) external {
        now_ = uint16(bound(now_, 0, 500));
        offer.maxFeeBps = signed_;
        uint256 streamId = openFor(1000 * USDC);
        vm.prank(owner);
        market.setFee(now_, treasury);
        skip(elapsed);
        uint256 used = streams.used(streamId);
        streams.settle(one(streamId));

        uint256 fee = used * (now_ < signed_ ? now_ : signed_) / 10_000;
        assertEq(rights.deferred(address(usdc), treasury), fee);
        assertEq(rights.revenueOf(work), used - fee);
        assertEq(usdc.balanceOf(address(streams)), 1000 * USDC - used);
    }

    function test_AgainOrTwiceIsANoOp() external {
        uint256 streamId = openFor(30 * USDC);
        streams.settle(one(streamId)); // nothing yet
        skip(10 days);
        streams.settle(two(streamId, streamId));
        assertEq(rights.revenueOf(work), 9_750_000);
        vm.recordLogs();
        streams.settle(two(streamId, streamId));
        streams.settle(new uint256[](0));
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_MovesMoneyOnceAndCountsOnceAWork() external {
        uint256[] memory ids = new uint256[](4);
        ids[0] = openFor(30 * USDC);
        ids[1] = openAs(company, fan, 30 * USDC);
        offer.workId = mintWork(2);
        ids[2] = openFor(30 * USDC);
        ids[3] = openFor(30 * USDC);
        skip(10 days);
        vm.recordLogs();
        streams.settle(ids);

        Vm.Log[] memory logs = vm.getRecordedLogs();
        (uint256 transfers, uint256 distributed) = (0, 0);
        for (uint256 i; i < logs.length; ++i) {
            if (logs[i].topics[0] == keccak256("Transfer(address,address,uint256)")) ++transfers;
            if (logs[i].topics[0] == IRoyaltySplitter.Distributed.selector) ++distributed;
        }
        assertEq(transfers, 1);
        assertEq(distributed, 2);
        assertEq(rights.revenueOf(work), 19_500_000);
        assertEq(rights.revenueOf(offer.workId), 19_500_000);
        assertEq(rights.deferred(address(usdc), treasury), USDC);
    }

    function test_TakesSeveralAssetsInAnyOrder() external {
        PlainToken token = new PlainToken();
        vm.prank(owner);
        rights.allowAsset(address(token), true);
        uint256 inToken = mintWorkIn(address(token), 2);
        token.mint(company, 1e24);
        vm.prank(company);
        token.approve(address(streams), type(uint256).max);
        uint256[] memory ids = new uint256[](5);
        ids[0] = openFor(30 * USDC);
        offer.workId = inToken;
        ids[1] = openFor(30 * USDC);
        offer.workId = work;
        ids[2] = openFor(30 * USDC);
        ids[3] = ids[1]; // a duplicate
        ids[4] = openFor(30 * USDC);
        skip(10 days);
        streams.settle(ids);
        assertEq(rights.revenueOf(work), 29_250_000);
        assertEq(rights.revenueOf(inToken), 9_750_000);
        assertEq(token.balanceOf(address(rights)), 10 * USDC);
        assertEq(usdc.balanceOf(address(rights)), 30 * USDC);
        assertEq(rights.deferred(address(token), treasury), 250_000);
    }

    function test_AHeldWorkEarnsIntoEscrow() external {
        uint256 streamId = openFor(30 * USDC);
        vm.prank(owner);
        rights.setCourt(fan);
        vm.prank(fan);
        rights.hold(work);
        skip(10 days);
        stopAs(company, streamId);
        assertEq(rights.revenueOf(work), 0);
        (uint128 amount,) = rights.escrowOf(work);
        assertEq(amount, 9_750_000);
        assertEq(usdc.balanceOf(company), 999_990 * USDC);
    }

    function test_WhenThisIsNoEdgeItPaysTheWorksThemselves() external {
        uint256 streamId = openFor(30 * USDC);
        vm.prank(owner);
        rights.authoriseEdge(address(streams), false);
        skip(10 days);
        vm.expectEmit(address(streams));
        emit IStreams.StreamSettled(streamId, work, 10 * USDC, 0);
        streams.settle(one(streamId));
        assertEq(usdc.balanceOf(rights.addressOf(work)), 10 * USDC);
        rights.sweep(work);
        assertEq(rights.owed(work, artist), 9 * USDC);
    }
}
