// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IRights} from "../src/interfaces/IRights.sol";
import {IRoyaltySplitter} from "../src/interfaces/IRoyaltySplitter.sol";
import {IStreams} from "../src/interfaces/IStreams.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {GasBurningToken} from "./utils/OddTokens.sol";
import {StreamsFixture} from "./utils/StreamsFixture.sol";

/// @notice Streams.tree, StreamsTest: a stream's life, and its end.
contract StreamsTest is StreamsFixture {
    function test_RevertWhen_TheStreamIsUnknown() external {
        bytes memory unknown = abi.encodeWithSelector(IStreams.UnknownStream.selector, 7);
        vm.expectRevert(unknown);
        streams.settle(one(uint256(7)));
        vm.expectRevert(unknown);
        streams.topUp(7, company, 1, byAllowance(address(this)));
        vm.expectRevert(unknown);
        streams.stop(7);
        vm.expectRevert(unknown);
        streams.giveNotice(7);
        vm.expectRevert(unknown);
        streams.prefer(7);
        vm.expectRevert(unknown);
        streams.fundedUntil(7);
        vm.expectRevert(unknown);
        streams.used(7);
        vm.expectRevert(unknown);
        streams.streamOf(7);
    }

    // topUp

    function test_TopUp_RevertWhen_ItIsNothingOrTooMuch() external {
        uint256 streamId = openFor(USDC);
        vm.startPrank(company);
        vm.expectRevert(IStreams.NothingDeposited.selector);
        streams.topUp(streamId, company, 0, byAllowance(company));
        uint256 most = 2 ** 88 - 1;
        vm.expectRevert(abi.encodeWithSelector(IStreams.DepositTooLarge.selector, most + 1, most));
        streams.topUp(streamId, company, most + 1 - USDC, byAllowance(company));
        vm.expectRevert(abi.encodeWithSelector(IStreams.DepositTooLarge.selector, type(uint256).max, most));
        streams.topUp(streamId, company, type(uint256).max, byAllowance(company));
    }

    function test_TopUp_RevertWhen_TheStreamIsAnothers() external {
        uint256 streamId = openFor(USDC);
        vm.expectRevert(abi.encodeWithSelector(IStreams.LicenseeDiffers.selector, streamId, company, fan));
        vm.prank(company);
        streams.topUp(streamId, fan, USDC, byAllowance(company));
    }

    function test_TopUp_RevertWhen_ItIsClosed() external {
        uint256 stopped = openFor(USDC);
        stopAs(company, stopped);
        uint256 noticed = openFor(USDC);
        vm.prank(artist);
        streams.giveNotice(noticed);
        vm.startPrank(company);
        vm.expectRevert(abi.encodeWithSelector(IStreams.StreamIsClosed.selector, stopped));
        streams.topUp(stopped, company, USDC, byAllowance(company));
        vm.expectRevert(abi.encodeWithSelector(IStreams.StreamIsClosed.selector, noticed));
        streams.topUp(noticed, company, USDC, byAllowance(company));
    }

    function test_TopUp_AddsItsTimeToTheEnd() external {
        uint256 streamId = openFor(USDC);
        uint256 until = streams.fundedUntil(streamId);
        skip(12 hours);
        vm.expectEmit(address(streams));
        emit IStreams.StreamToppedUp(streamId, company, 3 * USDC, until + 3 days);
        topUpAs(company, streamId, 3 * USDC);
        assertEq(streams.fundedUntil(streamId), until + 3 days);
        assertEq(streams.used(streamId), USDC / 2);
    }

    function test_TopUp_TheGapIsNotCharged() external {
        uint256 streamId = openFor(USDC);
        skip(100 days);
        assertFalse(streams.isLicensed(company, work, 1));
        assertEq(streams.used(streamId), USDC);

        topUpAs(company, streamId, 2 * USDC);
        assertTrue(streams.isLicensed(company, work, 1));
        assertEq(streams.fundedUntil(streamId), block.timestamp + 2 days);
        assertEq(streams.used(streamId), USDC);
        skip(1 days);
        assertEq(streams.used(streamId), 2 * USDC);
        assertEq(stopAs(company, streamId), USDC);
        assertEq(rights.revenueOf(work), 1_950_000);
    }

    function test_TopUp_ByAStrangerIsAGift() external {
        uint256 streamId = openFor(USDC);
        topUpAs(newPayer("stranger", 5 * USDC), streamId, 5 * USDC);
        assertEq(streams.fundedUntil(streamId), block.timestamp + 6 days);
        assertEq(stopAs(company, streamId), 6 * USDC);
        assertEq(usdc.balanceOf(company), 1_000_005 * USDC);
    }

    // stop

    function test_Stop_RevertWhen_TheCallerIsNeitherPayerNorLicensee() external {
        uint256 streamId = openAs(company, fan, USDC);
        address[3] memory others = [artist, owner, relayer];
        for (uint256 i; i < 3; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IStreams.NotYourStream.selector, streamId, others[i]));
            stopAs(others[i], streamId);
        }
    }

    function test_Stop_EndsPaysAndReturns() external {
        uint256 streamId = openFor(30 * USDC);
        skip(10 days);
        vm.expectEmit(address(streams));
        emit IStreams.StreamStopped(streamId, company, 10 * USDC, 20 * USDC);
        vm.expectEmit(address(streams));
        emit IStreams.StreamSettled(streamId, work, 9_750_000, 250_000);
        assertEq(stopAs(company, streamId), 20 * USDC);

        assertFalse(streams.isLicensed(company, work, 1));
        assertLe(streams.fundedUntil(streamId), block.timestamp);
        assertEq(usdc.balanceOf(company), 999_990 * USDC);
        assertEq(rights.revenueOf(work), 9_750_000);
        assertEq(usdc.balanceOf(address(streams)), 0);
        skip(10 days);
        assertEq(streams.used(streamId), 10 * USDC);
    }

    function test_Stop_ByTheLicenseeReturnsToThePayer() external {
        uint256 streamId = openAs(company, fan, 30 * USDC);
        assertEq(stopAs(fan, streamId), 30 * USDC);
        assertEq(usdc.balanceOf(company), 1_000_000 * USDC);
        assertEq(usdc.balanceOf(fan), 0);
    }

    function test_Stop_OfOneThatRanDryReturnsNothing() external {
        uint256 streamId = openFor(30 * USDC);
        skip(60 days);
        vm.expectEmit(address(streams));
        emit IStreams.StreamStopped(streamId, company, 30 * USDC, 0);
        assertEq(stopAs(company, streamId), 0);
        assertEq(usdc.balanceOf(company), 999_970 * USDC);
        assertEq(rights.revenueOf(work), 29_250_000);
    }

    function test_Stop_AgainIsANoOp() external {
        uint256 streamId = openFor(30 * USDC);
        openFor(30 * USDC); // money that is not this stream's
        skip(10 days);
        stopAs(company, streamId);
        vm.recordLogs();
        assertEq(stopAs(company, streamId), 0);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(usdc.balanceOf(address(streams)), 30 * USDC);
    }

    function test_Stop_ReturnsWhatWasTooLittleForASecond() external {
        (offer.price, offer.period) = (10, 1);
        uint256 streamId = openFor(25);
        assertEq(streams.fundedUntil(streamId), block.timestamp + 2);
        skip(3);
        assertEq(streams.used(streamId), 20);
        assertEq(stopAs(company, streamId), 5);
        assertEq(usdc.balanceOf(company), 1_000_000 * USDC - 20);
    }

    /// @dev After a stop, the end of what was used may be rounded to before it: nothing of it may be lost for that.
    function test_Stop_LosesNothingOfWhatWasUsed() external {
        (offer.price, offer.period) = (2, 3);
        uint256 streamId = openFor(10);
        skip(2);
        assertEq(stopAs(company, streamId), 9);
        assertEq(streams.used(streamId), 1);
        assertEq(usdc.balanceOf(address(rights)), 1);
        assertEq(usdc.balanceOf(address(streams)), 0);
    }

    function test_Stop_WhenThePayerIsRefusedTheRefundWaits() external {
        uint256 streamId = openAs(company, fan, 30 * USDC);
        skip(10 days);
        usdc.blacklist(company);
        vm.expectEmit(address(streams));
        emit IStreams.RefundDeferred(streamId, company, address(usdc), 20 * USDC);
        assertEq(stopAs(fan, streamId), 20 * USDC);
        assertEq(rights.revenueOf(work), 9_750_000);
        assertEq(streams.deferred(address(usdc), company), 20 * USDC);

        vm.startPrank(company);
        address[2] memory invalid = [address(0), address(streams)];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.InvalidPayee.selector, invalid[i]));
            streams.withdrawDeferred(address(usdc), invalid[i]);
        }
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.Blacklisted.selector, company));
        streams.withdrawDeferred(address(usdc), company);
        vm.expectEmit(address(streams));
        emit IStreams.RefundWithdrawn(company, address(usdc), relayer, 20 * USDC);
        assertEq(streams.withdrawDeferred(address(usdc), relayer), 20 * USDC);
        vm.recordLogs();
        assertEq(streams.withdrawDeferred(address(usdc), relayer), 0);
        assertEq(vm.getRecordedLogs().length, 0);
        assertEq(usdc.balanceOf(relayer), 20 * USDC);
        assertEq(usdc.balanceOf(address(streams)), 0);
    }

    /// @dev Whatever gas a licensee sends, a payer whom the asset accepts is paid and so is the work, or nothing happens.
    function testFuzz_Stop_TooLittleGasRefusesNobody(uint256 gas_) external {
        uint256 streamId = openAs(company, fan, 30 * USDC);
        skip(10 days);
        gas_ = bound(gas_, 30_000, 400_000);
        vm.prank(fan);
        (bool ok,) = address(streams).call{gas: gas_}(abi.encodeCall(streams.stop, (streamId)));
        assertEq(streams.deferred(address(usdc), company), 0);
        assertEq(usdc.balanceOf(company), ok ? 999_990 * USDC : 999_970 * USDC);
        assertEq(rights.revenueOf(work), ok ? 9_750_000 : 0);
    }

    /// @dev A refusal that burns all gas looks as too little gas does. It stops the licensee, and never the payer.
    function test_Stop_RevertWhen_TooLittleGasIsLeftToTell() external {
        GasBurningToken token = new GasBurningToken();
        vm.prank(owner);
        rights.allowAsset(address(token), true);
        token.mint(company, 30 * USDC);
        vm.prank(company);
        token.approve(address(streams), type(uint256).max);
        offer.workId = mintWorkIn(address(token), 2);
        uint256 streamId = openAs(company, fan, 30 * USDC);
        token.refuse(company);
        vm.expectRevert(abi.encodeWithSelector(IRoyaltySplitter.OutOfGasWhilePaying.selector, company));
        vm.prank(fan);
        streams.stop{gas: 10_000_000}(streamId);
        vm.prank(company);
        streams.stop{gas: 10_000_000}(streamId);
        assertEq(streams.deferred(address(token), company), 30 * USDC);
    }

    function test_Stop_WhenRightsIsRefusedThePayerIsPaidAllTheSame() external {
        uint256 streamId = openFor(30 * USDC);
        skip(10 days);
        usdc.blacklist(address(rights));
        assertEq(stopAs(company, streamId), 20 * USDC);
        assertEq(usdc.balanceOf(company), 999_990 * USDC);
        assertEq(rights.revenueOf(work), 0);
        vm.expectRevert(abi.encodeWithSelector(ITestUSDC.Blacklisted.selector, address(rights)));
        streams.settle(one(streamId));

        skip(10 days);
        usdc.unBlacklist(address(rights));
        streams.settle(one(streamId));
        assertEq(rights.revenueOf(work), 9_750_000);
        assertEq(usdc.balanceOf(address(streams)), 0);
    }

    function test_Stop_WhenThisIsNoEdgeAllArePaid() external {
        uint256 streamId = openFor(30 * USDC);
        vm.prank(owner);
        rights.authoriseEdge(address(streams), false);
        skip(10 days);
        assertEq(stopAs(company, streamId), 20 * USDC);
        assertEq(usdc.balanceOf(company), 999_990 * USDC);
        assertEq(usdc.balanceOf(rights.addressOf(work)), 10 * USDC);
    }

    // giveNotice

    function test_GiveNotice_RevertWhen_TheCallerIsNotTheCreator() external {
        uint256 streamId = openFor(USDC);
        vm.expectRevert(abi.encodeWithSelector(IRights.NotTheCreator.selector, collaborator, artist));
        vm.prank(collaborator);
        streams.giveNotice(streamId);
    }

    function test_GiveNotice_TheLicenseeKeepsEverySecond() external {
        uint256 streamId = openFor(30 * USDC);
        uint256 until = streams.fundedUntil(streamId);
        skip(1 days);
        vm.expectEmit(address(streams));
        emit IStreams.NoticeGiven(streamId, artist, until);
        vm.startPrank(artist);
        streams.giveNotice(streamId);
        vm.recordLogs();
        streams.giveNotice(streamId);
        assertEq(vm.getRecordedLogs().length, 0);
        vm.stopPrank();

        assertEq(streams.fundedUntil(streamId), until);
        vm.warp(until - 1);
        assertTrue(streams.isLicensed(company, work, 1));
        assertEq(stopAs(company, streamId), 30 * USDC - streams.used(streamId));
    }

    function test_GiveNotice_IsTheNewCreators() external {
        uint256 streamId = openFor(30 * USDC);
        vm.prank(artist);
        rights.transferCreator(work, fan);
        vm.prank(fan);
        rights.acceptCreator(work);
        vm.expectRevert(abi.encodeWithSelector(IRights.NotTheCreator.selector, artist, fan));
        vm.prank(artist);
        streams.giveNotice(streamId);
        vm.prank(fan);
        streams.giveNotice(streamId);
        assertTrue(streams.streamOf(streamId).closed);
    }
}
