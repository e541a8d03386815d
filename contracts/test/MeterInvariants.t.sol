// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Test} from "forge-std/Test.sol";

import {IMeter} from "../src/interfaces/IMeter.sol";
import {IPayments} from "../src/interfaces/IPayments.sol";
import {ITestUSDC} from "./utils/Deployed.sol";
import {MeterFixture} from "./utils/MeterFixture.sol";

/// @notice Plays every function of Meter at random, beside a ledger of what went where.
contract MeterHandler is Test {
    IMeter private immutable METER;
    ITestUSDC private immutable USDC;
    uint256 private immutable PAYER_KEY;
    address private immutable SERVER;
    uint256 private immutable SERVER_KEY;
    address private immutable BLACKLISTER = msg.sender;

    IMeter.ChannelConfig[] private _channels;
    mapping(bytes32 channelId => uint256) public paidIn;
    mapping(bytes32 channelId => uint256) public paidBack;
    mapping(bytes32 channelId => uint256) public highestVoucher;
    mapping(bytes32 channelId => uint256) public lastSpent;

    constructor(
        IMeter meter,
        ITestUSDC usdc,
        uint256 payerKey,
        address server,
        uint256 serverKey,
        IMeter.ChannelConfig[] memory channels
    ) {
        (METER, USDC, PAYER_KEY, SERVER, SERVER_KEY) = (meter, usdc, payerKey, server, serverKey);
        for (uint256 i; i < channels.length; ++i) {
            _channels.push(channels[i]);
        }
    }

    function channelCount() external view returns (uint256) {
        return _channels.length;
    }

    function idOf(uint256 i) public view returns (bytes32) {
        return METER.hashChannel(_channels[i]);
    }

    function receiverOf(uint256 i) external view returns (address) {
        return _channels[i].receiver;
    }

    function deposit(uint256 which, uint256 amount) external {
        (IMeter.ChannelConfig memory channel, bytes32 id) = pick(which);
        amount = bound(amount, 0, 1e9);
        USDC.mint(address(this), amount);
        USDC.approve(address(METER), amount);
        METER.deposit(channel, amount, IPayments.Payment(IPayments.Method.ALLOWANCE, address(this), ""));
        paidIn[id] += amount;
    }

    function redeem(uint256 which, uint256 second, uint256 max, bool backwards) external {
        IMeter.Batch[] memory batches = new IMeter.Batch[](2);
        (uint256 a, uint256 b) = backwards ? (second, which) : (which, second);
        batches[0] = batchOf(a, bound(max, 0, 4e9));
        batches[1] = batchOf(b, bound(max / 3, 0, 4e9));
        METER.redeem(address(USDC), batches);
        noteSpent();
    }

    function charge(uint256 which, uint256 max, uint256 total, bool asServer) external {
        IMeter.Batch[] memory batches = new IMeter.Batch[](1);
        batches[0] = batchOf(which, bound(max, 0, 4e9));
        batches[0].totals = new uint128[](1);
        batches[0].totals[0] = uint128(bound(total, 0, 5e9));
        if (asServer) vm.prank(SERVER);
        else batches[0].authorization = signed(SERVER_KEY, METER.hashClaimBatch(address(USDC), batches[0]));
        METER.redeem(address(USDC), batches);
        noteSpent();
    }

    function startWithdrawal(uint256 which, uint128 amount) external {
        (IMeter.ChannelConfig memory channel,) = pick(which);
        vm.prank(channel.payer);
        METER.startWithdrawal(channel, amount);
    }

    function finishWithdrawal(uint256 which, bool wait) external {
        (IMeter.ChannelConfig memory channel, bytes32 id) = pick(which);
        if (wait) skip(channel.withdrawDelay);
        (, uint256 readyAt) = METER.withdrawalOf(id);
        if (block.timestamp < readyAt) {
            vm.expectRevert(
                abi.encodeWithSelector(IMeter.WithdrawalNotReady.selector, readyAt, block.timestamp), address(METER)
            );
            METER.finishWithdrawal(channel);
        } else {
            paidBack[id] += METER.finishWithdrawal(channel);
        }
    }

    function refund(uint256 which, uint128 amount, bool bySignature) external {
        (IMeter.ChannelConfig memory channel, bytes32 id) = pick(which);
        if (bySignature) {
            uint256 nonce = METER.refundNonceOf(id);
            bytes memory signature = signed(SERVER_KEY, METER.hashRefund(id, nonce, amount));
            paidBack[id] += METER.refundFor(channel, amount, nonce, signature);
        } else {
            vm.prank(SERVER);
            paidBack[id] += METER.refund(channel, amount);
        }
    }

    /// @dev The token refuses the payer or a receiver, or no longer.
    function blacklist(uint256 which, bool payer, bool on) external {
        (IMeter.ChannelConfig memory channel,) = pick(which);
        address account = payer ? channel.payer : channel.receiver;
        vm.prank(BLACKLISTER);
        if (on) USDC.blacklist(account);
        else USDC.unBlacklist(account);
    }

    function withdrawDeferred(uint256 which, bool payer) external {
        (IMeter.ChannelConfig memory channel,) = pick(which);
        address account = payer ? channel.payer : channel.receiver;
        address to = address(uint160(account) ^ 1);
        vm.prank(account);
        METER.withdrawDeferred(address(USDC), to);
    }

    function pick(uint256 which) private view returns (IMeter.ChannelConfig memory channel, bytes32 id) {
        uint256 i = which % _channels.length;
        return (_channels[i], idOf(i));
    }

    function batchOf(uint256 which, uint256 max) private returns (IMeter.Batch memory batch) {
        (IMeter.ChannelConfig memory channel, bytes32 id) = pick(which);
        (batch.receiver, batch.receiverAuthorizer) = (channel.receiver, channel.receiverAuthorizer);
        batch.withdrawDelay = channel.withdrawDelay;
        batch.vouchers = new IMeter.Voucher[](1);
        batch.vouchers[0] = IMeter.Voucher(channel.payer, channel.payerAuthorizer, channel.salt, uint128(max));
        batch.signatures = new bytes[](1);
        batch.signatures[0] = signed(PAYER_KEY, METER.hashVoucher(id, uint128(max)));
        if (max > highestVoucher[id]) highestVoucher[id] = max;
    }

    function signed(uint256 key, bytes32 digest) private pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function noteSpent() private {
        for (uint256 i; i < _channels.length; ++i) {
            (, uint256 spent) = METER.channelOf(idOf(i));
            assertGe(spent, lastSpent[idOf(i)], "spent never falls");
            lastSpent[idOf(i)] = spent;
        }
    }
}

/// @notice I9: per channel, spent <= deposited, and spent never falls; all deposits = spent + paid back + balance.
contract MeterInvariantsTest is MeterFixture {
    MeterHandler internal handler;

    function setUp() public override {
        super.setUp();
        IMeter.ChannelConfig[] memory channels = new IMeter.ChannelConfig[](5);
        channels[0] = channelTo(work);
        channels[1] = channelTo(work);
        channels[1].salt = "second";
        channels[2] = channelTo(mintWork(2));
        channels[3] = channelTo(fan);
        channels[4] = channelTo(artist);
        handler = new MeterHandler(meter, usdc, companyKey, server, serverKey, channels);
        targetContract(address(handler));
    }

    function invariant_EveryUnitIsSomewhere() external view {
        uint256 paidIn;
        uint256 paidBack;
        uint256 spentInAll;
        uint256[2] memory revenue;
        for (uint256 i; i < handler.channelCount(); ++i) {
            bytes32 id = handler.idOf(i);
            (uint256 has, uint256 spent_) = meter.channelOf(id);
            assertEq(has, handler.paidIn(id) - handler.paidBack(id), "a channel's own equality");
            assertLe(spent_, has, "spent <= deposited");
            assertLe(spent_, handler.highestVoucher(id), "no more than was signed");
            paidIn += handler.paidIn(id);
            paidBack += handler.paidBack(id);
            spentInAll += spent_;
            uint256 workId = rights.workAt(handler.receiverOf(i));
            if (workId != 0) revenue[workId - 1] += spent_;
        }
        assertEq(rights.revenueOf(1), revenue[0], "a work earned what its channels spent");
        assertEq(rights.revenueOf(2), revenue[1]);

        uint256 waiting = meter.deferred(address(usdc), company) + meter.deferred(address(usdc), fan)
            + meter.deferred(address(usdc), artist);
        assertEq(usdc.balanceOf(address(meter)), paidIn - paidBack - spentInAll + waiting, "I9");
    }

    /// @dev A campaign of actions that all return early would prove nothing: these do what they say.
    function test_TheHandlerActs() external {
        handler.deposit(0, 1000);
        handler.deposit(3, 1000);
        handler.redeem(0, 3, 600, false);
        assertEq(rights.revenueOf(1), 600);
        assertEq(usdc.balanceOf(fan), 200);
        handler.charge(0, 900, 700, false);
        handler.charge(3, 900, 300, true);
        assertEq(rights.revenueOf(1), 700);
        assertEq(usdc.balanceOf(fan), 300);
        handler.startWithdrawal(0, 100);
        handler.finishWithdrawal(0, false);
        assertEq(handler.paidBack(handler.idOf(0)), 0);
        handler.finishWithdrawal(0, true);
        handler.refund(0, 50, false);
        handler.refund(0, 50, true);
        assertEq(handler.paidBack(handler.idOf(0)), 200);
        handler.blacklist(3, false, true);
        handler.redeem(3, 3, 400, true);
        assertEq(meter.deferred(address(usdc), fan), 100);
        handler.withdrawDeferred(3, false);
        assertEq(meter.deferred(address(usdc), fan), 0);
    }
}
