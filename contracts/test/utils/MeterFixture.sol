// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IMeter} from "../../src/interfaces/IMeter.sol";
import {IPayments} from "../../src/interfaces/IPayments.sol";
import {Fixture} from "./Fixture.sol";

/// @notice A Meter beside the market: a work whose use is metered, and the server that takes its vouchers.
abstract contract MeterFixture is Fixture {
    uint40 internal constant DELAY = 1 hours;

    IMeter internal meter;
    uint256 internal work;
    address internal server;
    uint256 internal serverKey;

    function setUp() public virtual override {
        super.setUp();
        (server, serverKey) = makeAddrAndKey("server");
        meter = newMeter();
        vm.prank(owner);
        rights.authoriseEdge(address(meter), true);
        work = mintWork(1);
    }

    function newMeter() internal returns (IMeter) {
        return IMeter(deployCode("Meter.sol:Meter", abi.encode(rights)));
    }

    // Channels

    /// @notice The company's channel to the work, whose server may charge less and refund.
    function channelTo(uint256 workId) internal view returns (IMeter.ChannelConfig memory) {
        return channelTo(rights.addressOf(workId));
    }

    function channelTo(address receiver) internal view returns (IMeter.ChannelConfig memory) {
        return IMeter.ChannelConfig({
            payer: company,
            payerAuthorizer: address(0),
            receiver: receiver,
            receiverAuthorizer: server,
            token: address(usdc),
            withdrawDelay: DELAY,
            salt: bytes32(uint256(1))
        });
    }

    /// @notice Pays into a channel, from its payer, by allowance.
    function pay(IMeter.ChannelConfig memory channel, uint256 amount) internal returns (bytes32 channelId) {
        usdc.mint(channel.payer, amount);
        vm.startPrank(channel.payer);
        usdc.approve(address(meter), amount);
        channelId = meter.deposit(channel, amount, allowance(channel.payer));
        vm.stopPrank();
    }

    function allowance(address payer) internal pure returns (IPayments.Payment memory) {
        return IPayments.Payment(IPayments.Method.ALLOWANCE, payer, "");
    }

    function deposited(IMeter.ChannelConfig memory channel) internal view returns (uint256 amount) {
        (amount,) = meter.channelOf(meter.hashChannel(channel));
    }

    function spent(IMeter.ChannelConfig memory channel) internal view returns (uint256 amount) {
        (, amount) = meter.channelOf(meter.hashChannel(channel));
    }

    // Vouchers

    function voucherOf(IMeter.ChannelConfig memory channel, uint128 max) internal pure returns (IMeter.Voucher memory) {
        return IMeter.Voucher(channel.payer, channel.payerAuthorizer, channel.salt, max);
    }

    /// @notice The signature of a voucher of `max` by `key`.
    function voucherBy(uint256 key, IMeter.ChannelConfig memory channel, uint128 max)
        internal
        view
        returns (bytes memory)
    {
        return sign(key, meter.hashVoucher(meter.hashChannel(channel), max));
    }

    /// @notice A batch of one voucher of `max`, signed by the company.
    function batchOf(IMeter.ChannelConfig memory channel, uint128 max) internal view returns (IMeter.Batch memory) {
        return batchOf(channel, max, voucherBy(companyKey, channel, max));
    }

    function batchOf(IMeter.ChannelConfig memory channel, uint128 max, bytes memory signature)
        internal
        pure
        returns (IMeter.Batch memory batch)
    {
        batch = emptyBatch(channel, 1);
        (batch.vouchers[0], batch.signatures[0]) = (voucherOf(channel, max), signature);
    }

    /// @notice As `batchOf`, of which only `total` is charged.
    function batchCharging(IMeter.ChannelConfig memory channel, uint128 max, uint128 total)
        internal
        view
        returns (IMeter.Batch memory batch)
    {
        batch = batchOf(channel, max);
        batch.totals = new uint128[](1);
        batch.totals[0] = total;
    }

    /// @notice Room for `count` vouchers of channels like this one.
    function emptyBatch(IMeter.ChannelConfig memory channel, uint256 count)
        internal
        pure
        returns (IMeter.Batch memory batch)
    {
        (batch.receiver, batch.receiverAuthorizer) = (channel.receiver, channel.receiverAuthorizer);
        batch.withdrawDelay = channel.withdrawDelay;
        batch.vouchers = new IMeter.Voucher[](count);
        batch.signatures = new bytes[](count);
    }

    function one(IMeter.Batch memory a) internal pure returns (IMeter.Batch[] memory list) {
        list = new IMeter.Batch[](1);
        list[0] = a;
    }

    function two(IMeter.Batch memory a, IMeter.Batch memory b) internal pure returns (IMeter.Batch[] memory list) {
        list = new IMeter.Batch[](2);
        (list[0], list[1]) = (a, b);
    }

    /// @notice A stranger redeems a voucher of the company's, all of it.
    function redeem(IMeter.ChannelConfig memory channel, uint128 amount) internal {
        redeem(channel.token, batchOf(channel, amount));
    }

    function redeem(address token, IMeter.Batch memory batch) internal {
        redeemAs(relayer, token, batch);
    }

    function redeemAs(address caller, address token, IMeter.Batch memory batch) internal {
        vm.prank(caller);
        meter.redeem(token, one(batch));
    }
}
