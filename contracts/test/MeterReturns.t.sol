// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMeter} from "../src/interfaces/IMeter.sol";
import {MeterFixture} from "./utils/MeterFixture.sol";

/// @notice Meter.tree, MeterReturnsTest: what goes back to the payer, and when.
contract MeterReturnsTest is MeterFixture {
    IMeter.ChannelConfig internal channel;
    bytes32 internal id;

    function setUp() public override {
        super.setUp();
        channel = channelTo(work);
        id = pay(channel, 10 * USDC);
    }

    function start(uint256 amount) internal {
        vm.prank(company);
        meter.startWithdrawal(channel, uint128(amount));
    }

    function assertWaiting(uint256 amount, uint256 readyAt) internal view {
        (uint256 actualAmount, uint256 actualReadyAt) = meter.withdrawalOf(id);
        assertEq(actualAmount, amount);
        assertEq(actualReadyAt, readyAt);
    }

    // startWithdrawal

    function test_Start_RevertWhen_TheCallerIsNotThePayer() external {
        channel.payerAuthorizer = fan; // who signs vouchers, and no more
        address[3] memory callers = [fan, server, relayer];
        for (uint256 i; i < callers.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IMeter.NotThePayer.selector, callers[i], company));
            vm.prank(callers[i]);
            meter.startWithdrawal(channel, 1);
        }
    }

    function test_Start_ReplacesWhatWasStarted() external {
        vm.expectEmit(address(meter));
        emit IMeter.WithdrawalStarted(id, 4 * USDC, block.timestamp + DELAY);
        start(4 * USDC);
        skip(DELAY);
        start(6 * USDC);
        assertWaiting(6 * USDC, block.timestamp + DELAY);
        vm.expectRevert(
            abi.encodeWithSelector(IMeter.WithdrawalNotReady.selector, block.timestamp + DELAY, block.timestamp)
        );
        meter.finishWithdrawal(channel);
    }

    function test_Start_NothingTakesItBack() external {
        start(4 * USDC);
        vm.expectEmit(address(meter));
        emit IMeter.WithdrawalStarted(id, 0, 0);
        start(0);
        assertWaiting(0, 0);
        skip(DELAY);
        assertEq(meter.finishWithdrawal(channel), 0);
        assertEq(deposited(channel), 10 * USDC);
    }

    // finishWithdrawal

    function test_Finish_NothingStartedIsANoOp() external {
        vm.recordLogs();
        assertEq(meter.finishWithdrawal(channel), 0);
        assertEq(vm.getRecordedLogs().length, 0);
    }

    function test_Finish_RevertWhen_ItIsTooEarly() external {
        start(4 * USDC);
        uint256 readyAt = block.timestamp + DELAY;
        skip(DELAY - 1);
        vm.expectRevert(abi.encodeWithSelector(IMeter.WithdrawalNotReady.selector, readyAt, readyAt - 1));
        meter.finishWithdrawal(channel);

        skip(1);
        vm.expectEmit(address(meter));
        emit IMeter.WithdrawalFinished(id, 4 * USDC);
        vm.expectEmit(address(meter));
        emit IMeter.Paid(company, address(usdc), 4 * USDC);
        vm.prank(relayer);
        assertEq(meter.finishWithdrawal(channel), 4 * USDC);
        assertEq(usdc.balanceOf(company), 4 * USDC);
        assertEq(deposited(channel), 6 * USDC);
        assertWaiting(0, 0);
        assertEq(meter.finishWithdrawal(channel), 0);
    }

    /// @dev The race, won by the receiver.
    function test_Finish_PaysWhatVouchersLeft() external {
        start(type(uint128).max);
        skip(DELAY);
        redeem(channel, uint128(7 * USDC));
        assertEq(meter.finishWithdrawal(channel), 3 * USDC);
        assertEq(usdc.balanceOf(company), 3 * USDC);
        assertEq(rights.revenueOf(work), 7 * USDC);
        assertEq(usdc.balanceOf(address(meter)), 0);

        redeem(channel, uint128(7 * USDC));
        redeem(channel, uint128(10 * USDC));
        assertEq(rights.revenueOf(work), 7 * USDC);
    }

    /// @dev Everything was redeemed in time: there is nothing to pay, and no reason to wait.
    function test_Finish_PaysNothingWhenAllIsSpent() external {
        start(4 * USDC);
        redeem(channel, uint128(10 * USDC));
        skip(DELAY);
        assertEq(meter.finishWithdrawal(channel), 0);
        assertWaiting(0, 0);
    }

    /// @dev The race, won by the payer: the voucher is good for what comes in next.
    function test_Finish_VouchersAfterItWaitForMore() external {
        start(8 * USDC);
        skip(DELAY);
        meter.finishWithdrawal(channel);
        redeem(channel, uint128(7 * USDC));
        assertEq(rights.revenueOf(work), 2 * USDC);

        pay(channel, 20 * USDC);
        redeem(channel, uint128(7 * USDC));
        assertEq(rights.revenueOf(work), 7 * USDC);
        assertEq(deposited(channel), 22 * USDC);
        assertEq(spent(channel), 7 * USDC);
    }

    function test_Finish_ARefusedPayerIsDeferred() external {
        start(4 * USDC);
        skip(DELAY);
        usdc.blacklist(company);
        vm.expectEmit(address(meter));
        emit IMeter.Deferred(company, address(usdc), 4 * USDC);
        assertEq(meter.finishWithdrawal(channel), 4 * USDC);
        assertEq(meter.deferred(address(usdc), company), 4 * USDC);

        vm.expectEmit(address(meter));
        emit IMeter.DeferredWithdrawn(company, address(usdc), fan, 4 * USDC);
        vm.prank(company);
        assertEq(meter.withdrawDeferred(address(usdc), fan), 4 * USDC);
        assertEq(usdc.balanceOf(fan), 4 * USDC);
        assertEq(meter.deferred(address(usdc), company), 0);
    }

    // refund

    function test_Refund_RevertWhen_TheCallerIsNotTheReceiver() external {
        vm.expectRevert(abi.encodeWithSelector(IMeter.NotTheReceiver.selector, company, channel.receiver, server));
        vm.prank(company);
        meter.refund(channel, 1);
    }

    function test_Refund_PaysAtMostWhatIsLeft() external {
        redeem(channel, uint128(4 * USDC));
        vm.expectEmit(address(meter));
        emit IMeter.Refunded(id, USDC, 1);
        vm.prank(server);
        assertEq(meter.refund(channel, uint128(USDC)), USDC);
        vm.prank(server);
        assertEq(meter.refund(channel, type(uint128).max), 5 * USDC);
        vm.prank(server);
        assertEq(meter.refund(channel, 1), 0);
        assertEq(meter.refundNonceOf(id), 3);
        assertEq(usdc.balanceOf(company), 6 * USDC);
        assertEq(usdc.balanceOf(address(meter)), 0);
    }

    function test_Refund_ByAReceiverThatIsNoWork() external {
        channel = channelTo(fan);
        pay(channel, 10 * USDC);
        vm.prank(fan);
        assertEq(meter.refund(channel, uint128(USDC)), USDC);
    }

    function test_Refund_CountsTowardsAWithdrawal() external {
        start(4 * USDC);
        uint256 readyAt = block.timestamp + DELAY;
        vm.prank(server);
        meter.refund(channel, uint128(3 * USDC));
        assertWaiting(USDC, readyAt);
        vm.prank(server);
        meter.refund(channel, uint128(3 * USDC));
        assertWaiting(0, 0);
    }

    // refundFor

    function refundBy(uint256 key, uint256 nonce, uint128 amount) internal view returns (bytes memory) {
        return sign(key, meter.hashRefund(id, nonce, amount));
    }

    function test_RefundFor_OnTheAuthorisersSignature() external {
        bytes memory signature = refundBy(serverKey, 0, 3);
        vm.startPrank(relayer);
        assertEq(meter.refundFor(channel, 3, 0, signature), 3);
        assertEq(usdc.balanceOf(company), 3);

        vm.recordLogs();
        assertEq(meter.refundFor(channel, 3, 0, signature), 0); // somebody was first
        assertEq(vm.getRecordedLogs().length, 0);

        signature = refundBy(serverKey, 2, 3);
        vm.expectRevert(abi.encodeWithSelector(IMeter.RefundNotDue.selector, 2, 1));
        meter.refundFor(channel, 3, 2, signature);
    }

    /// @dev A refund of nothing voids what was signed before.
    function test_RefundFor_IsVoidAfterARefund() external {
        bytes memory signature = refundBy(serverKey, 0, 3);
        vm.prank(server);
        assertEq(meter.refund(channel, 0), 0);
        assertEq(meter.refundFor(channel, 3, 0, signature), 0);
        assertEq(usdc.balanceOf(company), 0);
    }

    function test_RefundFor_RevertWhen_TheSignatureIsForAnythingElse() external {
        bytes memory signature = refundBy(serverKey, 0, 3);
        expectBad(channel, meter.hashRefund(id, 0, 4));
        meter.refundFor(channel, 4, 0, signature);

        IMeter.ChannelConfig memory other = channel;
        other.salt = "other";
        expectBad(other, meter.hashRefund(meter.hashChannel(other), 0, 3));
        meter.refundFor(other, 3, 0, signature);

        signature = refundBy(companyKey, 0, 3);
        expectBad(channel, meter.hashRefund(id, 0, 3));
        meter.refundFor(channel, 3, 0, signature);

        other = channel;
        other.receiverAuthorizer = address(0); // nobody's signature is everybody's nowhere
        expectBad(other, meter.hashRefund(meter.hashChannel(other), 0, 3));
        meter.refundFor(other, 3, 0, new bytes(65));

        IMeter another = newMeter();
        signature = sign(serverKey, another.hashRefund(another.hashChannel(channel), 0, 3));
        expectBad(channel, meter.hashRefund(id, 0, 3));
        meter.refundFor(channel, 3, 0, signature);

        signature = refundBy(serverKey, 0, 3);
        vm.chainId(1);
        bytes32 digest = meter.hashRefund(meter.hashChannel(channel), 0, 3);
        expectBad(channel, digest);
        meter.refundFor(channel, 3, 0, signature);
    }

    function expectBad(IMeter.ChannelConfig memory of_, bytes32 digest) internal {
        vm.expectRevert(abi.encodeWithSelector(IMeter.InvalidSignature.selector, of_.receiverAuthorizer, digest));
    }

    // withdrawDeferred

    function test_WithdrawDeferred_RevertWhen_ItGoesToNobody() external {
        address[3] memory nobodies = [address(0), address(meter), address(rights)];
        for (uint256 i; i < nobodies.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(IMeter.InvalidAccount.selector, nobodies[i]));
            meter.withdrawDeferred(address(usdc), nobodies[i]);
        }
    }

    function test_WithdrawDeferred_NothingIsANoOp() external {
        vm.recordLogs();
        assertEq(meter.withdrawDeferred(address(usdc), fan), 0);
        assertEq(vm.getRecordedLogs().length, 0);
    }
}
